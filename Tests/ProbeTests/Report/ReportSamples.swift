import Addresses
import DNS
import DNSSEC
import OpenSSL
import Probe
import Sockets
import Testing

/// Reports built by hand, the same bytes each time: Ed25519 signatures are deterministic.
struct ReportSamples {
    /// 2027-01-15T08:00:00Z.
    static let now: Int64 = 1_800_000_000
    static let host = "www.example.test"

    let key: PrivateKey
    let root, intermediate: Certificate
    let store: TrustStore

    init() throws {
        // RFC 8410 10.3.
        let pem = """
            -----BEGIN PRIVATE KEY-----
            MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC
            -----END PRIVATE KEY-----
            """
        key = try #require(PrivateKey(pem: Array(pem.utf8)))
        root = try Self.draft("Test Root", days: 3650, isCA: true).selfSigned(with: key)
        intermediate = try Self.draft("Test Intermediate", days: 1000, isCA: true)
            .issued(by: root, key: key, for: key)
        store = TrustStore(certificates: [root])
    }

    static func draft(_ name: String, days: Int64, isCA: Bool = false) -> CertificateBuilder {
        var draft = CertificateBuilder(
            commonName: name, notBefore: now - 86400 * 60, notAfter: now + 86400 * days)
        draft.isCA = isCA
        draft.serialNumber = 0x1f2e
        return draft
    }

    func leaf(
        _ name: String = host, days: Int64 = 30, _ names: [String]? = nil
    ) throws -> Certificate {
        var draft = Self.draft(name, days: days)
        draft.dnsNames = names ?? [name]
        return try draft.issued(by: intermediate, key: key, for: key)
    }

    func shown(_ leaf: Certificate, sendsIntermediate: Bool = true) -> PresentedCertificate {
        let sent = sendsIntermediate ? [leaf, intermediate] : [leaf]
        let verification = store.verify(leaf, sent: sent, at: Self.now)
        let completed = store.verify(
            leaf, sent: sent, intermediates: [intermediate], at: Self.now)
        return PresentedCertificate(
            leaf: leaf, sentChain: sent, verification: verification,
            completedByKnownIntermediates: verification.isTrusted ? nil : completed.isTrusted,
            nameMatches: leaf.matches(host: Self.host))
    }

    func handshake(_ certificate: PresentedCertificate) -> Handshake {
        var handshake = Handshake(outcome: .completed, duration: .microseconds(12_345))
        (handshake.version, handshake.cipher) = ("TLSv1.3", "TLS_AES_256_GCM_SHA384")
        (handshake.group, handshake.signature) = ("X25519", "ed25519")
        handshake.alpn = "http/1.1"
        handshake.certificate = certificate
        return handshake
    }

    func endpoint(
        _ address: String, _ port: Port, _ handshake: Handshake?,
        _ connection: EndpointResult.Connection = .connected(.microseconds(1500))
    ) throws -> EndpointResult {
        let address = try #require(IPAddress(address))
        return EndpointResult(
            endpoint: Endpoint(host: Self.host, address: address, port: port),
            connection: connection, handshake: handshake)
    }

    static let ports = [
        Port(443, .https), Port(993, .imaps, isRequired: false),
        Port(465, .smtps, isRequired: false),
    ]

    /// One address and three ports, all well, signed.
    func healthy() throws -> Report {
        let handshake = handshake(shown(try leaf()))
        return try report(
            resolution(["192.0.2.7"]), Self.secure(),
            Self.ports.map { try endpoint("192.0.2.7", $0, handshake) })
    }

    func report(
        _ resolution: Resolution, _ validation: DNSSECResult?, _ endpoints: [EndpointResult],
        _ findings: [Finding] = []
    ) throws -> Report {
        var durations = StageDurations()
        durations.resolve = resolution.duration
        durations.validate = validation == nil ? nil : .milliseconds(40)
        if !endpoints.isEmpty {
            (durations.connect, durations.handshake) = (.milliseconds(2), .milliseconds(13))
        }
        (durations.diagnose, durations.total) = (.microseconds(80), .microseconds(61_200))
        let host: Target.Host =
            if let name = resolution.name { .name(name) } else {
                .address(try #require(IPAddress(resolution.host)))
            }
        return Report(
            target: Target(text: resolution.host, host: host), moduleName: "default", at: Self.now,
            resolution: resolution, validation: validation, endpoints: endpoints,
            diagnosis: Diagnosis(findings: findings), durations: durations,
            timeout: .milliseconds(9500))
    }
}

extension ReportSamples {
    func resolution(
        _ addresses: [String], outcome: Resolution.Outcome = .addresses
    ) throws -> Resolution {
        let name = try #require(Name(Self.host))
        let target = try #require(Name("web.example.test"))
        let addresses = addresses.compactMap { IPAddress($0) }.sorted()
        let alias = Alias(owner: name, target: target, ttl: 3600)
        let lookups = [RecordType.a, .aaaa].map { type in
            var message = Message(id: 1, flags: .isResponse)
            message.answers = [
                Record(owner: name, type: .cname, ttl: 3600, data: .name(target))
            ]
            message.answers += addresses.filter { ($0.family == .ipv4) == (type == .a) }.map {
                Record(owner: target, type: type, ttl: 300, data: .address($0))
            }
            return Lookup(
                question: Question(name, type), outcome: .success(message),
                duration: .microseconds(type == .a ? 8000 : 9100))
        }
        return Resolution(
            host: Self.host, name: name,
            resolvers: [ResolverView(resolver: "192.0.2.53", lookups: lookups)], aliases: [alias],
            outcome: outcome, addresses: addresses, duration: .microseconds(9250))
    }

    static func zone(_ name: String, _ tags: [UInt16], end: Int64) throws -> ZoneReport {
        var zone = ZoneReport(zone: try #require(Name(name)), status: .secure)
        zone.algorithms = [.ecdsaP256SHA256]
        zone.keyTags = tags
        zone.trustedBy = [
            DS(
                keyTag: tags[0], algorithm: .ecdsaP256SHA256, digestType: .sha256,
                digest: Array(repeating: 7, count: 32))
        ]
        zone.earliestSignature = SignatureWindow(
            typeCovered: .dnskey, inception: now - 86400 * 7, expiration: end)
        zone.longestTTL = 3600
        if let window = zone.earliestSignature {
            zone.keySignature = VerifiedSignature(
                owner: zone.zone, signer: zone.zone, keyTag: tags[0], window: window)
            if let parent = zone.zone.parent {
                var window = window
                window.typeCovered = .ds
                zone.delegationSignature = VerifiedSignature(
                    owner: zone.zone, signer: parent, keyTag: 99, window: window)
            }
        }
        return zone
    }

    static func secure(_ change: (inout Validation) -> Void = { _ in }) throws -> DNSSECResult {
        let name = try #require(Name(host))
        var validation = Validation(
            question: Question(name, .a), status: .secure, fault: nil,
            zones: [
                try zone(".", [20326, 38696], end: now + 86400 * 10),
                try zone("test", [4711], end: now + 86400 * 9),
                try zone("example.test", [815], end: now + 86400 * 14),
            ])
        let record = Record(
            owner: name, type: .a, ttl: 300, data: .address(try #require(IPAddress("192.0.2.7"))))
        validation.answer = [try #require(RRset(owner: name, type: .a, in: [record]))]
        change(&validation)
        return DNSSECResult([validation])
    }
}

extension Report {
    var metricsText: String { String(decoding: metrics(), as: UTF8.self) }
}
