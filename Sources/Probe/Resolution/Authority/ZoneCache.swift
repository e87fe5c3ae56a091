import DNS
import Sockets
import Synchronization

/// Which zone a name stands in, and who serves it; each for at most its TTL. No answer is kept.
package final class ZoneCache: Sendable {
    private struct State {
        /// The zone of each name asked about.
        var apexes: [Name: Name] = [:]
        var zones: [Name: (zone: ListedZone, end: Deadline)] = [:]
    }

    private let state = Mutex(State())
    /// The servers of zones above, as resolvers tell them: hearsay, which iteration from the root must not take over.
    let parents = DelegationCache()

    package init() {}

    func zone(of owner: Name) -> ListedZone? {
        let now = Deadline.now
        return state.withLock { state in
            guard let held = state.apexes[owner].flatMap({ state.zones[$0] }), held.end > now
            else { return nil }
            return held.zone
        }
    }

    func keep(_ zone: ListedZone, of owner: Name) {
        let end = Deadline.now + .seconds(min(zone.ttl, DelegationCache.longestLife))
        state.withLock { state in
            if state.apexes.count >= Self.capacity { state = State() }
            state.apexes[owner] = zone.zone
            state.zones[zone.zone] = (zone, end)
        }
    }

    func forget(_ zone: Name) {
        state.withLock { state in
            state.zones[zone] = nil
            state.apexes = state.apexes.filter { $0.value != zone }
        }
    }

    private static let capacity = 10_000
}
