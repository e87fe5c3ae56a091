import Synchronization

/// How many questions were put over which transport, and how they ended; the agent's own metric.
package final class ExchangeCounts: Sendable {
    package struct Key: Hashable, Sendable {
        package let transport: String
        package let outcome: String
    }

    private let counts = Mutex<[Key: Int]>([:])

    package init() {}

    func add(_ attempt: Attempt) {
        let key = Key(transport: attempt.transport.rawValue, outcome: attempt.outcome.label)
        counts.withLock { $0[key, default: 0] += 1 }
    }

    package var snapshot: [Key: Int] { counts.withLock { $0 } }
}

extension Attempt.Outcome {
    fileprivate var label: String {
        switch self {
        case .answered: "answered"
        case .truncated: "truncated"
        case .timedOut: "timed_out"
        case .cutShort, .failed: "failed"
        }
    }
}
