import Addresses
import DNS
import Hostile
import Sockets
import Testing

@testable import Probe

/// What resolvers and authorities might say of www.a.test, built by hand.
struct PathSamples {
    static let now: Int64 = 1_800_000_000
    static let soa = "a.test. 60 SOA ns1.a.test. root.a.test. 7 3600 600 86400 60"
    static let good = "www.a.test. 300 A 192.0.2.1"
    static let other = "www.a.test. 300 A 192.0.2.2"

    var resolvers: [ResolverView] = []
    var nameservers: [NameserverView] = []
    var endpoints: [EndpointResult] = []
    var remembered = RememberedAnswers()
    var parent: Delegation?
    var isBogus = false

    static func lookup(
        _ type: RecordType, _ answer: String, _ code: ResponseCode = .noError,
        denial: String? = soa, errors: [UInt16] = [], isAuthority: Bool = false,
        owner: String = "www.a.test"
    ) throws -> Lookup {
        let records = try zone(answer).filter { [type, .cname].contains($0.type) }
        var message = Message(
            id: 1, flags: isAuthority ? [.isResponse, .authoritativeAnswer] : .isResponse,
            responseCode: code, questions: [Question(try owner.asName, type)], answers: records,
            authorities: records.isEmpty && code != .serverFailure ? try zone(denial ?? "") : [],
            edns: EDNS(dnssecOK: false))
        message.edns?.options = errors.map { ExtendedError(code: $0).option }
        return Lookup(
            question: message.questions[0], outcome: .success(message),
            duration: .milliseconds(1))
    }

    static func lost(_ type: RecordType, _ failure: ExchangeFailure = .timedOut) throws -> Lookup {
        Lookup(
            question: Question(try "www.a.test".asName, type), outcome: .failure(failure),
            duration: .seconds(1))
    }

    /// `unchecked` is what it says with CD=1.
    static func resolver(
        _ answer: String, _ code: ResponseCode = .noError, denial: String? = soa,
        errors: [UInt16] = [], unchecked: String? = nil, serial: UInt32? = nil,
        at address: String = "192.0.2.53"
    ) throws -> ResolverView {
        let types = [RecordType.a, .aaaa]
        var view = ResolverView(
            resolver: address,
            lookups: try types.map { try lookup($0, answer, code, denial: denial, errors: errors) })
        if code == .serverFailure {
            view.unchecked = try types.map {
                try lookup($0, unchecked ?? "", unchecked == nil ? .serverFailure : .noError)
            }
        }
        view.soa = try serial.map { try Self.serial($0, isAuthority: false) }
        return view
    }

    static func serial(_ serial: UInt32, isAuthority: Bool = true) throws -> Lookup {
        try lookup(
            .soa, "a.test. 60 SOA ns1.a.test. root.a.test. \(serial) 3600 600 86400 60",
            isAuthority: isAuthority, owner: "a.test")
    }

    /// ns1.a.test (198.51.100.1) and so on; sound unless `state` says otherwise.
    static func server(
        _ number: Int, _ answer: String = good, _ code: ResponseCode = .noError,
        serial: UInt32 = 7, state: NameserverView.State = .sound, isStable: Bool = false,
        names: [String] = ["ns1.a.test", "ns2.a.test"]
    ) throws -> NameserverView {
        var view = NameserverView(
            try "ns\(number).a.test".asName, IPAddress("198.51.100.\(number)"), state,
            for: try "a.test".asName)
        guard state == .sound else { return view }
        view.lookups = try [.a, .aaaa].map { try lookup($0, answer, code, isAuthority: true) }
        view.soa = try Self.serial(serial)
        view.delegation = try lookup(
            .ns, names.map { "a.test. 300 NS \($0)." }.joined(separator: "\n"),
            isAuthority: true, owner: "a.test")
        if isStable { view.second = view.lookups + [view.soa].compactMap { $0 } }
        return view
    }

    static func endpoint(
        _ address: String, passes: Bool, certificate: PresentedCertificate? = nil
    ) throws -> EndpointResult {
        var handshake = Handshake(outcome: .completed, duration: .milliseconds(1))
        handshake.certificate = certificate
        return EndpointResult(
            endpoint: Endpoint(
                host: "www.a.test", address: try #require(IPAddress(address)),
                port: Port(443, .https)),
            connection: passes
                ? .connected(.milliseconds(1)) : .failed(.refused, after: .milliseconds(1)),
            handshake: passes ? handshake : nil)
    }

    var view: ZoneView {
        get throws {
            let servers = nameservers.map {
                ListedZone.Server(name: $0.name, addresses: $0.address.map { [$0] } ?? [])
            }
            return ZoneView(
                ListedZone(
                    zone: try "a.test".asName, parent: parent, servers: servers, ttl: 300),
                of: try "www.a.test".asName, nameservers: nameservers)
        }
    }

    var resolution: Resolution {
        get throws {
            let name = try "www.a.test".asName
            let zones = nameservers.isEmpty ? [] : [try view]
            let answers = AuthorityAnswers(zones, of: name)
            var resolution = Resolution(
                host: "www.a.test", name: name, resolvers: resolvers,
                outcome: answers.outcome ?? .addresses,
                addresses: answers.addresses.union(resolvers.flatMap(\.addresses)).sorted())
            resolution.zones = zones
            resolution.remembered = remembered
            return resolution
        }
    }

    /// Of the rules of resolution alone.
    var findings: [Finding] {
        get throws {
            ResolutionRules(
                resolution: try resolution, endpoints: endpoints, isBogus: isBogus, now: Self.now
            ).findings
        }
    }

    /// `resolver_filtered failure`.
    var classes: [String] {
        get throws { try findings.map { "\($0.failureClass.rawValue) \($0.severity.rawValue)" } }
    }
}
