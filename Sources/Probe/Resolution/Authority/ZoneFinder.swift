import Addresses
import DNS
import Sockets
import Synchronization

/// Finds the zone that a name stands in and who serves it, through the module's resolvers; where they do not know it,
/// by asking the servers of the zone above, or from the root hints.
struct ZoneFinder: Sendable {
    let resolvers: [Resolver]
    let iteration: Iteration
    /// Whether the root hints may be used where the resolvers do not find the zone.
    let mayIterate: Bool
    let cache: ZoneCache
    /// Of one question.
    let timer: Duration
    let end: Deadline
    private let hearing = Hearing()

    init(
        resolvers: [Resolver], iteration: Iteration, mayIterate: Bool, cache: ZoneCache,
        timer: Duration, end: Deadline
    ) {
        (self.resolvers, self.iteration, self.mayIterate) = (resolvers, iteration, mayIterate)
        (self.cache, self.timer, self.end) = (cache, timer, end)
    }

    /// Whether any resolver has answered anything, and whether one was silent.
    private final class Hearing: Sendable {
        let hasAnswer = Atomic(false)
        let hasSilence = Atomic(false)

        var isMixed: Bool {
            hasAnswer.load(ordering: .relaxed) && hasSilence.load(ordering: .relaxed)
        }
    }

    /// A zone, and how its parent refers to it.
    private struct Cut {
        var zone: Name
        var parent: Delegation?
        /// The resolvers see it too.
        var isCertain = true
    }

    /// Nil where nobody tells. What is found is kept for the probes that follow.
    func zone(of owner: Name) async -> ListedZone? {
        if let known = cache.zone(of: owner) { return known }
        let found = await look(for: owner)
        if found?.servers.isEmpty == false { return found }
        // A resolver with an empty cache takes longer than one question may: by now it has filled it.
        guard hearing.isMixed, Deadline.now < end else { return found }
        return await look(for: owner) ?? found
    }

    private func look(for owner: Name) async -> ListedZone? {
        guard let cut = await cut(above: owner) else { return nil }
        var zone = await listed(cut)
        // Who filters a name may make up a zone for it, which nobody serves.
        if zone.servers.isEmpty, let above = cut.zone.parent, let real = await apex(of: above).zone
        {
            guard let cut = await descend(from: real, towards: owner) else { return nil }
            zone = await listed(cut)
        }
        if !zone.servers.isEmpty { cache.keep(zone, of: owner) }
        return zone
    }

    /// Keeps the zone that referrals of the servers of `zone` lead to, for the next one who asks.
    func findZone(of owner: Name, below zone: Name) async {
        guard let cut = await descend(from: zone, towards: owner), cut.zone.isBelow(zone) else {
            return
        }
        let found = await listed(cut)
        if !found.servers.isEmpty { cache.keep(found, of: owner) }
    }

    private func cut(above owner: Name) async -> Cut? {
        switch await apex(of: owner) {
        case (let zone?, isCertain: true):
            return Cut(zone: zone, parent: await referral(to: zone))
        case (let zone?, isCertain: false):
            return await descend(from: zone, towards: owner)
        case (nil, _):
            return mayIterate ? await iterate(to: owner) : nil
        }
    }

    /// The deepest zone at or above a name that a resolver tells of. Not certain where it gave no answer for the
    /// name itself: a zone that it cannot reach may begin further down.
    private func apex(of owner: Name) async -> (zone: Name?, isCertain: Bool) {
        let names = owner.selfAndAncestors.prefix(Self.mostSteps)
        for (index, name) in names.enumerated() {
            guard let reply = await ask(Question(name, .soa)), let place = reply.place(of: name)
            else {
                // A zone out of order takes a resolver its time: all names above are asked at once.
                let replies = await concurrently(Array(names.dropFirst(index + 1))) { name in
                    await ask(Question(name, .soa))?.place(of: name)
                }
                return (replies.lazy.compactMap { $0?.apex }.first, false)
            }
            // An alias is no apex: it stands in the zone of the name above it.
            if let apex = place.apex { return (apex, true) }
        }
        return (nil, false)
    }

    /// How the servers of the zone above refer to a zone.
    private func referral(to zone: Name) async -> Delegation? {
        guard let above = zone.parent, let parent = await apex(of: above).zone else { return nil }
        let question = Question(zone, .ns)
        let reply = await ask(await servers(of: parent), question, for: parent)
        guard case .referral(let delegation) = reply, delegation.zone == zone else { return nil }
        return delegation
    }

    /// Follows referrals where the resolvers see no further. Nil where the zone that they do see is silent to us: the
    /// name may be in another further down, and the blame is not this one's.
    private func descend(from zone: Name, towards owner: Name) async -> Cut? {
        var cut = Cut(zone: zone, isCertain: false)
        var servers = await servers(of: zone)
        let question = Question(owner, .a)
        for step in 0..<Self.mostSteps {
            let reply = await ask(servers, question, for: cut.zone)
            guard case .referral(let child) = reply else {
                if case .silence = reply, step == 0 { return nil }
                break
            }
            cut = Cut(zone: child.zone, parent: child, isCertain: false)
            servers = child.addresses
        }
        // The zone that the resolvers do see may be the name's after all.
        return cut.zone == zone ? Cut(zone: zone, parent: await referral(to: zone)) : cut
    }

    /// The zone in which a descent from the root ends, be it that its servers do not answer.
    private func iterate(to owner: Name) async -> Cut? {
        var descent = Descent(iteration, by: end, queriesLeft: Iteration.mostQueries)
        _ = await descent.resolve(Question(owner, .soa))
        // The root alone is no finding: nobody has told where the name is.
        return iteration.delegations.deepest(above: owner).flatMap {
            $0.zone.isRoot ? nil : Cut(zone: $0.zone, parent: $0, isCertain: false)
        }
    }

    // MARK: - Who serves a zone

    /// With the servers that both sides name.
    private func listed(_ cut: Cut) async -> ListedZone {
        // What the resolvers do not see they need not be asked about again.
        let records =
            cut.isCertain ? await ask(Question(cut.zone, .ns))?.answer(cut.zone, .ns) : nil
        let own = records?.records.compactMap(\.name) ?? []
        let parents = cut.parent?.servers ?? []
        let names = Set(own + parents.map(\.name)).sorted().prefix(Delegation.mostServers)
        let servers = await concurrently(Array(names)) { name in
            let glue = parents.first { $0.name == name }?.addresses ?? []
            let isKnown = !cut.isCertain && !glue.isEmpty
            var server =
                isKnown ? ListedZone.Server(name: name, addresses: []) : await lookUp(name)
            server.addresses = Array(Set(server.addresses + glue).sorted())
            if !glue.isEmpty { server.isAddressless = false }
            return server
        }
        // What a lost packet left out is asked for again soon: its comparisons would be missing as long as the zone is kept.
        let isWhole =
            cut.parent != nil && (!cut.isCertain || records != nil)
            && !servers.contains { $0.addresses.isEmpty && !$0.isAddressless }
        let ttl = min(
            records?.ttl ?? .max, cut.parent?.ttl ?? .max, isWhole ? .max : Self.partialLife)
        return ListedZone(zone: cut.zone, parent: cut.parent, servers: servers, ttl: ttl)
    }

    private func lookUp(_ nameserver: Name) async -> ListedZone.Server {
        let replies = await concurrently([RecordType.a, .aaaa]) { type in
            await ask(Question(nameserver, type))
        }
        let addresses = replies.flatMap { reply in
            reply?.answers.filter { $0.owner == nameserver }.compactMap(\.address) ?? []
        }
        let isWhole = replies.allSatisfy { $0 != nil }
        return ListedZone.Server(
            name: nameserver, addresses: Array(addresses.prefix(Self.mostAddresses)),
            lookedUp: isWhole ? Set(addresses) : [], isAddressless: addresses.isEmpty && isWhole)
    }

    /// Some addresses of a zone's servers: one that answers is enough.
    private func servers(of zone: Name) async -> [IPAddress] {
        for known in [iteration.delegations, cache.parents] {
            guard let held = known.deepest(above: zone), held.zone == zone else { continue }
            return held.addresses
        }
        guard let records = await ask(Question(zone, .ns))?.answer(zone, .ns) else { return [] }
        let names = records.records.compactMap(\.name).shuffled().prefix(Self.mostParentServers)
        let servers = await concurrently(Array(names)) { await lookUp($0) }
        let delegation = Delegation(
            zone: zone, servers: servers.map { .init($0.name, at: $0.addresses) },
            ttl: records.ttl)
        if !delegation.addresses.isEmpty { cache.parents.keep(delegation) }
        return delegation.addresses
    }

    // MARK: - Asking

    /// Asks the resolvers, the next one where the one before takes long: a zone that is out of order takes a
    /// resolver a while. Nil where none gives an answer that decides.
    private func ask(_ question: Question) async -> Message? {
        await firstResult(of: resolvers, startingEach: timer * Self.stagger) { resolver in
            let lookup = await resolver(question, as: .validator, timer: timer, by: end)
            if lookup.failure == .timedOut { hearing.hasSilence.store(true, ordering: .relaxed) }
            guard let response = lookup.response, response.isDecisive else { return nil }
            hearing.hasAnswer.store(true, ordering: .relaxed)
            return response
        }
    }

    /// Asks some of a zone's servers, the next one where the one before takes long, until one is of use.
    private func ask(
        _ servers: [IPAddress], _ question: Question, for zone: Name
    ) async -> AuthorityReply {
        let asked = iteration.delegations.inOrder(servers.filter(iteration.policy.permits))
            .prefix(Self.mostParentServers)
        let useless = Mutex<AuthorityReply?>(nil)
        let reply = await firstResult(of: Array(asked), startingEach: timer * Self.stagger) {
            server -> AuthorityReply? in
            let lookup = await iteration.exchange(with: server)(
                question, as: .resolver, timer: timer * 0.5, by: end)
            guard let message = lookup.response else {
                if lookup.failure == .timedOut { iteration.delegations.noteSilence(of: server) }
                return nil
            }
            let reply = AuthorityReply(message, to: question, from: zone)
            if reply.isUseful { return reply }
            useless.withLock { $0 = reply }
            return nil
        }
        return reply ?? useless.withLock { $0 } ?? .silence("no server answers")
    }

    /// Labels that are looked at, and referrals that are followed.
    private static let mostSteps = 16
    /// Seconds for which a zone is kept of which something could not be had.
    private static let partialLife: UInt32 = 10
    private static let mostParentServers = 3
    /// Of one nameserver.
    private static let mostAddresses = 8
    /// When the next resolver is asked too, as a part of the timer.
    private static let stagger = 0.25
}

/// Where a name stands.
private enum ZonePlace: Sendable {
    case zone(Name)
    /// In the zone of the name above it, as an alias does.
    case aboveAlias

    var apex: Name? { if case .zone(let apex) = self { apex } else { nil } }
}

extension Message {
    /// Whether it says what there is or is not.
    var isDecisive: Bool { responseCode == .noError || responseCode == .nameError }

    /// What an answer to a question for its SOA tells of where a name stands; nil where it tells nothing.
    fileprivate func place(of name: Name) -> ZonePlace? {
        let isAlias = answers.contains {
            $0.owner == name && $0.type == .cname || $0.type == .dname && name.isBelow($0.owner)
        }
        return isAlias ? .aboveAlias : zone(of: name).map(ZonePlace.zone)
    }

    /// The owner of the SOA record that answers a question for it, or that comes with the denial.
    fileprivate func zone(of name: Name) -> Name? {
        answers.first { $0.type == .soa && $0.owner == name }?.owner
            ?? authorities.first { $0.type == .soa && name.isWithin($0.owner) }?.owner
    }
}
