import DNS
import Sockets

/// An authoritative server: some zones on one loopback address.
final class AuthoritativeServer: Sendable {
    private let service: DNSService
    private let zones: [Name: Zone]

    init(_ service: DNSService, zones: [Zone]) {
        self.service = service
        self.zones = Dictionary(zones.map { ($0.apex, $0) }) { first, _ in first }
    }

    /// Makes every server of leaf zones that answers.
    static func all(_ sockets: BoundSockets, _ tree: Tree) -> [AuthoritativeServer] {
        sockets.authorities.map { authority, service in
            let zones =
                switch authority {
                case .lame1, .lame2: [Zone]()
                case .behind: Array(tree.earlier.values)
                default: tree.leaves
                }
            return AuthoritativeServer(service, zones: zones)
        }
    }

    func run() async {
        await service.run { query in self.answer(query) }
    }

    private func answer(_ query: Message) -> Message {
        var reply = query.reply
        guard let question = query.questions.first, let zone = zone(for: question) else {
            reply.responseCode = .refused
            reply.edns?.options = [ExtendedError(code: 20).option]
            return reply
        }
        let answer = ZoneAnswer(question, in: zone, dnssecOK: query.dnssecOK)
        if answer.isAuthoritative { reply.flags.insert(.authoritativeAnswer) }
        reply.responseCode = answer.responseCode
        reply.answers = answer.answers
        reply.authorities = answer.authorities
        reply.additionals = answer.additionals
        return reply
    }

    /// The closest zone above the name; of a cut's DS the parent's, if it is here (RFC 4035 3.1.4.1).
    private func zone(for question: Question) -> Zone? {
        let candidates = question.name.selfAndAncestors.compactMap { zones[$0] }
        if question.type == .ds, let parent = candidates.first(where: { $0.apex != question.name })
        {
            return parent
        }
        return candidates.first
    }
}
