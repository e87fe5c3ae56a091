import Addresses
import DNS
import Sockets

/// One resolver's view of one name: A and AAAA at once, and the aliases one by one where it fails on them.
struct ResolverWalk: Sendable {
    private let exchange: Exchange
    private let timer: Duration
    private let deadline: Deadline

    struct Result: Sendable {
        var view: ResolverView
        var aliases: [Alias] = []
        var addresses: [IPAddress] = []
        var outcome: Resolution.Outcome
    }

    init(_ exchange: Exchange, timer: Duration, deadline: Deadline) {
        (self.exchange, self.timer, self.deadline) = (exchange, timer, deadline)
    }

    func run(_ name: Name) async -> Result {
        let lookups = await addressLookups(of: name, isChecked: true)
        let view = ResolverView(resolver: exchange.server.label, lookups: lookups)
        var responses = lookups.compactMap(\.response)
        guard !responses.isEmpty else {
            let isCutShort = lookups.contains { $0.outcome.failure == .cutShort }
            return Result(view: view, outcome: isCutShort ? .cutShort : .failed)
        }
        // SERVFAIL may be the resolver's judgement of DNSSEC: what it then hides is still worth a look, type by type.
        let failed = lookups.filter { $0.response?.responseCode == .serverFailure }
        if !failed.isEmpty {
            let types = failed.map(\.question.type)
            let unchecked = await addressLookups(of: name, types, isChecked: false)
                .compactMap(\.response).filter { $0.responseCode != .serverFailure }
            if unchecked.isEmpty, failed.count == responses.count {
                return await walkAliases(from: name, view)
            }
            responses = responses.filter { $0.responseCode != .serverFailure } + unchecked
        }
        return await conclude(name, responses, view)
    }

    private func addressLookups(
        of name: Name, _ types: [RecordType] = [.a, .aaaa], isChecked: Bool
    ) async -> [Lookup] {
        await concurrently(types) { type in
            await exchange(Question(name, type), isChecked: isChecked, timer: timer, by: deadline)
        }
    }

    /// Reads chain and addresses from the answers, and asks on where the chain leaves them.
    private func conclude(_ name: Name, _ responses: [Message], _ view: ResolverView) async
        -> Result
    {
        var chain = AliasChain(from: name)
        chain.follow(responses.flatMap(\.answers))
        var addresses = Self.addresses(of: chain.end, in: responses)
        var deciding = responses
        if addresses.isEmpty, chain.fault == nil, !chain.aliases.isEmpty,
            !responses.contains(where: { $0.denies(chain.end) })
        {
            // The answer ends in the middle of the chain.
            let more = await addressLookups(of: chain.end, isChecked: false).compactMap(\.response)
            chain.follow(more.flatMap(\.answers))
            addresses = Self.addresses(of: chain.end, in: more)
            if !more.isEmpty { deciding = more }
        }
        return result(chain, addresses, deciding, view)
    }

    /// Asks for one alias after the other, for chains that the resolver does not resolve in one go.
    private func walkAliases(from name: Name, _ view: ResolverView) async -> Result {
        var chain = AliasChain(from: name)
        while chain.fault == nil {
            let lookup = await exchange(
                Question(chain.end, .cname), isChecked: false, timer: timer, by: deadline)
            let known = chain.aliases.count
            chain.follow(lookup.response?.answers ?? [])
            if chain.aliases.count == known { break }
        }
        guard !chain.aliases.isEmpty else { return Result(view: view, outcome: .failed) }
        guard chain.fault == nil else { return result(chain, [], [], view) }
        let responses = await addressLookups(of: chain.end, isChecked: false).compactMap(\.response)
        return result(chain, Self.addresses(of: chain.end, in: responses), responses, view)
    }

    private func result(
        _ chain: AliasChain, _ addresses: [IPAddress], _ responses: [Message], _ view: ResolverView
    ) -> Result {
        var result = Result(
            view: view, aliases: chain.aliases, addresses: addresses, outcome: .addresses)
        if let fault = chain.fault {
            result.outcome = .brokenAlias(fault)
        } else if addresses.isEmpty {
            result.outcome = Self.denial(chain, responses)
        }
        return result
    }

    private static func denial(_ chain: AliasChain, _ responses: [Message]) -> Resolution.Outcome {
        if responses.contains(where: { $0.responseCode == .nameError }) {
            return chain.aliases.isEmpty
                ? .nameError
                : .brokenAlias("\(chain.end.text), where the aliases end, does not exist")
        }
        let answered = responses.filter { $0.responseCode == .noError }
        // Both types must be denied: one answer alone leaves the other open.
        guard Set(answered.compactMap { $0.questions.first?.type }).count == 2 else {
            return .failed
        }
        return chain.aliases.isEmpty
            ? .noAddress : .brokenAlias("\(chain.end.text), where the aliases end, has no address")
    }

    private static func addresses(of name: Name, in responses: [Message]) -> [IPAddress] {
        responses.flatMap(\.answers).filter { $0.owner == name }.compactMap(\.address)
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

extension Result {
    fileprivate var failure: Failure? {
        if case .failure(let failure) = self { failure } else { nil }
    }
}
