package import Addresses
package import DNS
package import Sockets

/// Asks every authoritative server of a name's zone, and of each zone that its aliases lead to, directly.
package struct AuthorityStage: Sendable {
    /// By whom zones and the addresses of their servers are found.
    package var resolvers: [Resolver]
    /// Port and policy for the servers, and the hints.
    package var iteration: Iteration
    package var mayIterate: Bool
    package var cache: ZoneCache

    package init(
        resolvers: [Resolver], iteration: Iteration, mayIterate: Bool = false,
        cache: ZoneCache = ZoneCache()
    ) {
        (self.resolvers, self.iteration) = (resolvers, iteration)
        (self.mayIterate, self.cache) = (mayIterate, cache)
    }

    /// The zone of the name first; empty where it cannot be found. `types` are asked of every owner.
    package func callAsFunction(
        _ name: Name, _ types: [RecordType], budget: Duration, by deadline: Deadline,
        tell: ([IPAddress]) -> Void
    ) async -> [ZoneView] {
        let walk = AuthorityWalk(self, types, budget: budget, by: deadline)
        let views = await walk.run(name, tell: tell)
        // Servers may have moved since they were kept: who none of knows the zone is looked up anew.
        let moved = views.filter { !$0.nameservers.isEmpty && $0.sound.isEmpty }
        let isOutdated = moved.contains { walk.wereKnown($0.zone) }
        if isOutdated { for view in moved { cache.forget(view.zone) } }
        // A denial that a resolver keeps from before the delegation names the zone above it.
        let above = views.filter(\.refersFurtherDown)
        guard isOutdated || !above.isEmpty else { return views }
        for view in above { await walk.descend(from: view) }
        let anew = await AuthorityWalk(self, types, budget: budget, by: deadline).run(
            name, tell: tell)
        // Where nobody tells of the zone any more, that its servers are silent is all that is known.
        return anew.isEmpty ? views : anew
    }

    /// Asks the servers of a view for addresses and SOA once more: what comes again is no accident.
    package func again(
        _ view: ZoneView, budget: Duration, by deadline: Deadline
    ) async -> ZoneView {
        let walk = AuthorityWalk(self, [.a, .aaaa], budget: budget, by: deadline)
        var again = view
        again.nameservers = await concurrently(view.nameservers) { server in
            await walk.again(server, owner: view.owner, zone: view.zone)
        }
        return again
    }
}
