import Configuration
import DNS
import Hostile
import OpenSSL
import Testing

@testable import Probe

/// Domains by their records, through the whole probe.
@Suite struct MailProbeTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let zone: String
        let failures: [FailureClass]
        let warnings: [FailureClass]
        /// That were shaken hands with.
        let hosts: [String]
        let evidence: String

        init(
            _ name: String, _ failures: [FailureClass] = [], warnings: [FailureClass] = [],
            hosts: [String] = [], saying evidence: String = "", _ zone: String
        ) {
            (testDescription, self.zone) = (name, zone)
            (self.failures, self.warnings) = (failures, warnings)
            (self.hosts, self.evidence) = (hosts, evidence)
        }
    }

    static let cases: [Case] = [
        Case(
            "two exchanges", hosts: ["mx1.a.test", "mx2.a.test"],
            """
            a.test. 60 MX 20 mx2.a.test.
            a.test. 60 MX 10 mx1.a.test.
            mx1.a.test. 60 A 127.0.0.1
            mx2.a.test. 60 A 127.0.0.2
            """),
        Case(
            "null", warnings: [.mxNull], saying: "takes no mail",
            """
            a.test. 60 MX 0 .
            a.test. 60 A 127.0.0.1
            """),
        Case(
            "implicit", warnings: [.mxMissing], hosts: ["a.test"], saying: "stand in for them",
            "a.test. 60 A 127.0.0.1"),
        Case(
            "neither MX nor address", [.mxMissing], saying: "no address either", "a.test. 60 TXT x"),
        Case("no such domain", [.nameNotFound], "b.test. 60 TXT x"),
        Case(
            "an alias", warnings: [.mxTargetInvalid], hosts: ["mx.a.test"],
            saying: "an alias of b.test",
            """
            a.test. 60 MX 10 mx.a.test.
            mx.a.test. 60 CNAME b.test.
            b.test. 60 A 127.0.0.1
            """),
        Case(
            "nothing there", [.mxTargetInvalid], saying: "mx.a.test, which does not exist",
            "a.test. 60 MX 10 mx.a.test."),
        Case(
            "a host without address", [.mxTargetInvalid], saying: "mx.a.test, which has no address",
            """
            a.test. 60 MX 10 mx.a.test.
            mx.a.test. 60 TXT x
            """),
        Case(
            "an alias into nothing", [.mxTargetInvalid], saying: "an alias that leads nowhere",
            """
            a.test. 60 MX 10 mx.a.test.
            mx.a.test. 60 CNAME b.test.
            """),
        Case(
            "an address", [.mxTargetInvalid], saying: "names the address 127.0.0.1",
            "a.test. 60 MX 10 127.0.0.1."),
        Case(
            "a dot beside others", [.mxTargetInvalid], hosts: ["mx.a.test"],
            saying: "beside others",
            """
            a.test. 60 MX 0 .
            a.test. 60 MX 10 mx.a.test.
            mx.a.test. 60 A 127.0.0.1
            """),
        Case(
            "sound texts", hosts: ["mx.a.test"],
            texts(
                """
                a.test. 60 TXT "v=spf1 mx -all"
                _dmarc.a.test. 60 TXT "v=DMARC1; p=reject"
                _smtp._tls.a.test. 60 TXT "v=TLSRPTv1; rua=mailto:tls@a.test"
                s1._domainkey.a.test. 60 TXT "k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
                """)),
        Case(
            "faulty texts", warnings: [.mailTXTInvalid], hosts: ["mx.a.test"],
            saying: "there is no DKIM key at s1._domainkey.a.test",
            texts(
                """
                a.test. 60 TXT "v=spf1 ipv4:192.0.2.1 -all"
                _dmarc.a.test. 60 TXT "v=DMARC1; p=all"
                """)),
    ]

    /// RFC 7489 6.6.3: the nearest name above that has a DMARC record stands in.
    @Test func organizationalDomain() async throws {
        func report(_ records: String) async throws -> Report {
            let data = try zone(
                "b.a.test. 60 MX 10 mx.a.test.\nmx.a.test. 60 A 127.0.0.1\n" + records)
            let server = try NameServer(udp: { [.send($0.answer(from: data))] })
            return await (try Self.probe(server))(
                try Target(parsing: "b.a.test"), budget: .seconds(60))
        }
        let above = "_dmarc.a.test. 60 TXT \"v=DMARC1; p=reject\"\n"
        let first = try await report(above)
        #expect(first.mail?.texts.records == ["_dmarc.a.test": ["v=DMARC1; p=reject"]])
        let own = try await report(above + "_dmarc.b.a.test. 60 TXT \"v=DMARC1; p=none\"\n")
        #expect(own.mail?.texts.records == ["_dmarc.b.a.test": ["v=DMARC1; p=none"]])
        #expect(try await report("").mail?.texts.records == [:])
        let broken = try await report("_dmarc.a.test. 60 TXT \"v=DMARC1; p=x\"\n")
        #expect(broken.diagnosis.findings.map(\.failureClass) == [.mailTXTInvalid])
    }

    /// Of what nobody tells nothing is claimed, and it is said.
    @Test func recordsThatNobodyGives() async throws {
        let data = try zone("a.test. 60 MX 10 mx.a.test.\nmx.a.test. 60 A 127.0.0.1\n")
        let server = try NameServer(udp: { query in
            query.questions.first?.type == .txt
                ? [.send(query.answer([], .serverFailure))] : [.send(query.answer(from: data))]
        })
        let report = await (try Self.probe(server, selectors: ["s1"]))(
            try Target(parsing: "a.test"), budget: .seconds(60))
        #expect(report.diagnosis.findings.isEmpty)
        let names = ["a.test", "_dmarc.a.test", "_smtp._tls.a.test", "s1._domainkey.a.test"]
        let unknown = report.mail?.texts.unknown ?? []
        for name in names {
            #expect(unknown.contains { $0.hasPrefix("\(name) TXT: ") }, "\(unknown)")
        }
        #expect(unknown.count == names.count)
        #expect(report.text().contains("not known: _dmarc.a.test TXT: "))
        #expect(report.text().contains("MTA-STS: not known: _mta-sts.a.test TXT: "))
        let json = String(decoding: report.json(), as: UTF8.self)
        #expect(
            json.contains(#""mtaSTS":{"records":[],"id":null,"state":"unknown","detail":"_mta"#))
    }

    /// Whether a domain without MX records has an address is not known where nobody says.
    @Test func addressesThatNobodyGives() async throws {
        let data = try zone("a.test. 60 TXT x\n")
        let server = try NameServer(udp: { query in
            query.questions.first.map { [.a, .aaaa].contains($0.type) } == true
                ? [.send(query.answer([], .serverFailure))] : [.send(query.answer(from: data))]
        })
        let report = await (try Self.probe(server))(
            try Target(parsing: "a.test"), budget: .seconds(60))
        let found = report.diagnosis.findings
        #expect(found.map(\.failureClass) == [.mxMissing, .unknown])
        #expect(found.map(\.severity) == [.warning, .failure])
        #expect(found.first?.evidence == ["a.test has no MX record; its addresses are not known"])
    }

    private static func texts(_ records: String) -> String {
        """
        a.test. 60 MX 10 mx.a.test.
        mx.a.test. 60 A 127.0.0.1
        \(records)
        """
    }

    static func probe(_ server: NameServer, selectors: [String] = []) throws -> Probe {
        var module = Module()
        module.resolvers = [Located("\(server.address)")]
        (module.authoritative, module.dnssec.mode) = (false, .disabled)
        module.expand = .mx
        module.ports = [PortSetting(1, optional: true)]
        module.mail.dkimSelectors = selectors.map { Located($0) }
        var surroundings = PreparedModule.Surroundings()
        surroundings.trust = { TrustStore(certificates: []) }
        return Probe(try PreparedModule(module, named: "m", in: surroundings))
    }

    @Test(arguments: cases) func domainsByTheirRecords(_ one: Case) async throws {
        let data = try zone(one.zone + "\n")
        let server = try NameServer(udp: { [.send($0.answer(from: data))] })
        let selectors = one.zone.contains("TXT \"v=") ? ["s1"] : []
        let report = await (try Self.probe(server, selectors: selectors))(
            try Target(parsing: "a.test"), budget: .seconds(60))
        let found = report.diagnosis.findings
        let text = found.flatMap(\.evidence).joined(separator: "\n")
        #expect(found.filter { $0.severity == .failure }.map(\.failureClass) == one.failures)
        #expect(found.filter { $0.severity == .warning }.map(\.failureClass) == one.warnings)
        #expect(report.hosts == one.hosts)
        #expect(text.contains(one.evidence) || one.evidence.isEmpty, "\(text)")
        let pages = [report.text(), report.html(), String(decoding: report.json(), as: UTF8.self)]
        for host in one.hosts { for page in pages { #expect(page.contains(host)) } }
        let metrics = String(decoding: report.metrics(), as: UTF8.self)
        let series = metrics.split(separator: "\n").filter { !$0.hasPrefix("#") }
            .compactMap { $0.split(separator: " ").first }
        #expect(Set(series).count == series.count)
    }

    /// A domain with hundreds of exchanges costs no more than some.
    @Test func hundredsOfExchanges() async throws {
        let data = try zone(
            (0..<200).map {
                "a.test. 60 MX \($0) mx\($0).a.test.\nmx\($0).a.test. 60 A 127.0.0.1\n"
            }.joined())
        let server = try NameServer(udp: { query in
            // As in a real answer: the whole set would not fit.
            let answer = data.filter { $0.type != .mx || $0.ttl == 60 }.prefix(60)
            return [.send(query.answer(from: Array(answer)))]
        })
        let report = await (try Self.probe(server))(
            try Target(parsing: "a.test"), budget: .seconds(60))
        #expect(report.hosts == (0..<8).map { "mx\($0).a.test" })
        #expect(
            report.text().contains(#/mx7\.a\.test \(7\) and [0-9]+ more, which are not probed/#))
    }
}
