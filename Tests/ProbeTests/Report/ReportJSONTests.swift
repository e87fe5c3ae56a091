import DNSSEC
import Foundation
import Probe
import Testing

@Suite struct ReportJSONTests {
    let samples: ReportSamples

    init() throws { samples = try ReportSamples() }

    @Test(arguments: ReportSamples.names)
    func everyReportIsOneObject(name: String) throws {
        let report = try samples.named(name)
        let bytes = report.json()
        #expect(bytes.last == UInt8(ascii: "\n") && bytes.dropLast().allSatisfy { $0 >= 32 })
        let object = try parsed(bytes)
        #expect(
            Set(object.keys) == [
                "target", "module", "at", "success", "class", "findings", "resolution", "dnssec",
                "endpoints", "mail", "caa", "expectations", "durations", "timeout",
            ])
        #expect(object["target"] as? String == report.target.text)
        #expect(object["success"] as? Bool == report.isSuccess)
        #expect(object["at"] as? String == "2027-01-15T08:00:00Z")
        #expect(object["class"] as? String == report.diagnosis.primary?.failureClass.rawValue)
        let findings = try #require(object["findings"] as? [[String: Any]])
        for (json, finding) in zip(findings, report.diagnosis.findings) {
            #expect(
                Set(json.keys) == [
                    "class", "severity", "confidence", "stage", "places", "evidence", "remedy",
                    "runbook",
                ])
            #expect(json["runbook"] as? String == finding.failureClass.runbook)
            #expect(json["evidence"] as? [String] == finding.evidence)
            #expect(json["places"] as? [String] == finding.places)
        }
        #expect(report.json() == bytes)
    }

    @Test func endpointsTellEverything() throws {
        let object = try parsed(try samples.expired().json())
        let endpoint = try #require((object["endpoints"] as? [[String: Any]])?.first)
        #expect(endpoint["host"] as? String == "www.example.test")
        #expect(endpoint["address"] as? String == "192.0.2.7")
        #expect(endpoint["port"] as? Int == 443)
        #expect(endpoint["protocol"] as? String == "https")
        let handshake = try #require(endpoint["handshake"] as? [String: Any])
        #expect(handshake["version"] as? String == "TLS 1.3")
        #expect(handshake["duration"] as? Double == 0.012345)
        let certificate = try #require(handshake["certificate"] as? [String: Any])
        #expect(certificate["trusted"] as? Bool == false)
        #expect(certificate["nameMatches"] as? Bool == false)
        let leaf = try #require(certificate["leaf"] as? [String: Any])
        #expect(leaf["notAfter"] as? String == "2027-01-12T08:00:00Z")
        #expect(leaf["dnsNames"] as? [String] == ["old.example.test"])
        let faults = try #require(certificate["faults"] as? [[String: Any]])
        #expect(faults.first?["name"] as? String == "X509_V_ERR_CERT_HAS_EXPIRED")
    }

    @Test func validationIsExact() throws {
        let validation = try #require(try samples.bogus().validation?.validations.first)
        let json = String(decoding: validation.json(at: ReportSamples.now), as: UTF8.self)
        #expect(
            json == """
                {"name":"www.example.test","type":"A","status":"bogus",\
                "class":"dnssec_signature_expired",\
                "detail":"the RRSIG of www.example.test A ended on Friday","zones":[\
                {"zone":".","status":"secure",\
                "class":null,\
                "detail":null,\
                "algorithm":"ECDSAP256SHA256","keyTags":[20326,38696],\
                "trustedBy":[{"keyTag":20326,"algorithm":"ECDSAP256SHA256","digestType":"SHA-256"}],\
                "delegationSignature":null,\
                "keySignature":{"owner":".","type":"DNSKEY","signer":".","keyTag":20326,"wildcard":null,\
                "inception":"2027-01-08T08:00:00Z","expiry":"2027-01-25T08:00:00Z"},\
                "notes":[],\
                "signatureInception":"2027-01-08T08:00:00Z","signatureExpiry":"2027-01-25T08:00:00Z"},\
                {"zone":"test","status":"secure",\
                "class":null,\
                "detail":null,\
                "algorithm":"ECDSAP256SHA256","keyTags":[4711],\
                "trustedBy":[{"keyTag":4711,"algorithm":"ECDSAP256SHA256","digestType":"SHA-256"}],\
                "delegationSignature":{"owner":"test","type":"DS","signer":".","keyTag":99,"wildcard":null,\
                "inception":"2027-01-08T08:00:00Z","expiry":"2027-01-24T08:00:00Z"},\
                "keySignature":{"owner":"test","type":"DNSKEY","signer":"test","keyTag":4711,"wildcard":null,\
                "inception":"2027-01-08T08:00:00Z","expiry":"2027-01-24T08:00:00Z"},\
                "notes":[],\
                "signatureInception":"2027-01-08T08:00:00Z","signatureExpiry":"2027-01-24T08:00:00Z"},\
                {"zone":"example.test","status":"bogus",\
                "class":"dnssec_signature_expired",\
                "detail":"the RRSIG of www.example.test A ended on Friday",\
                "algorithm":"ECDSAP256SHA256","keyTags":[815],\
                "trustedBy":[{"keyTag":815,"algorithm":"ECDSAP256SHA256","digestType":"SHA-256"}],\
                "delegationSignature":{"owner":"example.test","type":"DS","signer":"test","keyTag":99,"wildcard":null,\
                "inception":"2027-01-08T08:00:00Z","expiry":"2027-01-29T08:00:00Z"},\
                "keySignature":{"owner":"example.test","type":"DNSKEY","signer":"example.test","keyTag":815,"wildcard":null,\
                "inception":"2027-01-08T08:00:00Z","expiry":"2027-01-29T08:00:00Z"},\
                "notes":[],\
                "signatureInception":"2027-01-08T08:00:00Z","signatureExpiry":"2027-01-29T08:00:00Z"}],\
                "answer":["www.example.test. 300 IN A 192.0.2.7"],"answerSignatures":[],"denial":[],\
                "earliestSignatureExpiry":"2027-01-24T08:00:00Z","notes":[],\
                "at":"2027-01-15T08:00:00Z"}

                """)
    }

    @Test func anUnsignedZoneHasNoClass() throws {
        let result = try ReportSamples.secure { validation in
            let zone = validation.zones[2].zone
            let fault = Fault(.noDNSSEC, in: zone, "unsigned")
            (validation.status, validation.fault) = (.insecure, fault)
            validation.zones[2] = ZoneReport(zone: zone, status: .insecure, fault: fault)
        }
        let object = try parsed(try #require(result.validations.first).json(at: 0))
        #expect(object["class"] is NSNull && object["status"] as? String == "insecure")
        #expect(object["at"] as? String == "1970-01-01T00:00:00Z")
        let zone = try #require((object["zones"] as? [[String: Any]])?.last)
        #expect(zone["algorithm"] is NSNull && zone["signatureExpiry"] is NSNull)
        #expect(zone["keyTags"] as? [Int] == [])
    }

    @Test func withoutAFaultTheDetailIsWhatIsNoted() throws {
        let result = try ReportSamples.secure { validation in
            validation.zones[1].notes = ["validates by SHA-1 only (RFC 9905)"]
            validation.notes = ["192.0.2.53 strips DNSSEC records from its answers"]
        }
        let object = try parsed(
            try #require(result.validations.first).json(at: ReportSamples.now))
        #expect(
            object["detail"] as? String
                == "validates by SHA-1 only (RFC 9905); 192.0.2.53 strips DNSSEC records from its answers"
        )
        let plain = try #require(try ReportSamples.secure().validations.first)
        #expect(try parsed(plain.json(at: ReportSamples.now))["detail"] is NSNull)
    }

    private func parsed(_ bytes: [UInt8]) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
    }
}
