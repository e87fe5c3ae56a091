import Addresses
import Foundation
import Lab
import Peers
import Testing

extension CommandTests {
    /// `trustpath dnssec` between resolvers that do not answer, and at other times.
    @Suite struct CircumstanceTests {
        @Test func oneSilentResolverDecidesNothing() async throws {
            let result = try await inLab([
                "dnssec", "healthy.test", "--resolver", "127.0.0.1:\(try deafPort())",
                "--timeout", "0.5",
            ])
            #expect(result.status == 3)
            #expect(
                result.output.hasPrefix("indeterminate healthy.test A dnssec_indeterminate: "))
        }

        @Test func theSecondAnswersForTheSilentFirst() async throws {
            let lab = try await World.shared.value.lab
            let result = try await inLab([
                "dnssec", "healthy.test", "--resolver", "127.0.0.1:\(try deafPort())",
                "--resolver", "\(lab.resolver)", "--timeout", "20",
            ])
            #expect(result.status == 0)
            #expect(result.output.hasPrefix("secure healthy.test A\n"))
            #expect(!result.output.contains("strips"))
        }

        /// The windows of the lab's zones are about now; an unsigned zone's chain has them as well.
        @Test(arguments: ["healthy.test", "missing.test", "unsigned.test"])
        func beforeAndAfterTheWindows(_ name: String) async throws {
            let now = Int(Date().timeIntervalSince1970)
            for (moment, failure) in [
                (now - 400 * 86400, "dnssec_signature_not_yet_valid"),
                (now + 400 * 86400, "dnssec_signature_expired"),
            ] {
                let result = try await inLab([
                    "dnssec", name, "--at", "\(moment)", "--timeout", "15",
                ])
                #expect(result.status == 1)
                #expect(result.output.hasPrefix("bogus \(name) A \(failure): "))
            }
        }

        /// From the hints of the configuration, by the resolver that the command line names.
        @Test(arguments: [
            ("healthy.test", "secure", 0 as Int32), ("unsigned.test", "insecure", 0),
            ("wrong-ds.test", "bogus", 1),
        ])
        func fromTheRoot(_ name: String, _ status: String, _ exit: Int32) async throws {
            let world = try await World.shared.value
            let hints = try world.file(world.lab.rootHintsText, "hints")
            let file = try world.file(
                """
                modules:
                  default:
                    resolvers: ["127.0.0.1:\(try deafPort())"]
                    root_hints: \(hints)
                    dns_port: \(world.lab.rootServer.port)
                    dnssec: {trust_anchors: \(world.path("anchor"))}
                """)
            let result = try await trustpath([
                "dnssec", name, "--resolver", "root", "--config.file", file, "--timeout", "15",
            ])
            #expect(result.status == exit)
            #expect(result.output.hasPrefix("\(status) \(name) A"))
        }
    }
}
