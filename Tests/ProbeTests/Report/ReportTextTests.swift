import DNSSEC
import Foundation
import Probe
import Testing

@Suite struct ReportTextTests {
    let samples: ReportSamples

    init() throws { samples = try ReportSamples() }

    @Test func dualStackIsExact() throws {
        // The remedy is the diagnosis' own sentence, and the runbook that of its class.
        let text = try samples.dualStack().text()
        let start = try #require(text.range(of: "  remedy    "))
        let runbook = "\n  runbook   \(FailureClass.endpointPartialOutage.runbook)"
        let end = try #require(text[start.upperBound...].range(of: runbook + "\n\n"))
        let remedy = text[start.upperBound..<end.lowerBound]
            .split(whereSeparator: \.isWhitespace).joined(separator: " ")
        #expect(remedy == FailureClass.endpointPartialOutage.remedy)
        #expect(
            text[..<start.lowerBound] + "\n" + text[end.upperBound...] == goldenDualStackText)
    }

    @Test(arguments: ReportSamples.names)
    func everyPageFitsATerminal(name: String) throws {
        let text = try samples.named(name).text()
        // A link stays in one line.
        let lines = text.split(separator: "\n").filter { !$0.hasPrefix("  runbook   https://") }
        #expect(lines.allSatisfy { $0.count <= 100 })
        #expect(text.unicodeScalars.allSatisfy { $0 == "\n" || isHarmless($0) })
        #expect(!text.contains(" \n") && !text.contains("\n\n\n") && text.hasSuffix("\n"))
    }

    @Test func theVerdictComesFirst() throws {
        #expect(try samples.healthy().text().hasPrefix("HEALTHY  www.example.test\n"))
        #expect(try samples.expired().text().hasPrefix("FAILED  www.example.test: cert_expired\n"))
        var report = try samples.healthy()
        report.diagnosis = Diagnosis(findings: [
            Finding(
                .certExpiring, .warning, confidence: .oneObservation, at: ["192.0.2.7:443"],
                ["soon"])
        ])
        #expect(report.text().hasPrefix("HEALTHY  www.example.test: healthy, 1 warning\n"))
        #expect(report.text().contains("Warning: cert_expiring\n  where     192.0.2.7:443\n"))
    }

    @Test func bogusValidationIsExact() throws {
        let validation = try #require(try samples.bogus().validation?.validations.first)
        #expect(
            validation.text(at: ReportSamples.now) == """
                bogus www.example.test A dnssec_signature_expired: \
                the RRSIG of www.example.test A ended on Friday

                .  secure
                  DS 20326 ECDSAP256SHA256 SHA-256, a trust anchor
                  DNSKEY 20326, 38696 ECDSAP256SHA256, signed by . key 20326 until 2027-01-25T08:00:00Z (10 days
                      left)
                test.  secure
                  DS 4711 ECDSAP256SHA256 SHA-256, signed by . key 99 until 2027-01-24T08:00:00Z (9 days left)
                  DNSKEY 4711 ECDSAP256SHA256, signed by test. key 4711 until 2027-01-24T08:00:00Z (9 days left)
                example.test.  bogus
                  DS 815 ECDSAP256SHA256 SHA-256, signed by test. key 99 until 2027-01-29T08:00:00Z (14 days left)
                  DNSKEY 815 ECDSAP256SHA256, signed by example.test. key 815 until 2027-01-29T08:00:00Z (14 days
                      left)
                  dnssec_signature_expired: the RRSIG of www.example.test A ended on Friday

                www.example.test. 300 IN A 192.0.2.7

                Of the signatures seen the one over DNSKEY in test. ends first, at 2027-01-24T08:00:00Z (9 days
                  left).

                """)
    }

    /// An unsigned zone is no failure: no class, the reason stands at its zone.
    @Test func unsignedHasNoClass() throws {
        let result = try ReportSamples.secure { validation in
            let zone = validation.zones[2].zone
            let fault = Fault(.noDNSSEC, in: zone, "example.test is proven to be unsigned")
            (validation.status, validation.fault) = (.insecure, fault)
            validation.zones[2] = ZoneReport(zone: zone, status: .insecure, fault: fault)
        }
        let text = try #require(result.validations.first).text(at: ReportSamples.now)
        #expect(text.hasPrefix("insecure www.example.test A\n\n"))
        #expect(
            text.contains(
                "\nexample.test.  insecure\n  example.test is proven to be unsigned\n"))
    }
}

/// Neither control nor format character, neither separator of lines.
func isHarmless(_ scalar: Unicode.Scalar) -> Bool {
    ![.control, .format, .lineSeparator, .paragraphSeparator].contains(
        scalar.properties.generalCategory)
}

private let goldenDualStackText = """
    FAILED  www.example.test: endpoint_partial_outage
      judged at 2027-01-15T08:00:00Z with module default, in 61 ms of 9.50 s

      where     192.0.2.8:443
      evidence  192.0.2.8:443 refuses; [2001:db8::7]:443 and 192.0.2.7:443 connect
      certainty C, observations compared

    Resolution: 3 addresses
      resolver 192.0.2.53: NOERROR; 2001:db8::7, 192.0.2.7, 192.0.2.8 (TTL 300 s), 9.1 ms
      alias www.example.test -> web.example.test (TTL 3600 s)
      address 2001:db8::7
      address 192.0.2.7
      address 192.0.2.8

    DNSSEC: secure
      .  secure
          ECDSAP256SHA256, keys 20326, 38696, vouched for by DS 20326 (SHA-256)
          DNSKEY signed from 2027-01-08T08:00:00Z to 2027-01-25T08:00:00Z
      test.  secure
          ECDSAP256SHA256, key 4711, vouched for by DS 4711 (SHA-256)
          DNSKEY signed from 2027-01-08T08:00:00Z to 2027-01-24T08:00:00Z
      example.test.  secure
          ECDSAP256SHA256, key 815, vouched for by DS 815 (SHA-256)
          DNSKEY signed from 2027-01-08T08:00:00Z to 2027-01-29T08:00:00Z

    Endpoints
      ADDRESS      PORT                  CONNECT  HANDSHAKE  VERSION
      2001:db8::7  443 https             1.5 ms   12 ms      TLS 1.3
          TLS_AES_256_GCM_SHA384, X25519, ed25519, ALPN http/1.1
          CN=www.example.test, issued by CN=Test Intermediate, Ed25519, 30 days left
          (2027-02-14T08:00:00Z)
          trusted, name matches
      192.0.2.7    443 https             1.5 ms   12 ms      TLS 1.3
          TLS_AES_256_GCM_SHA384, X25519, ed25519, ALPN http/1.1
          certificate as at [2001:db8::7]:443
      192.0.2.8    443 https             failed
          the peer refused
      2001:db8::7  993 imaps (optional)  closed
          nothing came back before the deadline
      192.0.2.7    993 imaps (optional)  closed
          nothing came back before the deadline
      192.0.2.8    993 imaps (optional)  closed
          nothing came back before the deadline

    """
