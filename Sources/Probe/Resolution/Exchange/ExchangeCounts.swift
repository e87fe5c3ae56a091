import Synchronization

/// How many questions were put over which transport, and how they ended; the agent's own metric.
package final class ExchangeCounts: Sendable {
    package struct Key: Hashable, Sendable {
        package let transport: String
        package let outcome: String
    }

    private let counts = Mutex<[Key: Int]>([:])

    package init() {}

    func add(_ transport: String, _ outcome: Outcome) {
        counts.withLock {
            $0[Key(transport: transport, outcome: outcome.rawValue), default: 0] += 1
        }
    }

    package var snapshot: [Key: Int] { counts.withLock { $0 } }

    enum Outcome: String {
        case answered, truncated, failed
        case timedOut = "timed_out"
    }
}
