import Foundation
import OpenSSL
import Probe
import Testing

/// What JSON and text say of alerts, of what was asked again, and of what a server takes.
@Suite struct HandshakeJSONTests {
    let samples: ReportSamples

    init() throws { samples = try ReportSamples() }

    /// A report whose first endpoint has this handshake.
    func report(_ change: (inout Handshake) -> Void) throws -> Report {
        var report = try samples.expired()
        var handshake = try #require(report.endpoints[0].handshake)
        change(&handshake)
        report.endpoints[0].handshake = handshake
        return report
    }

    func json(_ change: (inout Handshake) -> Void) throws -> [String: Any] {
        let object = try JSONSerialization.jsonObject(with: Data(report(change).json()))
        let endpoints = (object as? [String: Any])?["endpoints"] as? [[String: Any]]
        return try #require(endpoints?.first?["handshake"] as? [String: Any])
    }

    @Test(arguments: [(true, "received"), (false, "sent")])
    func `An alert has its number and direction`(_ isReceived: Bool, _ direction: String) throws {
        let handshake = try json {
            $0.outcome = .failed(
                TLSFailure(
                    alertReceived: isReceived ? 40 : nil, alertSent: isReceived ? nil : 40))
        }
        let alert = try #require(handshake["alert"] as? [String: Any])
        #expect(alert["number"] as? Int == 40)
        #expect(alert["name"] as? String == "handshake failure")
        #expect(alert["direction"] as? String == direction)
    }

    @Test func `Without a failure there is no alert and nothing was asked again`() throws {
        let handshake = try json { _ in }
        #expect(handshake["alert"] is NSNull && handshake["offers"] is NSNull)
        let retries = try #require(handshake["retries"] as? [String: Any])
        #expect(
            Set(retries.keys) == ["permissive", "withoutServerName", "legacy", "smallHello"])
        #expect(retries.values.allSatisfy { $0 is NSNull })
    }

    @Test func `What was asked again stands with its answer`() throws {
        let handshake = try json {
            $0.outcome = .timedOut
            $0.completesWithoutServerName = false
            $0.legacyAnswer = .chosen(.ssl3, CipherSuite(rawValue: 5))
            $0.smallHello = .init(version: .tls12, size: 150, paddedSize: 300, takesPadded: false)
        }
        let retries = try #require(handshake["retries"] as? [String: Any])
        #expect(retries["withoutServerName"] as? Bool == false)
        let legacy = try #require(retries["legacy"] as? [String: Any])
        #expect(legacy["version"] as? String == "SSL 3.0")
        #expect(legacy["cipher"] as? String == "TLS_RSA_WITH_RC4_128_SHA")
        let small = try #require(retries["smallHello"] as? [String: Any])
        #expect(small["size"] as? Int == 150 && small["paddedSize"] as? Int == 300)
        #expect(small["takesPadded"] as? Bool == false)
    }

    @Test func `What a server takes stands in JSON and text`() throws {
        var offers = Offers()
        offers.versions = [.ssl3: false, .tls12: true, .tls13: true]
        offers.suites = [.tls12: [CipherSuite(rawValue: 0xc02f)]]
        offers.groups = [NamedGroup(rawValue: 0x11ec), NamedGroup(rawValue: 0xfefe)]
        offers.isComplete = false
        let handshake = try json { $0.offers = offers }
        let seen = try #require(handshake["offers"] as? [String: Any])
        #expect(seen["versions"] as? [String] == ["TLS 1.2", "TLS 1.3"])
        #expect(seen["groups"] as? [String] == ["X25519MLKEM768", "0xFEFE"])
        #expect(seen["complete"] as? Bool == false)
        let ciphers = try #require((seen["ciphers"] as? [[String: Any]])?.first)
        #expect(ciphers["version"] as? String == "TLS 1.2")
        #expect(ciphers["ciphers"] as? [String] == ["TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"])
        let text = try report { $0.offers = offers }.text()
        #expect(text.contains("takes TLS 1.2, TLS 1.3"))
        #expect(text.contains("TLS 1.2 with TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"))
        #expect(text.contains("groups X25519MLKEM768, 0xFEFE"))
        #expect(text.contains("not everything was asked for"))
    }
}
