import Addresses
import DNS
import DNSSEC
import Lab
import Sockets
import Testing

extension LabTests {
    /// What BIND's tools say of the lab.
    @Suite struct DNSToolTests {
        @Test func delvAgreesOnEveryName() async throws {
            try #require(await Command.run("command -v delv").status == 0, "delv is not installed")
            let lab = try await Lab.shared()
            let anchor = try Anchor(lab)
            for entry in Lab.names {
                // The last of its resolvers is a sound one, if there is one.
                let resolver = lab.resolvers(of: entry).last
                let output = await anchor.delv(entry.name, "A", at: resolver)
                switch entry.expectedStatus {
                case .secure:
                    #expect(output.contains("fully validated"), "\(entry.name): \(output)")
                case .insecure:
                    #expect(output.contains("unsigned answer"), "\(entry.name): \(output)")
                case .bogus:
                    let outputs = [output, await anchor.delv(entry.name, "AAAA")]
                    #expect(
                        outputs.contains {
                            $0.contains("resolution failed") && !$0.contains("validated")
                        }, "\(entry.name): \(outputs)")
                case .indeterminate where entry.name.hasSuffix("alias-loop.test"):  // signed
                    #expect(output.contains("fully validated"), "\(entry.name): \(output)")
                case .indeterminate:
                    #expect(!output.contains("validated"), "\(entry.name): \(output)")
                    let texts = ["resolution failed", "timed out"]
                    #expect(texts.contains { output.contains($0) }, "\(entry.name): \(output)")
                }
            }
        }

        @Test func delvValidatesDenialsAndWildcards() async throws {
            let anchor = try Anchor(await Lab.shared())
            let questions = [
                ("nothing.healthy.test", "A"), ("nothing.rsa.test", "A"), ("a.b.ed25519.test", "A"),
                ("healthy.test", "MX"), ("rsa.test", "MX"), ("missing.test", "DS"),
                ("nic.test", "A"),
                ("any.wildcard.test", "AAAA"), ("a.b.wildcard.test", "A"), ("example.com", "A"),
                ("zzz", "NS"), ("healthy.test", "DS"), ("unsigned.test", "DS"),
                ("rsa.test", "NSEC3PARAM"),
            ]
            for (name, type) in questions {
                let output = await anchor.delv(name, type)
                #expect(output.contains("fully validated"), "\(name) \(type): \(output)")
            }
        }

        @Test func resolverTellsSecureAndBogusApart() async throws {
            let lab = try await Lab.shared()
            let secure = await dig(lab, "healthy.test +dnssec")
            #expect(secure.contains("flags: qr rd ra ad;") && secure.contains("RRSIG"))
            let insecure = await dig(lab, "unsigned.test +dnssec")
            #expect(insecure.contains("flags: qr rd ra;"))
            let bogus = await dig(lab, "signature-expired.test")
            #expect(bogus.contains("SERVFAIL") && bogus.contains("EDE: 7 (Signature Expired)"))
            let unchecked = await dig(lab, "signature-expired.test +cd")
            #expect(unchecked.contains("NOERROR") && !unchecked.contains(" ad"))
            let missing = await dig(lab, "missing.test +tcp")
            #expect(missing.contains("NXDOMAIN"))
        }

        @Test func authoritiesReferAndTruncate() async throws {
            let lab = try await Lab.shared()
            let root = "\(lab.resolver.address)".split(separator: ".").dropLast().joined(
                separator: ".")
            let referral = await dig(lab, "healthy.test +norec +dnssec", at: root + ".1")
            #expect(referral.contains("flags: qr;") && referral.contains("DS"))
            let answer = await dig(lab, "healthy.test +norec +dnssec", at: root + ".3")
            #expect(answer.contains("flags: qr aa;"))
            let refused = await dig(lab, "example.com +norec", at: root + ".3")
            #expect(refused.contains("REFUSED"))
            let cut = await dig(
                lab, "rsa.test DNSKEY +dnssec +bufsize=512 +ignore", at: root + ".3")
            #expect(cut.contains("flags: qr aa tc rd;"))
            let whole = await dig(lab, "rsa.test DNSKEY +dnssec +bufsize=512", at: root + ".3")
            #expect(whole.contains("TCP mode") && whole.contains("RRSIG"))
        }

        private func dig(_ lab: Lab, _ rest: String, at server: String? = nil) async -> String {
            let server = server ?? "\(lab.resolver.address)"
            return await Command.run(
                "dig +timeout=5 +tries=1 @\(server) -p \(lab.resolver.port) \(rest)"
            ).output
        }
    }
}

/// The lab's trust anchor as a file for delv, removed with its owner.
final class Anchor: Sendable {
    private let path: String
    private let server: String

    init(_ lab: Lab) throws {
        let record = try #require(ZoneText.records(Array(lab.trustAnchorText.utf8)).first)
        let fields = record.data.text(record.type).split(separator: " ", maxSplits: 3)
        let digest = fields[3].filter { $0 != " " }
        path = "/tmp/lab-anchor-\(lab.resolver.address)-\(lab.resolver.port)"
        server = "@\(lab.resolver.address) -p \(lab.resolver.port)"
        let text =
            "trust-anchors { \".\" static-ds \(fields[0]) \(fields[1]) \(fields[2]) \"\(digest)\"; };"
        let written = Command("printf '%s' '\(text)' > \(path)")
        try #require(written.status == 0)
    }

    deinit { _ = Command("rm -f \(path)") }

    /// `resolver` is an address with its port; the lab's by default.
    func delv(_ name: String, _ type: String, at resolver: String? = nil) async -> String {
        let parts = resolver?.split(separator: ":") ?? []
        let server = parts.count == 2 ? "@\(parts[0]) -p \(parts[1])" : server
        return await Command.run("timeout 10 delv \(server) -a \(path) +root=. \(name) \(type)")
            .output
    }
}
