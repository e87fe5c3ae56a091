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
            let early = Deadline.now + budget * Self.headStart
            let published = await published(at: base, open, early: early) {
                let result = await self($0, [.tlsa], at: now, budget: budget, by: deadline)
                return result.validations.first
            }
            for one in published where found[one.port] == nil || one.isAnswer {
                found[one.port] = one
            }
        }
        return ports.compactMap { found[$0] }
    }

    /// Asks for one port and, when its answer has come or is late, for those others that it says nothing of: most hosts
    /// have no records at all.
    private func published(
        at base: Name, _ ports: [UInt16], early: Deadline,
        _ validated: @escaping @Sendable (Name) async -> Validation?
    ) async -> [PublishedTLSA] {
        let owners = ports.compactMap { port in
            base.child("_tcp".utf8)?.child("_\(port)".utf8).map { (port: port, name: $0) }
        }
        guard let first = owners.first else { return [] }
        let others = Array(owners.dropFirst())
        return await withTaskGroup(of: Validation?.self) { group in
            group.addTask { await validated(first.name) }
            group.addTask {
                await EventLoops.sleep(until: early)
                return nil
            }
            let known = await group.next() ?? nil
            let rest = await concurrently(others, atMost: Self.questionsAtOnce) { owner in
                if let denial = known?.denial(of: Question(owner.name, .tlsa)) {
                    return PublishedTLSA(port: owner.port, denial) as PublishedTLSA?
                }
                return await validated(owner.name).map { PublishedTLSA(port: owner.port, $0) }
            }
            var begin = known
            while begin == nil, let late = await group.next() { begin = late }
            group.cancelAll()
            return ([begin.map { PublishedTLSA(port: first.port, $0) }] + rest).compactMap(\.self)
        }
    }

    private static let questionsAtOnce = 8
    /// Of the budget, for the first question.
    private static let headStart = 0.1
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
