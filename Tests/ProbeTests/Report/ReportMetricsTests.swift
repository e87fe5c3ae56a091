import Addresses
import DNS
import Exposition
import Glibc
import OpenSSL
import Probe
import Testing

@Suite struct ReportMetricsTests {
    let samples: ReportSamples

    init() throws { samples = try ReportSamples() }

    @Test func healthyIsExact() throws {
        let lines = try samples.healthy().series.filter {
            !($0.hasPrefix("trustpath_failure{") && $0.hasSuffix(" 0"))
        }
        #expect(lines == goldenHealthyMetrics.split(separator: "\n").map(String.init))
    }

    @Test(arguments: ReportSamples.names)
    func rulesOfEveryPage(name: String) throws {
        let report = try samples.named(name)
        let series = report.series
        #expect(Set(series.map { $0.split(separator: " ").dropLast() }).count == series.count)
        let names = report.metricFamilies().map(\.name)
        #expect(Set(names).count == names.count)
        #expect(series.count < 220)
        #expect(report.metrics().count < 32768)
        let failing = series.filter { $0.hasPrefix("trustpath_failure{") && $0.hasSuffix(" 1") }
        #expect(failing.count == (report.isSuccess ? 0 : 1))
        #expect(series.contains("probe_success \(report.isSuccess ? 1 : 0)"))
        #expect(series.count { $0.hasPrefix("trustpath_failure{") } == 68)
        #expect(report.metricsText.unicodeScalars.allSatisfy { $0.value >= 32 || $0 == "\n" })
    }

    @Test(
        .enabled(if: access("/usr/bin/promtool", X_OK) == 0, "promtool is not installed"),
        arguments: ReportSamples.names)
    func promtoolIsContent(name: String) throws {
        #expect(try promtoolComplaints(try samples.named(name).metrics()) == "")
    }

    @Test func aLongChainOnThreePortsStaysSmall() throws {
        let rsa = try PrivateKey.generate(.rsa(bits: 2048))
        let host = "a-rather-long-host-name.of-a-department.example-company.test"
        var draft = ReportSamples.draft(host, days: 90)
        draft.dnsNames = [host] + (0..<20).map { "name-\($0).example-company.test" }
        let leaf = try draft.issued(by: samples.intermediate, key: samples.key, for: rsa)
        let handshake = samples.handshake(samples.shown(leaf))
        var report = try samples.healthy()
        report.resolution.host = host
        for index in report.endpoints.indices {
            report.endpoints[index].endpoint.host = host
            report.endpoints[index].endpoint.address = try #require(
                IPAddress("2001:db8:1111:2222:3333:4444:5555:6666"))
            report.endpoints[index].handshake = handshake
        }
        #expect(report.series.count < 220)
        #expect(report.metrics().count < 32768)
    }

    @Test func certificateGaugesStayWhenVerificationFails() throws {
        let report = try samples.expired()
        let place = #"host="www.example.test",address="192.0.2.7",port="443",key_type="ed25519""#
        let end = ReportSamples.now - 3 * 86400
        report.expect([
            #"trustpath_failure{class="cert_expired"} 1"#,
            #"trustpath_findings{class="cert_name_mismatch",severity="failure"} 1"#,
            "trustpath_certificate_not_after_timestamp_seconds{\(place),certificate=\"leaf\"} \(end)",
            "trustpath_certificate_not_after_timestamp_seconds{\(place),certificate=\"verified_chain\"} \(end)",
            "trustpath_certificate_name_match{\(place)} 0",
            "trustpath_certificate_trusted{\(place)} 0",
            "trustpath_certificate_chain_complete{\(place)} 1",
            "probe_ssl_earliest_cert_expiry \(end)",
            #"trustpath_stage_success{stage="handshake"} 1"#,
        ])
        report.expectNone(["trustpath_dnssec", #"stage="validate""#])
    }

    @Test func aMissingIntermediateIsTold() throws {
        let place = #"host="www.example.test",address="192.0.2.7",port="443",key_type="ed25519""#
        try samples.incomplete().expect([
            "trustpath_certificate_trusted{\(place)} 0",
            "trustpath_certificate_chain_complete{\(place)} 0",
            "trustpath_certificate_name_match{\(place)} 1",
        ])
    }

    @Test func theWorstAddressOfTheFirstPortIsShown() throws {
        var report = try samples.dualStack()
        report.expect([
            "probe_ip_protocol 4",
            #"trustpath_endpoint_up{host="www.example.test",address="192.0.2.8",port="443"} 0"#,
            #"trustpath_dns_addresses{host="www.example.test",family="ipv4"} 2"#,
            #"trustpath_dns_addresses{host="www.example.test",family="ipv6"} 1"#,
            #"trustpath_stage_success{stage="connect"} 0"#,
        ])
        report.expectNone(["probe_ssl_", "probe_tls_"])
        // Without a failure the lowest is shown, IPv6 before IPv4.
        report.diagnosis = Diagnosis(findings: [])
        report.expect(["probe_ip_protocol 6", #"probe_tls_version_info{version="TLS 1.3"} 1"#])
    }

    @Test func anAddressThatThePolicyForbidsIsNotShown() throws {
        var report = try samples.dualStack()
        report.diagnosis = Diagnosis(findings: [])
        for index in report.endpoints.indices
        where report.endpoints[index].endpoint.address.family == .ipv6 {
            report.endpoints[index].connection = .forbidden
        }
        report.expect(["probe_ip_protocol 4"])
        for index in report.endpoints.indices { report.endpoints[index].connection = .forbidden }
        report.expect(["probe_ip_protocol 6"])
    }

    /// A resolver that is slow or silent beside it costs the probe its time, and no program that resolves.
    @Test func theLookupIsTheFirstResolversThatHasAddresses() throws {
        var report = try samples.healthy()
        var silent = try #require(samples.dnsFailure().resolution.resolvers.last)
        silent.resolver = "192.0.2.99"
        let lookup = "probe_dns_lookup_time_seconds 0.0091"
        report.expect([lookup])
        report.resolution.resolvers.insert(silent, at: 0)
        report.resolution.duration = .seconds(3)
        report.expect([lookup, #"trustpath_stage_duration_seconds{stage="resolve"} 0.00925"#])
        report.resolution.resolvers = [silent]
        report.expect(["probe_dns_lookup_time_seconds 3"])
    }

    @Test(arguments: [("127.0.0.1", 3_668_918_509), ("::1", 1_751_717_746)] as [(String, UInt32)])
    func addressesHashAsInBlackboxExporter(address: String, hash: UInt32) throws {
        var report = try samples.healthy()
        for index in report.endpoints.indices {
            report.endpoints[index].endpoint.address = try #require(IPAddress(address))
        }
        report.expect(["probe_ip_addr_hash \(hash)"])
    }

    @Test func theAnswerHashIgnoresOrderAndTTL() throws {
        let one = try samples.report(samples.resolution(["192.0.2.7", "192.0.2.8"]), nil, [])
        var other = one
        guard case .success(var message) = one.resolution.resolvers[0].lookups[0].outcome else {
            Issue.record("the sample has no answer")
            return
        }
        message.answers.reverse()
        message.answers[0].ttl = 7
        other.resolution.resolvers[0].lookups[0].outcome = .success(message)
        let hash = { (report: Report) in
            report.series.first { $0.hasPrefix("trustpath_dns_answer_hash{") }
        }
        #expect(hash(one) != nil && hash(one) == hash(other))
        let third = try samples.report(samples.resolution(["192.0.2.7"]), nil, [])
        #expect(hash(one) != hash(third))
    }

    @Test func resolversTellWhatTheySaid() throws {
        let report = try samples.dnsFailure()
        let host = #"host="www.example.test",resolver="192.0.2.5"#
        report.expect([
            "trustpath_dns_resolver_up{\(host)3\"} 1", "trustpath_dns_resolver_up{\(host)4\"} 0",
            "trustpath_dns_resolver_response_info{\(host)3\",rcode=\"SERVFAIL\",extended_error=\"7\"} 1",
            #"trustpath_findings{class="resolver_unreachable",severity="warning"} 1"#,
            #"trustpath_stage_success{stage="resolve"} 0"#,
        ])
        report.expectNone([
            "trustpath_dns_addresses", "trustpath_dns_cname_hops", "trustpath_dns_answer_hash",
            "trustpath_endpoint", "probe_ip_", "trustpath_dns_resolver_answer_ttl",
        ])
    }

    @Test func whatIsKnownToBeNothingIsZero() throws {
        let report = try samples.nothingResolved()
        report.expect([
            #"trustpath_dns_addresses{host="www.example.test",family="ipv4"} 0"#,
            #"trustpath_dnssec_status{status="secure"} 1"#,
        ])
        report.expectNone(["probe_ip_", "trustpath_endpoint", "trustpath_certificate"])
    }

    @Test func whatWasCutShortIsAbsent() throws {
        let report = try samples.cutShort()
        let up = report.series.filter { $0.hasPrefix("trustpath_endpoint_up") }
        #expect(
            up == [
                #"trustpath_endpoint_up{host="www.example.test",address="192.0.2.7",port="443"} 1"#
            ])
        report.expect(["probe_ip_protocol 4"])
        report.expectNone(["trustpath_tls_handshake_success", "_handshake_duration_seconds"])
    }

    @Test func anAddressIsNotResolved() throws {
        let report = try samples.literal()
        report.expect(["probe_ip_protocol 6", "probe_dns_lookup_time_seconds 0"])
        report.expectNone(["trustpath_dns_", "trustpath_dnssec_"])
    }

    @Test func bogusZonesAreOneHot() throws {
        try samples.bogus().expect([
            #"trustpath_dnssec_status{status="bogus"} 1"#,
            #"trustpath_dnssec_status{status="secure"} 0"#,
            #"trustpath_dnssec_zone_status{dns_zone="example.test",status="bogus"} 1"#,
            #"trustpath_dnssec_zone_status{dns_zone="test",status="secure"} 1"#,
            #"trustpath_stage_success{stage="validate"} 0"#,
        ])
    }

    @Test func leadingLabelsStandInEverySample() throws {
        let page = try samples.healthy().metrics(leading: ["target": "t", "team": "w"])
        let series = String(decoding: page, as: UTF8.self).split(separator: "\n")
            .filter { !$0.hasPrefix("#") }
        #expect(series.count > 100)
        #expect(series.allSatisfy { $0.contains("{target=\"t\",team=\"w\"") })
    }
}

extension Report {
    /// The lines that are no comments.
    var series: [String] {
        metricsText.split(separator: "\n").filter { !$0.hasPrefix("#") }.map(String.init)
    }

    func expect(_ lines: [String], sourceLocation: SourceLocation = #_sourceLocation) {
        let series = Set(series)
        for line in lines {
            #expect(series.contains(line), "\(line)", sourceLocation: sourceLocation)
        }
    }

    /// No series has any of these in it.
    func expectNone(_ parts: [String], sourceLocation: SourceLocation = #_sourceLocation) {
        for part in parts {
            let found = series.filter { $0.contains(part) && !$0.hasPrefix("trustpath_failure") }
            #expect(found == [], sourceLocation: sourceLocation)
        }
    }
}

/// What `promtool check metrics` says of a page, "" when nothing.
func promtoolComplaints(_ page: [UInt8]) throws -> String {
    var template = Array("/tmp/report-XXXXXX".utf8CString)
    let file = mkstemp(&template)
    let path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    defer { unlink(path) }
    #expect(write(file, page, page.count) == page.count)
    close(file)
    let pipe = try #require(popen("promtool check metrics <\(path) 2>&1", "r"))
    var output: [UInt8] = []
    while case let byte = getc(pipe), byte != EOF { output.append(UInt8(truncatingIfNeeded: byte)) }
    let status = pclose(pipe)
    return status == 0 && output.isEmpty
        ? "" : "status \(status): " + String(decoding: output, as: UTF8.self)
}
