import Foundation
import Lab
import Peers
import Testing

extension CommandTests {
    /// Exit status and output of `probe` and `dnssec`, with the lab as the world.
    @Suite struct OutcomeTests {
        @Test(arguments: [
            ("healthy.test", 0, "healthy"), ("expired.test", 1, "cert_expired"),
            ("missing.test", 1, "name_not_found"), ("wrong-ds.test", 1, "dnssec_ds_mismatch"),
            ("unsigned.test", 0, "healthy"),
        ])
        func probeStatus(_ name: String, _ status: Int32, _ word: String) async throws {
            let result = try await inLab(["probe", name])
            #expect(result.status == status)
            let first = result.output.split(separator: "\n").first.map { $0.lowercased() } ?? ""
            #expect(first.contains(name))
            #expect(status == 0 || first.contains(word))
            #expect(result.errors == "")
        }

        @Test(arguments: [
            ("healthy.test", 0, "secure healthy.test A"),
            ("unsigned.test", 0, "insecure unsigned.test A"),
            ("wrong-ds.test", 1, "bogus wrong-ds.test A dnssec_ds_mismatch: "),
            (
                "www.alias-loop.test", 3,
                "indeterminate www.alias-loop.test A dnssec_indeterminate: "
            ),
            ("missing.test", 0, "secure missing.test A"),
        ])
        func dnssecStatus(_ name: String, _ status: Int32, _ line: String) async throws {
            let result = try await inLab(["dnssec", name])
            #expect(result.status == status)
            #expect(result.output.hasPrefix(line))
            #expect(result.errors == "")
        }

        /// Two resolvers that cannot be reached: this network may be at fault as well.
        @Test func undecidedIsThree() async throws {
            let silent = try [deafPort(), deafPort()]
            let result = try await trustpath(
                ["probe", "a.test", "--timeout", "1"]
                    + silent.flatMap { ["--resolver", "127.0.0.1:\($0)"] })
            #expect(result.status == 3)
            #expect(result.output.contains("dns_blocked"))
            let validation = try await trustpath(
                ["dnssec", "a.test", "--timeout", "1", "--resolver", "127.0.0.1:\(silent[0])"])
            #expect(validation.status == 3)
            #expect(validation.output.hasPrefix("indeterminate a.test A dnssec_indeterminate: "))
        }

        @Test func addressPolicyIsUndecided() async throws {
            let result = try await inLab(["probe", "169.254.0.1"])
            #expect(result.status == 3)
            #expect(result.output.contains("probe_target_refused"))
        }

        @Test func atJudgesAtThatInstant() async throws {
            let world = try await World.shared.value
            let file = try world.file(world.configuration(dnssec: "disabled"))
            let now = Int(Date().timeIntervalSince1970)
            let (before, later) = (now - 5 * 86400, now + 400 * 86400)
            let options = ["--config.file", file, "--output", "json", "--at"]
            let past = try await trustpath(["probe", "expired.test"] + options + ["\(before)"])
            #expect(past.status == 0)
            let future = try await trustpath(["probe", "healthy.test"] + options + ["\(later)"])
            #expect(future.status == 1)
            #expect(try object(future.output)["class"] as? String == "cert_expired")
            let signatures = try await inLab(["dnssec", "healthy.test", "--at", "\(later)"])
            #expect(signatures.status == 1)
            #expect(signatures.output.hasPrefix("bogus healthy.test A dnssec_signature_expired: "))
            let sooner = try await inLab(["dnssec", "healthy.test", "--at", "0"])
            #expect(sooner.status == 1)
            #expect(sooner.output.contains("dnssec_signature_not_yet_valid"))
        }

        @Test func probeJSONHasTheContractsKeys() async throws {
            let result = try await inLab(["probe", "expired.test", "--output", "json"])
            let report = try object(result.output)
            #expect(
                Set(["target", "module", "success", "class", "findings", "resolution", "dnssec"])
                    .union(["endpoints", "durations"]).isSubset(of: report.keys))
            #expect(report["target"] as? String == "expired.test")
            #expect(report["module"] as? String == "default")
            #expect(report["success"] as? Bool == false)
            #expect(report["class"] as? String == "cert_expired")
            let finding = try #require((report["findings"] as? [[String: Any]])?.first)
            #expect(
                ["class", "severity", "confidence", "stage", "places", "evidence", "remedy"]
                    .allSatisfy { finding[$0] != nil })
            let endpoint = try #require((report["endpoints"] as? [[String: Any]])?.first)
            #expect(["host", "address", "port", "protocol"].allSatisfy { endpoint[$0] != nil })
            let healthy = try object(
                try await inLab(["probe", "healthy.test", "--output", "json"]).output)
            #expect(healthy["success"] as? Bool == true)
            #expect(healthy["class"] is NSNull)
        }

        @Test func dnssecJSONHasTheContractsKeys() async throws {
            let result = try await inLab(["dnssec", "healthy.test", "aaaa", "--output", "json"])
            let report = try object(result.output)
            #expect(
                Set(report.keys).isSuperset(of: [
                    "name", "type", "status", "class", "detail", "zones", "answer", "at",
                ]))
            #expect(report["name"] as? String == "healthy.test")
            #expect(report["type"] as? String == "AAAA")
            #expect(report["status"] as? String == "secure")
            let zones = try #require(report["zones"] as? [[String: Any]])
            #expect(zones.compactMap { $0["zone"] as? String } == [".", "test", "healthy.test"])
            let keys = Set(try #require(zones.last).keys)
            #expect(
                keys.isSuperset(of: [
                    "zone", "status", "algorithm", "keyTags", "signatureInception",
                    "signatureExpiry",
                ]))
        }

        @Test func metricsPassPromtool() async throws {
            let result = try await inLab(["probe", "healthy.test", "--output", "metrics"])
            #expect(result.status == 0)
            #expect(result.output.contains("\nprobe_success 1\n"))
            guard Program.arePresent("promtool") else { return }
            let lint = try await run("promtool", ["check", "metrics"], input: result.output)
            #expect(lint.status == 0)
            #expect(lint.output + lint.errors == "")
        }

        @Test func htmlIsAPage() async throws {
            let result = try await inLab(["probe", "expired.test", "--output", "html"])
            #expect(result.status == 1)
            #expect(result.output.lowercased().hasPrefix("<!doctype html>"))
            #expect(result.output.contains("cert_expired"))
        }

        /// A server is tried before its record is there.
        @Test func addressStandsForDNS() async throws {
            let world = try await World.shared.value
            let known = try object(
                try await inLab(["probe", "healthy.test", "--output", "json"]).output)
            let endpoints = try #require(known["endpoints"] as? [[String: Any]])
            let address = try #require(
                endpoints.compactMap { $0["address"] as? String }.first { !$0.contains(":") })
            let result = try await inLab(
                [
                    "probe", "missing.test", "--address", address, "--hostname", "healthy.test",
                    "--ports", "\(world.lab.ports.https)",
                ])
            #expect(result.status == 0)
        }

        @Test func requiredDNSSECFailsAnUnsignedName() async throws {
            let world = try await World.shared.value
            let file = try world.file(world.configuration(dnssec: "require"))
            let result = try await trustpath(["probe", "unsigned.test", "--config.file", file])
            #expect(result.status == 1)
            #expect(result.output.contains("dnssec_insecure"))
            let disabled = try world.file(world.configuration(dnssec: "disabled"))
            let refusal = try await trustpath([
                "dnssec", "unsigned.test", "--config.file", disabled,
            ])
            #expect(refusal.status == 2)
            #expect(refusal.errors == "trustpath: module default disables DNSSEC\n")
        }

        @Test func versionAndHelpAreNoFailure() async throws {
            let version = try await trustpath(["--version"])
            #expect(version.status == 0)
            #expect(version.output.firstMatch(of: #/^trustpath \d+\.\d+\.\d+\n$/#) != nil)
            for command in [[], ["serve"], ["probe"], ["dnssec"], ["lab"]] {
                let help = try await trustpath(command + ["--help"])
                #expect(help.status == 0)
                #expect(help.output.contains("USAGE: trustpath"))
            }
        }

        private func object(_ text: String) throws -> [String: Any] {
            try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        }
    }
}
