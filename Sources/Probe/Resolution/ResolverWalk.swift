import Addresses
import DNS
import Sockets

/// One resolver's view of one name: A and AAAA at once, and the aliases one by one where it fails on them.
struct ResolverWalk: Sendable {
    private let resolver: Resolver
    /// Asked beside A and AAAA.
    private let types: [RecordType]
    private let timer: Duration
    private let deadline: Deadline
    private let comparesTransports: Bool

    struct Result: Sendable {
        var view: ResolverView
        var aliases: [Alias] = []
        var addresses: [IPAddress] = []
        var outcome: Resolution.Outcome
    }

    init(
        _ resolver: Resolver, types: [RecordType] = [], timer: Duration, deadline: Deadline,
        comparesTransports: Bool = false
    ) {
        (self.resolver, self.types) = (resolver, types)
        (self.timer, self.deadline) = (timer, deadline)
        self.comparesTransports = comparesTransports
    }

    /// `tell` gets the addresses before the side questions are answered.
    func run(_ name: Name, tell: ([IPAddress]) -> Void) async -> Result {
        async let overTCP = comparesTransports ? lookupOverTCP(Question(name, .soa)) : nil
        async let others = lookups(of: name, types, as: .client)
        var result = await resolve(name)
        tell(result.addresses)
        result.view.overTCP = await overTCP
        result.view.others = await others
        return result
    }

    /// Nil for a resolver that is not asked over UDP.
    private func lookupOverTCP(_ question: Question) async -> Lookup? {
        guard let exchange = resolver.overTCP else { return nil }
        return await exchange(question, as: .client, timer: timer, by: deadline)
    }

    private func resolve(_ name: Name) async -> Result {
        var view = ResolverView(
            resolver: resolver.label,
            lookups: await lookups(of: name, [.a, .aaaa], as: .client))
        view.isEncrypted = resolver.isEncrypted
        // SERVFAIL may be the resolver's judgement of DNSSEC: what it then hides is still worth a look.
        let failed =
            resolver.mayValidate
            ? view.lookups.filter(\.isServerFailure).map(\.question.type) : []
        if !failed.isEmpty {
            view.unchecked = await lookups(of: name, failed, as: .validator)
        }
        let told = view.lookups.map { lookup in
            guard lookup.isServerFailure else { return lookup }
            return view.unchecked.first { $0.question == lookup.question && $0.isAnswered }
                ?? lookup
        }
        guard !failed.isEmpty, !told.contains(where: { $0.isAnswered && !$0.isServerFailure })
        else {
            return await conclude(name, told, view)
        }
        return await walkAliases(from: name, view)
    }

    private func lookups(
        of name: Name, _ types: [RecordType], as manner: Query.Manner
    ) async -> [Lookup] {
        await concurrently(types) { type in
            await resolver(Question(name, type), as: manner, timer: timer, by: deadline)
        }
    }

    /// Reads chain and addresses from the answers, and asks on as long as an answer ends in the middle of the chain.
    private func conclude(_ name: Name, _ first: [Lookup], _ view: ResolverView) async -> Result {
        var chain = AliasChain(from: name)
        var latest = first
        while true {
            let known = chain.aliases.count
            chain.follow(latest.map { $0.response?.answers ?? [] })
            guard chain.fault == nil, chain.aliases.count > known,
                latest.addresses(of: chain.end).isEmpty,
                !latest.contains(where: { $0.response?.denies(chain.end) == true })
            else { return result(chain, latest, view) }
            latest = await lookups(of: chain.end, [.a, .aaaa], as: .validator)
        }
    }

    /// Asks for one alias after the other, for chains that the resolver does not resolve in one go.
    private func walkAliases(from name: Name, _ view: ResolverView) async -> Result {
        var chain = AliasChain(from: name)
        while chain.fault == nil {
            let known = chain.aliases.count
            let lookup = await lookups(of: chain.end, [.cname], as: .validator)
            chain.follow(lookup.records)
            guard chain.aliases.count == known else { continue }
            if chain.aliases.isEmpty {
                return Result(view: view, outcome: lookup.isCutShort ? .cutShort : .failed)
            }
            break
        }
        guard chain.fault == nil else { return result(chain, [], view) }
        return result(
            chain, await lookups(of: chain.end, [.a, .aaaa], as: .validator), view)
    }

    /// `latest` are the answers that speak of the chain's end.
    private func result(
        _ chain: AliasChain, _ latest: [Lookup], _ view: ResolverView
    ) -> Result {
        var result = Result(
            view: view, aliases: chain.aliases,
            // A cache may hold an address of a name that has become an alias: its users are sent there.
            addresses: Set([chain.end] + chain.aliases.map(\.owner)).flatMap {
                (latest + view.lookups).addresses(of: $0)
            },
            outcome: .addresses)
        if let fault = chain.fault {
            result.outcome = .brokenAlias(fault)
        } else if result.addresses.isEmpty {
            result.outcome = Self.denial(chain, latest)
        }
        return result
    }

    private static func denial(_ chain: AliasChain, _ latest: [Lookup]) -> Resolution.Outcome {
        let end = chain.end.text
        if latest.contains(where: { $0.response?.responseCode == .nameError }) {
            return chain.aliases.isEmpty
                ? .nameError : .brokenAlias("\(end), where the aliases end, does not exist")
        }
        // Both types must be denied: one answer alone leaves the other open.
        guard latest.allSatisfy({ $0.response?.responseCode == .noError }) else {
            return latest.isCutShort ? .cutShort : .failed
        }
        return chain.aliases.isEmpty
            ? .noAddress : .brokenAlias("\(end), where the aliases end, has no address")
    }
}

extension Lookup {
    fileprivate var isAnswered: Bool { response != nil }
    fileprivate var isServerFailure: Bool { response?.responseCode == .serverFailure }
}

extension [Lookup] {
    fileprivate var records: [Record] { flatMap { $0.response?.answers ?? [] } }

    fileprivate var isCutShort: Bool { contains { $0.failure == .cutShort } }

    fileprivate func addresses(of name: Name) -> [IPAddress] {
        records.filter { $0.owner == name }.compactMap(\.address)
    }
}

extension Message {
    /// Whether this response says that `name` has no answer, and not only nothing about it.
    fileprivate func denies(_ name: Name) -> Bool {
        responseCode == .nameError
            || responseCode == .noError
                && authorities.contains { $0.type == .soa && name.isWithin($0.owner) }
    }
}
