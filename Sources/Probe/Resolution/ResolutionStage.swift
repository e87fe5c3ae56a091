package import Addresses
package import DNS
package import Sockets

/// Asks every resolver for a name's addresses, as its users' programs would, and every authority; at the same time.
package struct ResolutionStage: Sendable {
    /// The first is the clients' view.
    package var resolvers: [Resolver]
    /// Nil where the module does not ask them.
    package var authorities: AuthorityStage?
    /// What is asked beside A and AAAA.
    package var types: [RecordType]
    /// Where the host's own programs look as well; nil where the module names its resolvers.
    package var system: SystemResolvers?

    package init(
        resolvers: [Resolver], authorities: AuthorityStage? = nil, types: [RecordType] = [],
        system: SystemResolvers? = nil
    ) {
        (self.resolvers, self.authorities) = (resolvers, authorities)
        (self.types, self.system) = (types, system)
    }

    /// `budget` is the whole probe's; a question takes at most a fixed part of it. `tell` gets addresses as soon as
    /// any source gives them, so that nobody waits for the slowest.
    package func callAsFunction(
        _ host: Target.Host, budget: Duration, by deadline: Deadline,
        tell: @escaping @Sendable ([IPAddress]) -> Void = { _ in }
    ) async -> Resolution {
        let start = Deadline.now
        var resolution: Resolution
        switch host {
        case .address(let address):
            tell([address])
            resolution = Resolution(
                host: address.description, name: nil, outcome: .addresses, addresses: [address])
        case .name(let name):
            resolution = await resolve(name, budget: budget, by: deadline, tell: tell)
        }
        resolution.duration = Deadline.now - start
        return resolution
    }

    private func resolve(
        _ name: Name, budget: Duration, by deadline: Deadline,
        tell: @escaping @Sendable ([IPAddress]) -> Void
    ) async -> Resolution {
        guard !resolvers.isEmpty else {
            return Resolution(
                host: name.text, name: name, outcome: .unavailable("no resolver is configured"))
        }
        // Beyond this the handshakes with a late address would not have their time.
        let end = min(deadline, .now + budget * Self.authorityShare)
        async let zones =
            authorities?(name, [.a, .aaaa] + types, budget: budget, by: end, tell: tell) ?? []
        let found = await concurrently(resolvers) { resolver in
            let walk = ResolverWalk(
                resolver, types: types, timer: budget * QuestionTimer.share, deadline: deadline,
                comparesTransports: authorities != nil)
            return await walk.run(name, tell: tell)
        }
        var resolution = Resolution(name, found)
        resolution.take(await zones)
        resolution.hostsEntry = system?.hostsEntry(for: name)
        await lookAgain(&resolution, budget: budget, by: end)
        await askForTheRoot(&resolution, budget: budget, by: deadline)
        return resolution
    }

    /// Where nothing came from a resolver and from some server of a zone: the resolver may wait for that server, or is
    /// not to be reached. What every resolver holds tells the two apart.
    private func askForTheRoot(
        _ resolution: inout Resolution, budget: Duration, by deadline: Deadline
    ) async {
        let silent = resolution.resolvers.indices.filter { !resolution.resolvers[$0].isUp }
        guard !silent.isEmpty,
            resolution.zones.flatMap(\.nameservers).contains(where: \.isUnresponsive)
        else { return }
        let lookups = await concurrently(silent) { index in
            await resolvers[index](
                Question(.root, .ns), as: .client, timer: budget * Self.rootShare, by: deadline)
        }
        for (index, lookup) in zip(silent, lookups) { resolution.resolvers[index].root = lookup }
    }

    /// Where answers differ, what may explain it is asked for.
    private func lookAgain(
        _ resolution: inout Resolution, budget: Duration, by end: Deadline
    ) async {
        guard let authorities, let answers = resolution.authorityAnswers,
            let zone = resolution.zones.last?.zone
        else { return }
        let views = resolution.resolvers
        let differing = views.indices.filter { answers.differ(from: views[$0]) }
        let areDivided = resolution.zones.contains(where: \.isDivided)
        guard areDivided || !differing.isEmpty else { return }
        async let zones = concurrently(resolution.zones) { view in
            view.isDivided ? await authorities.again(view, budget: budget, by: end) : view
        }
        let serials = await concurrently(differing) { index in
            await resolvers[index](
                Question(zone, .soa), as: .client, timer: budget * QuestionTimer.share, by: end)
        }
        resolution.zones = await zones
        for (index, lookup) in zip(differing, serials) { resolution.resolvers[index].soa = lookup }
    }

    private static let authorityShare = 0.7
    private static let rootShare = 0.1
}

/// The time of one question with all its retries, as a part of the probe's budget.
package enum QuestionTimer {
    package static let share = 0.35
}

extension Resolution {
    /// As the resolvers tell it.
    fileprivate init(_ name: Name, _ found: [ResolverWalk.Result]) {
        let best = found.first { $0.outcome.isDecided } ?? found[0]
        self.init(
            host: name.text, name: name, resolvers: found.map(\.view), aliases: best.aliases,
            outcome: Outcome(found), addresses: Set(found.flatMap(\.addresses)).sorted())
    }

    /// What the authorities say decides, as far as they say anything.
    fileprivate mutating func take(_ zones: [ZoneView]) {
        self.zones = zones
        guard !zones.isEmpty, let authorities = authorityAnswers else { return }
        addresses = authorities.addresses.union(addresses).sorted()
        if aliases.isEmpty { aliases = authorities.chain.aliases }
        if let told = authorities.outcome { outcome = told }
    }
}

extension Resolution.Outcome {
    /// An address from anyone is an address; otherwise the first resolver that decided anything decides, and a
    /// name is denied only where none of them says otherwise.
    fileprivate init(_ found: [ResolverWalk.Result]) {
        if found.contains(where: { !$0.addresses.isEmpty }) {
            if case .brokenAlias = found[0].outcome {
                self = found[0].outcome
            } else {
                self = .addresses
            }
            return
        }
        let decided = found.map(\.outcome).filter(\.isDecided)
        self = decided.first { $0 != .nameError } ?? decided.first ?? found[0].outcome
    }

    /// Whether somebody's answer decided it, and not that nobody gave one.
    fileprivate var isDecided: Bool {
        switch self {
        case .addresses, .nameError, .noAddress, .brokenAlias: true
        case .failed, .cutShort, .unavailable: false
        }
    }
}
