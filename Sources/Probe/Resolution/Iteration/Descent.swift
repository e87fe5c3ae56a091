import Addresses
import DNS
import Sockets

/// Follows one question from the deepest zone known down to the servers that answer it (RFC 1034 5.3.3), telling each
/// no more of the name than it needs (RFC 9156).
struct Descent {
    private let iteration: Iteration
    private let end: Deadline
    /// How many nameservers' own addresses are being looked up around this question.
    private let depth: Int
    /// Left for this question and all that it leads to.
    private(set) var queriesLeft: Int

    /// Why nobody answers, and for which zone.
    struct Failure: Error {
        var zone: Name
        /// One clause.
        var detail: String
        /// Whether more time might have brought an answer.
        var isSilence = false
    }

    init(_ iteration: Iteration, by end: Deadline, queriesLeft: Int, depth: Int = 0) {
        (self.iteration, self.end) = (iteration, end)
        (self.queriesLeft, self.depth) = (queriesLeft, depth)
    }

    /// The response of the authority for the name (for a DS: of the zone above it), aliases not followed.
    mutating func resolve(_ question: Question) async -> Result<Message, Failure> {
        let holder = question.type == .ds ? question.name.parent ?? .root : question.name
        if let known = iteration.delegations.deepest(above: holder) {
            let result = await descend(question, from: known)
            if case .success = result { return result }
            // Its servers may have moved since it was kept: once more, from the root.
            iteration.delegations.forget(above: holder)
        }
        return await descend(question, from: iteration.root)
    }

    private mutating func descend(
        _ question: Question, from start: Delegation
    ) async -> Result<Message, Failure> {
        var delegation = start
        var steps = 0
        var labels = start.zone.labelCount + 1
        // Each round goes down by a zone or by a label.
        while true {
            let asked = minimised(question, to: labels)
            switch await ask(asked, delegation) {
            case .failure(let failure): return .failure(failure)
            case .success(.referral(let child)):
                iteration.delegations.keep(child)
                delegation = child
                labels = max(labels, child.zone.labelCount + 1)
            case .success(.answer(let message)):
                if asked == question { return .success(message) }
                steps += 1
                // An alias or a denial of a part says nothing certain of the whole name: it is asked for itself.
                let isOpen = message.responseCode == .noError && message.answers.isEmpty
                let left = question.name.labelCount - labels
                labels += isOpen ? Self.stride(left, after: steps) : left
            case .success(.useless(let clause)), .success(.silence(let clause)):
                return .failure(fault(delegation.zone, [clause]))
            }
        }
    }

    /// The name's last labels and a type that every zone may be asked for (RFC 9156 2.1, 2.3).
    private func minimised(_ question: Question, to labels: Int) -> Question {
        labels >= question.name.labelCount
            ? question : Question(question.name.suffix(labels), .a)
    }

    /// Label by label at first, then faster: a name has up to 127 (RFC 9156 2.3).
    private static func stride(_ left: Int, after steps: Int) -> Int {
        steps < 4 ? 1 : max(1, left / max(1, 10 - steps))
    }

    /// Asks one of the zone's servers after another until one is of use.
    private mutating func ask(
        _ question: Question, _ delegation: Delegation
    ) async -> Result<AuthorityReply, Failure> {
        var failures: [String] = []
        var wasSilent = false
        var tried: Set<IPAddress> = []
        var unaddressed = delegation.unaddressed.shuffled().prefix(Self.mostNameserverLookups)
        var addresses = delegation.addresses
        while true {
            let servers = iteration.delegations.inOrder(addresses).filter {
                iteration.policy.permits($0) && tried.insert($0).inserted
            }
            for server in servers {
                guard Deadline.now < end else {
                    let clauses = failures + ["the time was over"]
                    return .failure(fault(delegation.zone, clauses, isSilence: true))
                }
                guard queriesLeft > 0 else {
                    let detail = "more than \(Iteration.mostQueries) queries would be needed"
                    return .failure(fault(delegation.zone, [detail]))
                }
                queriesLeft -= 1
                let isLast = server == servers.last && unaddressed.isEmpty
                switch await reply(
                    of: server, to: question, for: delegation.zone, isLast: isLast)
                {
                case .useless(let clause): failures.append("\(server) \(clause)")
                case .silence(let clause):
                    failures.append("\(server) \(clause)")
                    wasSilent = true
                case let reply: return .success(reply)
                }
            }
            guard depth < Self.mostDepth, let name = unaddressed.popFirst() else {
                return .failure(fault(delegation.zone, failures, isSilence: wasSilent))
            }
            addresses = await self.addresses(of: name)
        }
    }

    private func reply(
        of server: IPAddress, to question: Question, for zone: Name, isLast: Bool
    ) async -> AuthorityReply {
        let exchange = iteration.exchange(with: server)
        let left = end - .now
        let timer = isLast ? left : min(left * 0.4, Self.longestWait)
        switch await exchange(question, as: .resolver, timer: timer, by: end).outcome {
        case .success(let message):
            return AuthorityReply(message, to: question, from: zone)
        case .failure(let failure):
            if failure == .timedOut { iteration.delegations.noteSilence(of: server) }
            let isSilence = failure == .timedOut || failure == .cutShort
            return isSilence
                ? .silence("gives no answer") : .useless("gives no answer (\(failure))")
        }
    }

    /// Looks up a nameserver that came without glue.
    private mutating func addresses(of nameserver: Name) async -> [IPAddress] {
        var inner = Descent(iteration, by: end, queriesLeft: queriesLeft, depth: depth + 1)
        defer { queriesLeft = inner.queriesLeft }
        for type in [RecordType.a, .aaaa] {
            let reply = try? await inner.resolve(Question(nameserver, type)).get()
            let found = reply?.answers.filter { $0.owner == nameserver }.compactMap(\.address) ?? []
            if !found.isEmpty { return Array(found.prefix(Self.mostAddresses)) }
        }
        return []
    }

    private func fault(_ zone: Name, _ failures: [String], isSilence: Bool = false) -> Failure {
        let clauses = failures.isEmpty ? ["no address of a server is known"] : failures
        return Failure(
            zone: zone, detail: clauses.prefix(4).joined(separator: "; "), isSilence: isSilence)
    }

    /// Nameservers without glue that are looked up for one zone (NXNSAttack, CVE-2020-8616).
    private static let mostNameserverLookups = 4
    private static let mostDepth = 3
    private static let mostAddresses = 8
    /// For one server with all its retries, as long as there are others to ask.
    private static let longestWait = Duration.seconds(1)
}
