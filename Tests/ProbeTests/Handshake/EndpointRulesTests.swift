import Addresses
import OpenSSL
import Sockets
import Testing

@testable import Probe

/// Every class of the network and of the handshake, from facts written by hand.
@Suite struct EndpointRulesTests {
    typealias Connection = EndpointResult.Connection

    static let refused = Connection.failed(.refused, after: .milliseconds(1))
    static let silent = Connection.failed(.timedOut, after: .seconds(3))
    static let up = Connection.connected(.milliseconds(1))
    static let noRoute = Connection.failed(.noRoute(errno: 101), after: .zero)
    static let unreachable = Connection.failed(
        .unreachable(ICMP(origin: .v4, type: 3, code: 1)), after: .zero)
    static let prohibited = Connection.failed(
        .unreachable(ICMP(origin: .v4, type: 3, code: 13)), after: .zero)
    static let noDescriptor = Connection.failed(.system(call: "socket", errno: 24), after: .zero)

    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let endpoints: [(place: String, connection: Connection)]
        let failures: [FailureClass]
        let warnings: [FailureClass]
        let places: [String]

        /// `places` are the first finding's; a port of 993 is optional.
        init(
            _ name: String, _ endpoints: KeyValuePairs<String, Connection>,
            _ failures: FailureClass..., warnings: [FailureClass] = [], at places: [String] = []
        ) {
            testDescription = name
            self.endpoints = endpoints.map { ($0.key, $0.value) }
            (self.failures, self.warnings, self.places) = (failures, warnings, places)
        }
    }

    static let cases: [Case] = [
        Case("all well", ["192.0.2.7:443": up, "[2001:db8::1]:443": up]),
        Case("refused", ["192.0.2.7:443": refused], .tcpConnectionRefused, at: ["192.0.2.7:443"]),
        Case("silent", ["192.0.2.7:443": silent], .tcpTimeout),
        Case("unreachable", ["192.0.2.7:443": unreachable], .hostUnreachable),
        Case(
            "prohibited, and nothing else answers", ["192.0.2.7:443": prohibited], .hostUnreachable),
        Case(
            "two ways to fail", ["192.0.2.7:443": refused, "192.0.2.8:443": silent],
            .tcpConnectionRefused, .tcpTimeout),
        Case("optional: refused", ["192.0.2.7:443": up, "192.0.2.7:993": refused]),
        Case("optional: silent", ["192.0.2.7:443": up, "192.0.2.7:993": silent]),
        Case("optional: unreachable", ["192.0.2.7:443": up, "192.0.2.7:993": unreachable]),
        Case("optional: cut short", ["192.0.2.7:443": up, "192.0.2.7:993": .cutShort]),
        Case(
            "optional: at one address of two",
            [
                "192.0.2.7:443": up, "192.0.2.8:443": up, "192.0.2.7:993": up,
                "192.0.2.8:993": refused,
            ]),
        Case("cut short", ["192.0.2.7:443": .cutShort], .probeDeadlineExceeded),
        Case(
            "blocked", ["192.0.2.7:443": silent, "192.0.2.7:993": up], .portBlocked,
            at: ["192.0.2.7:443"]),
        Case(
            "blocked by a filter", ["192.0.2.7:443": prohibited, "192.0.2.7:993": up], .portBlocked),
        Case(
            "blocked, where the other port refuses",
            ["192.0.2.7:443": silent, "192.0.2.7:993": refused], .portBlocked),
        Case(
            "not blocked: the other port is silent too",
            ["192.0.2.7:443": silent, "192.0.2.7:993": silent], .tcpTimeout),
        Case(
            "not blocked: another address answers there",
            ["192.0.2.7:443": silent, "192.0.2.8:993": up], .tcpTimeout),
        Case(
            "blocked, the other family has no route here",
            [
                "192.0.2.7:443": silent, "192.0.2.7:993": up,
                "[2001:db8::1]:443": .noRouteForFamily,
            ], .portBlocked, warnings: [.probeLocalError]),
        Case(
            "partial outage", ["192.0.2.7:443": up, "192.0.2.8:443": refused],
            .endpointPartialOutage, at: ["192.0.2.8:443"]),
        Case(
            "both families in part",
            ["192.0.2.7:443": up, "192.0.2.8:443": silent, "[2001:db8::1]:443": silent],
            .endpointPartialOutage, at: ["192.0.2.8:443", "[2001:db8::1]:443"]),
        Case(
            "IPv6 broken",
            ["192.0.2.7:443": up, "[2001:db8::1]:443": silent, "[2001:db8::2]:443": unreachable],
            .addressFamilyBroken, at: ["[2001:db8::1]:443", "[2001:db8::2]:443"]),
        Case(
            "IPv4 broken", ["192.0.2.7:443": refused, "[2001:db8::1]:443": up], .addressFamilyBroken
        ),
        Case(
            "not broken: IPv6 connects on another port",
            ["192.0.2.7:443": up, "[2001:db8::1]:443": refused, "[2001:db8::1]:993": up],
            .endpointPartialOutage),
        Case(
            "not broken: one IPv6 address is not known",
            ["192.0.2.7:443": up, "[2001:db8::1]:443": refused, "[2001:db8::2]:443": .cutShort],
            .probeDeadlineExceeded, .endpointPartialOutage),
        Case(
            "no route for a family", ["192.0.2.7:443": up, "[2001:db8::1]:443": .noRouteForFamily],
            warnings: [.probeLocalError], at: ["2001:db8::1"]),
        Case("no route at all", ["192.0.2.7:443": noRoute], .probeLocalError, at: ["192.0.2.7"]),
        Case(
            "no route to one address", ["192.0.2.7:443": up, "192.0.2.8:443": noRoute],
            warnings: [.probeLocalError], at: ["192.0.2.8"]),
        Case(
            "no route to one address, the other silent",
            ["192.0.2.7:443": silent, "192.0.2.8:443": noRoute], .tcpTimeout,
            warnings: [.probeLocalError]),
        Case(
            "no descriptors", ["192.0.2.7:443": up, "192.0.2.7:993": noDescriptor], .probeLocalError
        ),
        Case("forbidden", ["192.0.2.7:443": .forbidden], .probeTargetRefused, at: ["192.0.2.7"]),
        Case(
            "one address forbidden", ["192.0.2.7:443": .forbidden, "192.0.2.8:443": up],
            warnings: [.probeTargetRefused]),
        Case("nothing to try", [:]),
    ]

    @Test(arguments: cases)
    func `Connections have their classes`(_ one: Case) throws {
        let results = try one.endpoints.map { place, connection in
            try Self.result(place, connection)
        }
        let findings = Seen(results).diagnosis.findings
        let failures = findings.filter { $0.severity == .failure }.map(\.failureClass)
        let warnings = findings.filter { $0.severity == .warning }.map(\.failureClass)
        #expect(failures == one.failures)
        #expect(warnings == one.warnings)
        if !one.places.isEmpty { #expect(findings.first?.places == one.places) }
        #expect(findings.allSatisfy { !$0.evidence.isEmpty && !$0.places.isEmpty })
    }

    static func result(_ place: String, _ connection: Connection) throws -> EndpointResult {
        let address = try #require(SocketAddress(place))
        return EndpointResult(
            endpoint: Endpoint(
                host: "www.example.test", address: address.address,
                port: Port(address.port, .tls, isRequired: address.port != 993)),
            connection: connection)
    }
}

/// What the facts of one handshake mean; a port of 993 is optional, and counts all the same.
@Suite struct HandshakeRulesTests {
    static let permissive = Handshake.Permissive(
        version: "TLSv1.2", cipher: "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", isCipherStrict: true)

    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let handshake: Handshake
        let expected: FailureClass?
        let confidence: Finding.Confidence

        init(
            _ name: String, _ outcome: Handshake.Outcome, _ expected: FailureClass?,
            _ confidence: Finding.Confidence = .oneObservation,
            _ change: (inout Handshake) -> Void = { _ in }
        ) {
            var handshake = Handshake(outcome: outcome, duration: .milliseconds(7))
            change(&handshake)
            (testDescription, self.handshake) = (name, handshake)
            (self.expected, self.confidence) = (expected, confidence)
        }

        static func alert(
            _ number: UInt8, _ expected: FailureClass,
            _ confidence: Finding.Confidence = .oneObservation, _ name: String = "",
            _ change: (inout Handshake) -> Void = { _ in }
        ) -> Case {
            Case(
                "alert \(number) \(name)", .failed(TLSFailure(alertReceived: number)), expected,
                confidence, change)
        }
    }

    static let cases: [Case] = [
        Case("completed", .completed, nil),
        Case("cut short", .cutShort, .probeDeadlineExceeded),
        Case("timed out", .timedOut, .tlsHandshakeTimeout),
        Case("no session", .unavailable("no memory"), .probeLocalError),
        Case("reset", .disconnected(.reset), .tlsReset, .comparison),
        Case("a broken socket", .disconnected(.system(call: "recv", errno: 5)), .unknown),
        Case(
            "plaintext", .failed(TLSFailure(opening: .ssh)), .notTLS),
        Case(
            "end of stream", .failed(TLSFailure(opening: .nothing, isEndOfStream: true)), .tlsReset,
            .comparison),
        Case(
            "end of stream after an alert",
            .failed(TLSFailure(alertReceived: 80, isEndOfStream: true)), .tlsHandshakeFailure),
        Case("over the limit", .failed(TLSFailure(isOverLimit: true)), .unknown),
        Case("our own alert", .failed(TLSFailure(alertSent: 50)), .tlsHandshakeFailure),
        Case("nothing known", .failed(TLSFailure()), .unknown),
        .alert(40, .tlsHandshakeFailure),
        .alert(112, .sniUnrecognized),
        .alert(112, .sniUnrecognized, .oneObservation, "and works without") {
            $0.completesWithoutServerName = true
        },
        .alert(40, .sniUnrecognized, .comparison, "only with SNI") {
            $0.completesWithoutServerName = true
        },
        .alert(116, .tlsHandshakeFailure, .oneObservation, "without a request"),
        .alert(116, .clientCertificateRequired, .oneObservation, "after a request") {
            $0.clientCertificateRequested = true
        },
        .alert(42, .clientCertificateRequired, .oneObservation, "after a request") {
            $0.clientCertificateRequested = true
        },
        .alert(80, .tlsHandshakeFailure, .oneObservation, "after a request") {
            $0.clientCertificateRequested = true
        },
        .alert(70, .tlsProtocolUnsupported, .comparison, "and TLS 1.0") {
            $0.permissive = permissive
            $0.permissive?.version = "TLSv1"
        },
        .alert(70, .tlsHandshakeFailure, .oneObservation, "and nothing else"),
        Case("reset, and TLS 1.1", .disconnected(.reset), .tlsProtocolUnsupported, .comparison) {
            $0.permissive = permissive
            $0.permissive?.version = "TLSv1.1"
        },
        .alert(40, .tlsCipherMismatch, .comparison, "and a cipher of its own") {
            $0.permissive = permissive
            $0.permissive?.isCipherStrict = false
        },
        .alert(71, .tlsWeakParameters, .comparison, "and a cipher of ours") {
            $0.permissive = permissive
        },
        .alert(40, .tlsWeakParameters, .comparison, "and SHA-1") {
            $0.permissive = permissive
            $0.permissive?.signature = "rsa_pkcs1_sha1"
        },
        .alert(40, .tlsHandshakeFailure, .oneObservation, "and nothing that tells") {
            $0.permissive = permissive
        },
        Case("no forward secrecy", .completed, .tlsWeakCipher) {
            $0.cipher = "TLS_RSA_WITH_AES_128_GCM_SHA256"
            $0.hasForwardSecrecy = false
        },
        Case("triple DES", .completed, .tlsWeakCipher) {
            $0.cipher = "TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA"
            $0.hasForwardSecrecy = true
        },
        Case("export", .completed, .tlsWeakCipher) {
            $0.cipher = "TLS_DHE_DSS_EXPORT1024_WITH_RC2_CBC_56_MD5"
            $0.hasForwardSecrecy = true
        },
        Case("no encryption", .completed, .tlsWeakCipher) {
            $0.cipher = "TLS_ECDHE_ECDSA_WITH_NULL_SHA"
            $0.hasForwardSecrecy = true
        },
    ]

    @Test(arguments: cases)
    func `Each outcome has its class`(_ one: Case) throws {
        for place in ["192.0.2.7:443", "192.0.2.7:993"] {
            var result = try EndpointRulesTests.result(place, EndpointRulesTests.up)
            result.handshake = one.handshake
            let findings = Seen([result]).diagnosis.findings
            let isClosed = one.handshake.outcome == .cutShort && !result.endpoint.port.isRequired
            #expect(
                findings.map(\.failureClass) == (isClosed ? [] : one.expected.map { [$0] } ?? []))
            guard let finding = findings.first else { continue }
            #expect(finding.confidence == one.confidence)
            #expect(finding.places == [place])
            #expect(finding.evidence[0].contains(place))
            if case .failed(let failure) = one.handshake.outcome, let alert = failure.alertReceived
            {
                #expect(finding.evidence[0].contains("(\(alert))"))
            }
        }
    }

    @Test func `Evidence of a filtered name says so`() throws {
        var result = try EndpointRulesTests.result("192.0.2.7:443", EndpointRulesTests.up)
        result.handshake = Handshake(outcome: .disconnected(.reset), duration: .zero)
        result.handshake?.completesWithoutServerName = true
        let seen = Seen([result])
        #expect(seen.primary == .tlsReset)
        #expect(seen.evidence.contains("something filters the name www.example.test"))
    }
}
