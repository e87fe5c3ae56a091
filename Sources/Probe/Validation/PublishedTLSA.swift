package import DNS
package import DNSSEC
import Sockets

/// The answer to the question for the TLSA records of one port (RFC 6698 3).
package struct PublishedTLSA: Sendable {
    package var port: UInt16
    package var validation: Validation

    package init(port: UInt16, _ validation: Validation) {
        (self.port, self.validation) = (port, validation)
    }

    /// `_443._tcp.example.com`, before aliases of its own.
    package var owner: Name { validation.question.name }

    /// Why nobody can tell whether there are any; nil where it is known.
    package var fault: Fault? { validation.status > .insecure ? validation.fault : nil }

    /// Whether another name need not be asked.
    fileprivate var isAnswer: Bool { !records.isEmpty || fault != nil }

    /// Only what DNSSEC secures counts (RFC 6698 4.1).
    package var records: [TLSA] {
        guard validation.status == .secure else { return [] }
        return validation.answer.filter { $0.type == .tlsa }.flatMap(\.data).compactMap { data in
            if case .tlsa(let record) = data { record } else { nil }
        }
    }
}

extension ValidationStage {
    /// Finds the TLSA records of every port, where `addresses`, the verdict on the host itself, allows any.
    func tlsa(
        of host: Name, _ ports: [UInt16], beside addresses: DNSSECResult, at now: Int64,
        budget: Duration, by deadline: Deadline
    ) async -> [PublishedTLSA] {
        var found: [UInt16: PublishedTLSA] = [:]
        for base in addresses.tlsaBases(of: host) {
            // What cannot be validated is no proof that there is nothing (RFC 7671 7).
            let open = ports.filter { found[$0]?.isAnswer != true }
            let published = await published(at: base, open) { owner in
                let result = await self(owner, [.tlsa], at: now, budget: budget, by: deadline)
                return result.validations.first
            }
            for one in published { found[one.port] = one }
        }
        return ports.compactMap { found[$0] }
    }

    /// Asks for one port, and for those others that its answer says nothing of: most hosts have no records at all.
    private func published(
        at base: Name, _ ports: [UInt16],
        _ validated: @escaping @Sendable (Name) async -> Validation?
    ) async -> [PublishedTLSA] {
        let ask = { @Sendable (port: UInt16, known: Validation?) async -> PublishedTLSA? in
            guard let owner = base.child("_tcp".utf8)?.child("_\(port)".utf8) else { return nil }
            if let denial = known?.denial(of: Question(owner, .tlsa)) {
                return PublishedTLSA(port: port, denial)
            }
            return await validated(owner).map { PublishedTLSA(port: port, $0) }
        }
        guard let first = ports.first else { return [] }
        let begin = await ask(first, nil)
        let others = Array(ports.dropFirst())
        let rest = await concurrently(others, atMost: Self.questionsAtOnce) { port in
            await ask(port, begin?.validation)
        }
        return ([begin] + rest).compactMap(\.self)
    }

    private static let questionsAtOnce = 8
}

extension DNSSECResult {
    /// Below which names TLSA records count: where the aliases end, if all of them are secure, then the name itself
    /// (RFC 7671 7). None where the addresses are not secure (RFC 7672 2.2.2), or there are none.
    func tlsaBases(of host: Name) -> [Name] {
        let positive = validations.filter { !$0.answer.isEmpty }
        guard let answer = positive.first?.answer, let end = answer.last?.owner else { return [] }
        if positive.allSatisfy({ $0.status == .secure }) {
            return end == host ? [host] : [end, host]
        }
        let isOwnAliasSecure = positive.allSatisfy { validation in
            validation.status <= .insecure
                && validation.answerSignatures.contains {
                    $0.owner == host && $0.window.typeCovered == .cname
                }
        }
        return isOwnAliasSecure ? [host] : []
    }
}
