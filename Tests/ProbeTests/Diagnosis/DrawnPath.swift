import Addresses
import DNS
import Hostile

@testable import Probe

/// Resolvers and nameservers as values, for what no daemon does on demand; the zone is example.test., the target
/// www.example.test.
enum DrawnPath {
    static let zoneName = Name("example.test") ?? .root
    static let target = Name("www.example.test") ?? .root

    /// A nameserver that answers from a zone text under the root, with authority.
    static func server(
        _ name: String, _ address: String?, serial: UInt32 = 1, _ text: String,
        failing: [RecordType] = []
    ) throws -> NameserverView {
        let records = try zone(text)
        let lookups = try [RecordType.a, .aaaa].map { type in
            try lookup(
                type, failing.contains(type) ? [] : records, serial: serial,
                failing.contains(type) ? .serverFailure : .noError, isAuthority: true)
        }
        return NameserverView(
            Name("\(name).example.test") ?? .root, address.flatMap { IPAddress($0) }, .sound,
            for: zoneName, lookups: lookups, soa: try soa(serial))
    }

    /// A nameserver that is out of order.
    static func server(
        _ name: String, _ address: String?, _ state: NameserverView.State
    ) -> NameserverView {
        NameserverView(
            Name("\(name).example.test") ?? .root, address.flatMap { IPAddress($0) }, state,
            for: zoneName)
    }

    static func resolver(
        _ text: String, failing: [RecordType] = [], _ code: ResponseCode = .serverFailure,
        serial: UInt32? = nil
    ) throws -> ResolverView {
        let records = try zone(text)
        let lookups = try [RecordType.a, .aaaa].map { type in
            try lookup(
                type, failing.contains(type) ? [] : records, serial: 1,
                failing.contains(type) ? code : .noError, isAuthority: false)
        }
        var view = ResolverView(
            resolver: "192.0.2.53", lookups: lookups,
            unchecked: lookups.filter { $0.response?.responseCode == .serverFailure })
        view.soa = try serial.map { try soa($0, isAuthority: false) }
        return view
    }

    static func zoneView(_ servers: NameserverView..., parent: Delegation? = nil) -> ZoneView {
        ZoneView(
            ListedZone(zone: zoneName, parent: parent, servers: [], ttl: 300), of: target,
            nameservers: servers)
    }

    static func resolution(
        _ resolvers: [ResolverView], _ zones: [ZoneView],
        remembered: RememberedAnswers = RememberedAnswers()
    ) -> Resolution {
        let answers = AuthorityAnswers(zones, of: target)
        let addresses = answers.addresses.union(resolvers.flatMap(\.addresses))
        var resolution = Resolution(
            host: target.text, name: target, resolvers: resolvers,
            outcome: answers.outcome ?? .addresses, addresses: addresses.sorted())
        resolution.zones = zones
        resolution.remembered = remembered
        return resolution
    }

    private static func lookup(
        _ type: RecordType, _ records: [Record], serial: UInt32, _ code: ResponseCode,
        isAuthority: Bool
    ) throws -> Lookup {
        var name = target
        var answers: [Record] = []
        while let alias = records.first(where: { $0.owner == name && $0.type == .cname }),
            let end = alias.name, !answers.contains(alias)
        {
            answers.append(alias)
            name = end
        }
        answers += records.filter { $0.owner == name && $0.type == type }
        let denies = code == .noError && !answers.contains { $0.type == type }
        let flags: Message.Flags = isAuthority ? [.isResponse, .authoritativeAnswer] : .isResponse
        return Lookup(
            question: Question(target, type),
            outcome: .success(
                Message(
                    id: 1, flags: flags, responseCode: code,
                    questions: [Question(target, type)], answers: answers,
                    authorities: denies && name.isWithin(zoneName)
                        ? try soa(serial).response?.answers ?? [] : [])),
            duration: .zero)
    }

    private static func soa(_ serial: UInt32, isAuthority: Bool = true) throws -> Lookup {
        let record = try zone(
            "example.test. 300 SOA ns1.example.test. host.example.test. \(serial) 3600 600 86400 300"
        )
        return Lookup(
            question: Question(zoneName, .soa),
            outcome: .success(
                Message(
                    id: 1, flags: isAuthority ? [.isResponse, .authoritativeAnswer] : .isResponse,
                    questions: [Question(zoneName, .soa)], answers: record)),
            duration: .zero)
    }
}
