import Addresses
import Configuration
import DNS
import Hostile
import OpenSSL
import Sockets
import Testing

@testable import Probe

/// MTA-STS through the whole probe: the record, the policy host, the mail exchange (RFC 8461).
@Suite struct MTASTSTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        /// Of the policy host.
        var reply = MTASTSTests.reply(mode: "enforce")
        var policyHost = "mta-sts.a.test"
        var exchange = "mx.a.test"
        var records = ["v=STSv1; id=1"]
        var failures: [FailureClass] = []
        var warnings: [FailureClass] = []
        var evidence = ""

        init(_ name: String, _ change: (inout Case) -> Void = { _ in }) {
            testDescription = name
            change(&self)
        }
    }

    static let cases: [Case] = [
        Case("enforced and sound"),
        Case("no record") { $0.records = [] },
        Case("another record") { $0.records = ["v=STSv2; id=1"] },
        Case("enforced, and the exchange is not covered") {
            $0.reply = Self.reply(mode: "enforce", mx: ["mx2.a.test", "*.mx.a.test"])
            ($0.failures, $0.evidence) = (
                [.mtaSTSInvalid],
                "(mode enforce) allows mx2.a.test, *.mx.a.test, and not the mail exchange mx.a.test"
            )
        },
        Case("testing, and the exchange is not covered") {
            $0.reply = Self.reply(mode: "testing", mx: ["mx2.a.test"])
            ($0.warnings, $0.evidence) = ([.mtaSTSInvalid], "(mode testing)")
        },
        Case("none, and nothing is covered") { $0.reply = Self.reply(mode: "none", mx: []) },
        Case("covered by a wildcard") { $0.reply = Self.reply(mode: "enforce", mx: ["*.a.test"]) },
        Case("enforced, and the certificate is for another name") {
            $0.exchange = "other.test"
            $0.failures = [.certNameMismatch, .mtaSTSInvalid]
            $0.evidence = "is enforced, and the certificate of mx.a.test is for other.test"
        },
        Case("testing, and the certificate is for another name") {
            ($0.reply, $0.exchange) = (Self.reply(mode: "testing"), "other.test")
            $0.warnings = [.certNameMismatch]
        },
        Case("the policy is not there") {
            $0.reply = "HTTP/1.1 404 Not Found\r\n\r\n"
            ($0.failures, $0.evidence) = ([.mtaSTSInvalid], "the HTTP status 404")
        },
        Case("the policy is elsewhere") {
            $0.reply = "HTTP/1.1 301 Moved\r\nLocation: https://a.test/\r\n\r\n"
            ($0.failures, $0.evidence) = ([.mtaSTSInvalid], "301, and no redirect may be followed")
        },
        Case("a page") {
            $0.reply = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html>"
            ($0.failures, $0.evidence) = ([.mtaSTSInvalid], "\"text/html\" and no text/plain")
        },
        Case("half a policy") {
            $0.reply = "HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\nversion: STSv1"
            ($0.failures, $0.evidence) = ([.mtaSTSInvalid], "no whole HTTP/1.1 answer came")
        },
        Case("a policy without end") {
            $0.reply = Self.reply(mode: "enforce") + String(repeating: "x: y\n", count: 20_000)
            ($0.failures, $0.evidence) = ([.mtaSTSInvalid], "longer than 65536 bytes")
        },
        Case("a policy without mode") {
            $0.reply = Self.reply(mode: "on")
            ($0.failures, $0.evidence) = ([.mtaSTSInvalid], "of a.test: its mode is \"on\"")
        },
        Case("the policy host has another certificate") {
            $0.policyHost = "a.test"
            ($0.failures, $0.evidence) = ([.mtaSTSInvalid], "its certificate is for a.test")
        },
        Case("two records") {
            $0.records.append("v=STSv1; id=2")
            ($0.failures, $0.evidence) = ([.mtaSTSInvalid], "has 2 MTA-STS records")
        },
        Case("a record without id") {
            $0.records = ["v=STSv1"]
            ($0.failures, $0.evidence) = ([.mtaSTSInvalid], "the policy's id is not")
        },
    ]

    static func reply(mode: String, mx: [String] = ["mx.a.test"]) -> String {
        let lines =
            ["version: STSv1", "mode: \(mode)"] + mx.map { "mx: \($0)" } + ["max_age: 86400"]
        return "HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
            + lines.joined(separator: "\r\n") + "\r\n"
    }

    @Test(arguments: cases) func policies(_ one: Case) async throws {
        let world = try PolicyWorld(one.reply, one.policyHost, one.exchange, one.records)
        let report = try await world.probe()
        let found = report.diagnosis.findings
        #expect(found.filter { $0.severity == .failure }.map(\.failureClass) == one.failures)
        #expect(found.filter { $0.severity == .warning }.map(\.failureClass) == one.warnings)
        let text = found.flatMap(\.evidence).joined(separator: "\n")
        #expect(text.contains(one.evidence) || one.evidence.isEmpty, "\(text)")
    }

    /// As many as one answer and one policy can hold: each is looked at once, and few are spelt out.
    @Test(.timeLimit(.minutes(1))) func thousandsOfExchangesAndPatterns() throws {
        let patterns = (0..<8000).map { "mx: \($0).b\n" }.joined()
        var sts = MTASTSReport(records: [])
        sts.outcome = .fetched(
            MTASTSPolicy("version: STSv1\nmode: enforce\nmax_age: 1\n" + patterns))
        let exchanges = try (0..<3500).map { try #require(Name("\($0).a.test")) }
        let found = MTASTSRules(
            domain: "a.test", sts: sts, exchanges: exchanges, endpoints: []
        ).findings
        #expect(found.map(\.places.count) == [3500])
        #expect(found.first?.evidence.count == 9)
        #expect(found.first?.evidence.last == "nor 3492 more mail exchanges")
    }

    @Test func factsInEveryForm() async throws {
        let report = try await PolicyWorld(Self.reply(mode: "enforce")).probe()
        let words = "MTA-STS: mode enforce, max_age 86400 s, mx mx.a.test"
        #expect(report.text().contains(words))
        #expect(report.html().contains(words))
        let json = String(decoding: report.json(), as: UTF8.self)
        let policy = #""policy":{"mode":"enforce","maxAge":86400,"mx":["mx.a.test"]}"#
        #expect(json.contains(policy), "\(json)")
        #expect(json.contains(#""id":"1","state":"fetched""#))
    }

    @Test func policyHostThatNobodyTrusts() async throws {
        let report = try await PolicyWorld(Self.reply(mode: "enforce")).probe(trusting: [])
        let found = report.diagnosis.findings.filter { $0.failureClass == .mtaSTSInvalid }
        #expect(found.count == 1)
        #expect(found.first?.evidence.first?.contains("is not trusted") == true)
        // Without a policy the certificate of the exchange only warns.
        #expect(report.diagnosis.primary?.failureClass == .mtaSTSInvalid)
    }

    @Test(arguments: [
        ("mta-sts.a.test. 60 A 127.0.0.3", "refused"), ("mta-sts.a.test. 60 TXT x", "no address"),
        ("", "no address"),
    ])
    func policyHostsThatCannotBeReached(_ record: String, _ clause: String) async throws {
        let world = try PolicyWorld(Self.reply(mode: "enforce"), policyAddress: record)
        let report = try await world.probe()
        #expect(report.diagnosis.primary?.failureClass == .mtaSTSInvalid)
        #expect(report.diagnosis.primary?.evidence.first?.contains(clause) == true)
    }

    /// A dead IPv6 address beside a living IPv4 one costs no policy.
    @Test func oneAddressOfThePolicyHostIsEnough() async throws {
        let addresses = """
            mta-sts.a.test. 60 AAAA 100::1
            mta-sts.a.test. 60 A 127.0.0.3
            mta-sts.a.test. 60 A 127.0.0.1
            """
        let world = try PolicyWorld(Self.reply(mode: "enforce"), policyAddress: addresses)
        let report = try await world.probe()
        #expect(report.mail?.sts?.isEnforced == true)
    }

    /// Whatever a policy host does, it ends with its timer, and the rest of the probe stands.
    @Test func policyHostsThatMisbehave() async throws {
        let servers: [LoopbackServer.Serve] = [
            { try await $0.drain() }, { $0.reset() }, { try await $0.write("220 mail\r\n") },
            { connection in
                while true {
                    try await connection.write("\u{16}")
                    try await Task.sleep(for: .milliseconds(20))
                }
            },
        ]
        for serve in servers {
            let server = try LoopbackServer(serve)
            let world = try PolicyWorld(Self.reply(mode: "enforce"))
            let report = try await world.probe(policyPort: server.address.port)
            #expect(report.diagnosis.findings.map(\.failureClass) == [.mtaSTSInvalid])
            let evidence = report.diagnosis.primary?.evidence.first ?? ""
            #expect(evidence.contains("mta-sts.a.test: "), "\(evidence)")
            #expect(report.hosts == ["mx.a.test"])
            #expect(report.durations.total < .seconds(15))
        }
    }

    @Test func deadlineBeforeThePolicy() async throws {
        let silent = try LoopbackServer { try await $0.drain() }
        let world = try PolicyWorld(Self.reply(mode: "enforce"))
        let fetch = try PolicyFetch(
            trust: TrustStore(certificates: []), rule: AddressRule(), port: silent.address.port)
        let lookup = RecordLookup(
            resolvers: [.server(Exchange(.init(world.resolver.address), counts: ExchangeCounts()))],
            timer: .seconds(20), deadline: .now + .seconds(20))
        let outcome = await fetch(
            try #require(Name("a.test")), lookup, at: ServerAuthority.now, budget: .seconds(60),
            by: .now + .milliseconds(500))
        #expect(outcome == .cutShort)
    }

    @Test func policyHostThatMayNotBeAsked() async throws {
        let world = try PolicyWorld(Self.reply(mode: "enforce"))
        let report = try await world.probe(denying: "127.0.0.1/32")
        let finding = try #require(report.diagnosis.findings.first)
        #expect(report.diagnosis.findings.count == 1)
        #expect(finding.failureClass == .probeTargetRefused && finding.severity == .warning)
        #expect(finding.places == ["127.0.0.1"])
        #expect(world.fetches == 0)
    }
}

/// A domain with one mail exchange at 127.0.0.2 and a policy host at 127.0.0.1.
private struct PolicyWorld {
    let authority: ServerAuthority
    let resolver: NameServer
    let policyHost: EncryptedPeer
    let exchange: LoopbackServer

    var fetches: Int { policyHost.connections }

    init(
        _ reply: String, _ policyName: String = "mta-sts.a.test",
        _ exchangeName: String = "mx.a.test",
        _ records: [String] = ["v=STSv1; id=1"],
        policyAddress: String = "mta-sts.a.test. 60 A 127.0.0.1"
    ) throws {
        authority = try ServerAuthority.shared.get()
        let texts = records.map { "_mta-sts.a.test. 60 TXT \"\($0)\"\n" }.joined()
        let data = try zone(
            """
            a.test. 60 MX 10 mx.a.test.
            mx.a.test. 60 A 127.0.0.2
            \(policyAddress)
            \(texts)
            """)
        resolver = try NameServer(udp: { [.send($0.answer(from: data))] })
        policyHost = try EncryptedPeer(try Self.context(authority, policyName)) { stream, _ in
            var request: [UInt8] = []
            while !String(decoding: request, as: UTF8.self).hasSuffix("\r\n\r\n") {
                let more = try await stream.read()
                guard !more.isEmpty else { return }
                request += more
            }
            let text = String(decoding: request, as: UTF8.self)
            guard
                text.hasPrefix("GET /.well-known/mta-sts.txt HTTP/1.1\r\nHost: mta-sts.a.test\r\n")
            else { return }
            try await stream.write(Array(reply.utf8))
        }
        let context = try Self.context(authority, exchangeName)
        exchange = try LoopbackServer(at: loopback(0x7f00_0002)) { connection in
            try await connection.write("220 mx.a.test ESMTP\r\n")
            _ = try await connection.hello()
            try await connection.write("250-mx.a.test\r\n250 STARTTLS\r\n")
            _ = try await connection.hello()
            try await connection.write("220 go\r\n")
            try await connection.serveTLS(context)
        }
    }

    private static func context(
        _ authority: ServerAuthority, _ name: String
    ) throws -> TLSContext {
        try TLSContext(
            server: [authority.identity([try authority.leaf(name), authority.intermediate])])
    }

    func probe(
        trusting roots: [Certificate]? = nil, denying network: String? = nil,
        policyPort: UInt16? = nil
    ) async throws
        -> Report
    {
        var module = Module()
        module.resolvers = [Located("\(resolver.address)")]
        (module.authoritative, module.dnssec.mode) = (false, .disabled)
        module.expand = .mx
        module.ports = [PortSetting(exchange.address.port, protocol: "smtp")]
        module.addresses.deny = [network].compactMap { $0.map { Located($0) } }
        let store = TrustStore(certificates: roots ?? [authority.root])
        var surroundings = PreparedModule.Surroundings()
        surroundings.trust = { store }
        surroundings.policyPort = policyPort ?? policyHost.address.port
        let probe = Probe(
            try PreparedModule(module, named: "m", in: surroundings),
            clock: .at(ServerAuthority.now))
        return await probe(try Target(parsing: "a.test"), budget: .seconds(20))
    }
}
