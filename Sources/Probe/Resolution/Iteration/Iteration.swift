import Addresses
package import DNS
package import Sockets

/// Resolves from the root hints down by asking the authorities themselves; nothing is validated on the way.
package struct Iteration: Sendable {
    package var hints: RootHints
    /// Of every authority.
    package var port: UInt16
    /// Which addresses may be asked.
    package var policy: AddressRule
    package var delegations: DelegationCache
    private let counts: ExchangeCounts

    package init(
        hints: RootHints = .iana, port: UInt16 = 53, policy: AddressRule = AddressRule(),
        delegations: DelegationCache = DelegationCache(), counts: ExchangeCounts = ExchangeCounts()
    ) {
        (self.hints, self.port, self.policy) = (hints, port, policy)
        (self.delegations, self.counts) = (delegations, counts)
    }

    /// Queries that one question may cost, aliases and nameservers' addresses included (NXNSAttack, CVE-2020-8616).
    package static let mostQueries = 64

    /// Answers as a resolver would, along aliases. Where a zone's servers do not answer, that is SERVFAIL with an
    /// extended error that names them; only where the root does not, it is a failure.
    package func callAsFunction(
        _ question: Question, timer: Duration, by deadline: Deadline
    ) async -> Lookup {
        let start = Deadline.now
        guard start < deadline else {
            return Lookup(question: question, outcome: .failure(.cutShort), duration: .zero)
        }
        let end = min(start + timer, deadline)
        let outcome = await resolve(question, by: end, isCut: end == deadline)
        return Lookup(question: question, outcome: outcome, duration: Deadline.now - start)
    }

    /// `isCut` says that the question has less time than is its due, so that silence proves nothing.
    private func resolve(
        _ question: Question, by end: Deadline, isCut: Bool
    ) async -> Result<Message, ExchangeFailure> {
        var result = Message(
            id: 0, flags: [.isResponse, .recursionAvailable], questions: [question],
            edns: EDNS(dnssecOK: true))
        var chain = AliasChain(from: question.name)
        var descent = Descent(self, by: end, queriesLeft: Self.mostQueries)
        while true {
            let link = Question(chain.end, question.type)
            let reply: Message
            switch await descent.resolve(link) {
            case .success(let message): reply = message
            case .failure(let failure) where failure.isSilence && isCut:
                return .failure(.cutShort)
            case .failure(let failure) where failure.zone.isRoot:
                return .failure(.unreachable("no root server answers: \(failure.detail)"))
            case .failure(let failure):
                return .success(result.failed(failure))
            }
            result.responseCode = reply.responseCode
            result.answers += reply.answers
            result.authorities += reply.authorities
            guard ![.cname, .any, .rrsig].contains(question.type) else { return .success(result) }
            let known = chain.aliases.count
            chain.follow(reply.answers)
            guard chain.fault == nil, chain.aliases.count > known, reply.responseCode == .noError,
                !reply.speaks(of: Question(chain.end, question.type))
            else { return .success(result) }
        }
    }

    /// Where every descent begins when nothing is known.
    var root: Delegation {
        Delegation(zone: .root, servers: [.init(.root, at: hints.addresses)], ttl: 0)
    }

    func exchange(
        with server: IPAddress, _ transport: ResolverSpec.Transport = .udp
    ) -> Exchange {
        Exchange(.init(SocketAddress(server, port: port), transport), counts: counts)
    }
}

extension Message {
    /// Whether there is data or a denial for the question in it.
    fileprivate func speaks(of question: Question) -> Bool {
        answers.contains { $0.owner == question.name && $0.type == question.type }
            || authorities.contains { $0.type == .soa && question.name.isWithin($0.owner) }
    }

    /// RFC 8914: 22 is "No Reachable Authority".
    fileprivate func failed(_ failure: Descent.Failure) -> Message {
        var message = self
        message.responseCode = .serverFailure
        let error = ExtendedError(code: 22, text: "\(failure.zone.text): \(failure.detail)")
        message.edns?.options.append(error.option)
        return message
    }
}
