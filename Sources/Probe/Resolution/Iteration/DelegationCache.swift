import Addresses
import DNS
import Sockets
import Synchronization

/// Where zones are served, each for at most its TTL; and which servers were silent a moment ago. No answer is kept.
package final class DelegationCache: Sendable {
    private struct State {
        var delegations: [Name: (delegation: Delegation, end: Deadline)] = [:]
        var silent: [IPAddress: Deadline] = [:]
    }

    private let state = Mutex(State())
    private static let capacity = 10_000
    /// Held at the most, so that a moved zone shows soon whatever the TTL.
    static let longestLife: UInt32 = 900
    private static let silence = Duration.seconds(30)

    package init() {}

    /// The deepest delegation held that is at or above `name`.
    func deepest(above name: Name) -> Delegation? {
        let now = Deadline.now
        return state.withLock { state in
            for name in name.selfAndAncestors {
                if let held = state.delegations[name], held.end > now { return held.delegation }
            }
            return nil
        }
    }

    func keep(_ delegation: Delegation) {
        let end = Deadline.now + .seconds(min(delegation.ttl, Self.longestLife))
        state.withLock { state in
            if state.delegations.count >= Self.capacity {
                state.delegations = state.delegations.filter { $0.value.end > .now }
            }
            guard state.delegations.count < Self.capacity else { return }
            state.delegations[delegation.zone] = (delegation, end)
        }
    }

    /// Forgets everything at and above `name`: its servers may have moved.
    func forget(above name: Name) {
        state.withLock { state in
            for name in name.selfAndAncestors { state.delegations[name] = nil }
        }
    }

    func noteSilence(of server: IPAddress) {
        state.withLock { state in
            if state.silent.count >= Self.capacity { state.silent = [:] }
            state.silent[server] = .now + Self.silence
        }
    }

    /// In random order, those last that were silent a moment ago.
    func inOrder(_ servers: [IPAddress]) -> [IPAddress] {
        let now = Deadline.now
        let silent = state.withLock { $0.silent }
        let isSilent = { (server: IPAddress) in silent[server].map { $0 > now } ?? false }
        let shuffled = servers.shuffled()
        return shuffled.filter { !isSilent($0) } + shuffled.filter(isSilent)
    }
}
