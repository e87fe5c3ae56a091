import DNS
import Synchronization

/// The previous answers of many names, each for two days at most: what proves an answer stale and gives a difference its age.
package final class AnswerMemory: Sendable {
    private struct Key: Hashable {
        let module: String
        let host: String
    }

    private let names = Mutex<[Key: RememberedAnswers]>([:])

    package init() {}

    func recall(_ host: String, module: String, at now: Int64) -> RememberedAnswers {
        names.withLock { $0[Key(module: module, host: host)] }?.recent(at: now)
            ?? RememberedAnswers()
    }

    /// Takes what a probe saw; what cannot be told is not taken for a change.
    func note(
        _ resolution: Resolution, _ endpoints: [EndpointResult], module: String, at now: Int64
    ) {
        guard let answers = resolution.authorityAnswers, !resolution.supposes else { return }
        let presenting = endpoints.filter { $0.handshake?.certificate?.nameMatches == true }
            .map(\.endpoint.address)
        guard !resolution.zones.isEmpty || !presenting.isEmpty else { return }
        let key = Key(module: module, host: resolution.host)
        names.withLock { names in
            var held = (names[key] ?? RememberedAnswers()).recent(at: now)
            if answers.isComplete, !answers.serials.isEmpty {
                held.note(answers.serials, at: now)
                held.note(divided: Set(resolution.zones.filter(\.isDivided).map(\.zone)), at: now)
            }
            held.note(presenting: presenting, at: now)
            if names[key] == nil, names.count >= Self.capacity {
                names = names.filter { now - $0.value.lastNoted <= RememberedAnswers.life }
                if names.count >= Self.capacity { names = [:] }
            }
            names[key] = held
        }
    }

    private static let capacity = 10_000
}
