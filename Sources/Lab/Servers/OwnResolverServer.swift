import Addresses
import DNS
import OpenSSL
import Sockets

/// A resolver of one name's own: the lab's, but for what it does with the names of that zone.
final class OwnResolverServer: Sendable {
    private let service: OwnResolverSocket.Service
    /// For TLS.
    private let context: TLSContext?
    private let kind: OwnResolver
    private let zone: Name
    /// The zone's earlier version.
    private let earlier: Zone?
    private let sound: LabResolver
    private let filled = Deadline.now

    init(
        _ service: OwnResolverSocket.Service, _ context: TLSContext?, _ kind: OwnResolver,
        zone: Name, earlier: Zone?,
        sound: LabResolver
    ) {
        (self.service, self.context, self.kind, self.zone) = (service, context, kind, zone)
        (self.earlier, self.sound) = (earlier, sound)
    }

    /// Makes those of every name that brings its own.
    static func all(
        _ sockets: BoundSockets, _ tree: Tree, _ certificates: Certificates, _ sound: LabResolver,
        backwards: LabResolver
    ) throws(OpenSSLError) -> [OwnResolverServer] {
        var servers: [OwnResolverServer] = []
        for socket in sockets.ownResolvers {
            guard let zone = Name(socket.entry.owner)?.suffix(2), let service = socket.service
            else { continue }
            servers.append(
                OwnResolverServer(
                    service, try socket.kind.context(certificates), socket.kind, zone: zone,
                    earlier: tree.earlier[zone],
                    sound: socket.kind == .backwards ? backwards : sound))
        }
        return servers
    }

    func run() async {
        switch service {
        case .plain(let service): await service.run { query in await self.answer(query) }
        case .encrypted(let service):
            guard let context else { return }
            await service.run(context) { query in await self.answer(query) }
        }
    }

    private func answer(_ query: Message) async -> Message {
        guard let question = query.questions.first else { return query.reply }
        if kind == .refuses { return refusal(of: query) }
        // The DS is the parent's, which nothing is wrong with.
        guard question.name.isWithin(zone), !(question.type == .ds && question.name == zone) else {
            return await sound.answer(query)
        }
        var reply = query.reply
        reply.flags.insert(.recursionAvailable)
        switch kind {
        case .holdsEarlier(let freshness):
            guard let reply = remembered(question, query, freshness) else {
                return await sound.answer(query)
            }
            return reply
        case .filters(let filter): filter.answer(question, in: &reply)
        case .fails(let code):
            reply.responseCode = .serverFailure
            reply.edns?.options = [ExtendedError(code: code).option]
        default: return await sound.answer(query)
        }
        return reply
    }

    private func refusal(of query: Message) -> Message {
        var reply = query.reply
        reply.responseCode = .refused
        reply.edns?.options = [ExtendedError(code: 18).option]
        return reply
    }

    /// What the cache holds; nil when it holds nothing any more.
    private func remembered(
        _ question: Question, _ query: Message, _ freshness: OwnResolver.Freshness
    ) -> Message? {
        guard let earlier else { return nil }
        let held = ZoneAnswer(question, in: earlier, dnssecOK: query.dnssecOK)
        var reply = query.reply
        reply.flags.insert(.recursionAvailable)
        reply.responseCode = held.responseCode
        (reply.answers, reply.authorities) = (held.answers, held.authorities)
        let age = UInt32(clamping: (Deadline.now - filled).components.seconds)
        for path in [\Message.answers, \.authorities] {
            for index in reply[keyPath: path].indices {
                let ttl = reply[keyPath: path][index].ttl
                switch freshness {
                case .cached where ttl <= age: return nil
                case .cached: reply[keyPath: path][index].ttl = ttl - age
                case .expired: reply[keyPath: path][index].ttl = Self.expiredTTL
                case .current: break
                }
            }
        }
        if freshness == .expired { reply.edns?.options = [ExtendedError(code: 3).option] }
        // It was validated when it was fetched, and its signatures still hold.
        let asks = query.dnssecOK || query.flags.contains(.authenticData)
        if earlier.isSigned, asks, !query.flags.contains(.checkingDisabled) {
            reply.flags.insert(.authenticData)
        }
        return reply
    }

    /// RFC 8767 4.
    private static let expiredTTL: UInt32 = 30
}

extension OwnResolver {
    /// Nil for what is asked without TLS.
    fileprivate func context(_ certificates: Certificates) throws(OpenSSLError) -> TLSContext? {
        switch self {
        case .overTLS(let leaf):
            let names = [Self.certificateName]
            return try TLSContext(
                server: [try certificates.identity(leaf ?? .sound, for: names)], alpn: ["dot"])
        case .overHTTPS:
            let names = [Self.certificateName]
            return try TLSContext(
                server: [try certificates.identity(.sound, for: names)], alpn: ["h2"])
        default: return nil
        }
    }
}

extension OwnResolver.Filter {
    fileprivate func answer(_ question: Question, in reply: inout Message) {
        switch self {
        case .policyZone:
            reply.responseCode = .nameError
            guard let owner = Name("rpz.nic.test") else { return }
            let soa = SOA(
                primary: owner, mailbox: owner.child("hostmaster".utf8) ?? owner, serial: 1,
                refresh: 3600, retry: 600, expire: 86_400, minimum: 60)
            reply.additionals = [Record(owner: owner, type: .soa, ttl: 60, data: .soa(soa))]
        case .blocked:
            reply.responseCode = .nameError
            reply.edns?.options = [ExtendedError(code: 15).option]
        case .unspecifiedAddress:
            guard question.type == .a else { return }
            let data = RecordData.address(IPAddress(ipv4: 0))
            reply.answers = [Record(owner: question.name, type: .a, ttl: 2, data: data)]
        }
    }
}
