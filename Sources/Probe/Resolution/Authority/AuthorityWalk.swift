import Addresses
import DNS
import Sockets
import Synchronization

/// One walk along a name's aliases, zone by zone, with all servers of each at once.
final class AuthorityWalk: Sendable {
    private let iteration: Iteration
    private let finder: ZoneFinder
    private let cache: ZoneCache
    private let types: [RecordType]
    /// Of one question to one server.
    private let timer: Duration
    private let end: Deadline
    /// Zones that were not looked up in this walk.
    private let known = Mutex<Set<Name>>([])

    init(
        _ stage: AuthorityStage, _ types: [RecordType], budget: Duration, by deadline: Deadline
    ) {
        (iteration, cache, self.types) = (stage.iteration, stage.cache, types)
        end = deadline
        timer = budget * Self.timerShare
        finder = ZoneFinder(
            resolvers: stage.resolvers, iteration: stage.iteration, mayIterate: stage.mayIterate,
            cache: stage.cache, timer: budget * Self.finderShare, end: end)
    }

    private enum Step: Sendable {
        case found(ListedZone?, owner: Name)
        /// By the place of its zone's view.
        case answered(NameserverView, Int)
    }

    /// An alias is followed as soon as the first server tells of it.
    func run(_ name: Name, tell: ([IPAddress]) -> Void) async -> [ZoneView] {
        await withTaskGroup(of: Step.self) { group in
            var views: [ZoneView] = []
            var owners = [name]
            group.addTask { await self.find(name) }
            for await step in group {
                switch step {
                case .found(nil, _): break
                case .found(let listed?, let owner):
                    let place = views.count
                    views.append(ZoneView(listed, of: owner))
                    for (server, address) in listed.addressed {
                        group.addTask {
                            .answered(await self.ask(server, address, owner, listed.zone), place)
                        }
                    }
                case .answered(let server, let place):
                    views[place].nameservers.append(server)
                    if server.state == .sound { tell(server.addresses.sorted()) }
                    for target in server.aliasEnds
                    where !owners.contains(target) && owners.count < Self.mostOwners {
                        owners.append(target)
                        group.addTask { await self.find(target) }
                    }
                }
            }
            return views.map(\.inOrder)
        }
    }

    /// Whether the zone's servers came from what was kept of an earlier walk.
    func wereKnown(_ zone: Name) -> Bool { known.withLock { $0.contains(zone) } }

    /// Takes another zone for the owner of a view, where the referrals of the view's servers lead.
    func descend(from view: ZoneView) async {
        await finder.findZone(of: view.owner, below: view.zone)
    }

    private func find(_ owner: Name) async -> Step {
        if let kept = cache.zone(of: owner) {
            known.withLock { _ = $0.insert(kept.zone) }
            return .found(kept, owner: owner)
        }
        return .found(await finder.zone(of: owner), owner: owner)
    }

    private func ask(
        _ server: ListedZone.Server, _ address: IPAddress?, _ owner: Name, _ zone: Name
    ) async -> NameserverView {
        guard let address else {
            return NameserverView(
                server.name, nil,
                server.isAddressless
                    ? .addressless : .unknown("its address could not be looked up"),
                for: zone)
        }
        guard iteration.policy.permits(address) else {
            return NameserverView(
                server.name, address, .unknown("the address policy forbids it"), for: zone)
        }
        let exchange = iteration.exchange(with: address)
        async let delegation = iteration.exchange(with: address, .tcp)(
            Question(zone, .ns), as: .resolver, timer: timer, by: end)
        let questions = types.map { Question(owner, $0) } + [Question(zone, .soa)]
        let lookups = await concurrently(questions) { question in
            await exchange(question, as: .resolver, timer: self.timer, by: self.end)
        }
        var view = NameserverView(
            server.name, address, .sound, for: zone, lookups: Array(lookups.dropLast()),
            soa: lookups.last, delegation: await delegation)
        view.state = .init(view)
        return view
    }

    func again(_ server: NameserverView, owner: Name, zone: Name) async -> NameserverView {
        guard let address = server.address, server.state == .sound else { return server }
        let exchange = iteration.exchange(with: address)
        let questions = types.map { Question(owner, $0) } + [Question(zone, .soa)]
        var server = server
        server.second = await concurrently(questions) { question in
            await exchange(question, as: .resolver, timer: self.timer, by: self.end)
        }
        return server
    }

    /// Names that are asked for along the aliases.
    private static let mostOwners = 8
    fileprivate static let mostAddressesOfOne = 8
    /// The time of one question to a nameserver, and of one that finds zones, as parts of the probe's budget.
    private static let timerShare = 0.25
    private static let finderShare = 0.12
}

extension ListedZone {
    /// Every address to be asked with its server; a server without any once. Where they are too many, each server
    /// has its share: one with a thousand addresses does not hide the others.
    fileprivate var addressed: [(server: Server, address: IPAddress?)] {
        let places = (0..<AuthorityWalk.mostAddressesOfOne).flatMap { place in
            servers.filter { place < $0.addresses.count }.map { ($0, $0.addresses[place]) }
        }
        return servers.filter(\.addresses.isEmpty).map { ($0, nil) }
            + places.prefix(Delegation.mostAddresses).map { ($0, $1) }
    }
}

extension ZoneView {
    /// Whether its servers say nothing of the owner but that it is in a zone below.
    var refersFurtherDown: Bool {
        !tellsOfAddresses
            && nameservers.flatMap(\.lookups).contains { lookup in
                guard let response = lookup.response,
                    case .referral = AuthorityReply(response, to: lookup.question, from: zone)
                else { return false }
                return true
            }
    }

    fileprivate var inOrder: ZoneView {
        var view = self
        view.nameservers.sort {
            $0.name != $1.name
                ? $0.name < $1.name
                : ($0.address?.description ?? "") < ($1.address?.description ?? "")
        }
        return view
    }
}

extension NameserverView {
    /// Where aliases lead that this server follows no further.
    fileprivate var aliasEnds: Set<Name> {
        guard state == .sound else { return [] }
        return Set(
            statements.compactMap { if case .alias(let end) = $0 { end } else { nil } })
    }
}

extension NameserverView.State {
    /// What the answers about a zone say of their server.
    fileprivate init(_ view: NameserverView) {
        // Lazy: where the name's own answers have authority, nobody asks what the SOA says.
        let soa = [view.soa].lazy.compactMap { $0?.statement(in: view.zone) }
        if view.statements.contains(where: \.isAuthoritative)
            || soa.contains(where: \.isAuthoritative)
        {
            self = .sound
            return
        }
        for case .useless(let clause) in view.statements + soa {
            self = .lame(clause)
            return
        }
        let lookups = view.lookups + [view.soa, view.delegation].compactMap { $0 }
        let failures = lookups.compactMap(\.failure)
        let own = failures.first(where: \.isOwnFault)
        let text = failures.first.map(\.description) ?? "it was not asked"
        self = own.map { .unknown($0.description) } ?? .unresponsive(text)
    }
}

extension ExchangeFailure {
    /// Not the server's: this host cannot send there, or did not wait for as long as it is due.
    var isOwnFault: Bool {
        switch self {
        case .noRoute, .local, .cutShort: true
        default: false
        }
    }
}
