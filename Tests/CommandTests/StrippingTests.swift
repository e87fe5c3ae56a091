import Addresses
import DNS
import Foundation
import Hostile
import Lab
import Peers
import Testing

extension CommandTests {
    /// Resolvers that take DNSSEC records away, before the lab's, which keeps them.
    @Suite struct StrippingTests {
        /// The ways in which a resolver shows that it strips.
        enum Way: String, CaseIterable {
            case withoutOPT, withoutDO, withDO

            func strip(_ reply: inout Message) {
                reply.dropProofs()
                switch self {
                case .withoutOPT: reply.edns = nil
                case .withoutDO: reply.edns?.dnssecOK = false
                case .withDO: break
                }
            }
        }

        @Test(
            arguments: Way.allCases,
            [
                ("healthy.test", "secure", 0 as Int32), ("missing.test", "secure", 0),
                ("unsigned.test", "insecure", 0), ("signature-missing.test", "bogus", 1),
            ])
        func anotherIsAsked(_ way: Way, _ expected: (String, String, Int32)) async throws {
            let lab = try await World.shared.value.lab
            let (name, status, exit) = expected
            let stripper = try ChangingResolver(before: lab.resolver) { way.strip(&$0) }
            let both = [stripper.specification, "\(lab.resolver)"]
            let note = "\(stripper.specification) strips DNSSEC records from its answers"

            let text = try await dnssec(name, both)
            #expect(text.status == exit)
            #expect(text.output.hasPrefix("\(status) \(name) A"))
            #expect(text.output.hasSuffix("Note: \(note)\n"))

            let json = try await dnssec(name, both, ["--output", "json"])
            #expect(json.status == exit)
            let report = try Report(json.output)
            #expect(report.status == status)
            #expect(report.notes == [note])
        }

        @Test(arguments: Way.allCases)
        func nobodyElseIsLeft(_ way: Way) async throws {
            let lab = try await World.shared.value.lab
            let first = try ChangingResolver(before: lab.resolver) { way.strip(&$0) }
            let second = try ChangingResolver(before: lab.resolver) { $0.dropProofs() }
            for strippers in [[first], [first, second]] {
                for name in ["healthy.test", "missing.test", "unsigned.test"] {
                    let result = try await dnssec(
                        name, strippers.map(\.specification), ["--output", "json"])
                    #expect(result.status == 3)
                    let report = try Report(result.output)
                    #expect(report.status == "indeterminate")
                    #expect(report.class == "dnssec_indeterminate")
                    #expect(report.detail?.contains("strips DNSSEC records") == true)
                    #expect(
                        report.notes
                            == strippers.map {
                                "\($0.specification) strips DNSSEC records from its answers"
                            })
                }
            }
        }

        /// The root's keys come with their signatures, so the resolver does not strip.
        @Test func onlyTheLeafLacksItsSignature() async throws {
            let lab = try await World.shared.value.lab
            let resolver = try ChangingResolver(before: lab.resolver) { reply in
                if reply.questions.first?.type == .a { reply.dropProofs([.rrsig]) }
            }
            for resolvers in [
                [resolver.specification], [resolver.specification, "\(lab.resolver)"],
            ] {
                let result = try await dnssec("healthy.test", resolvers, ["--output", "json"])
                #expect(result.status == 1)
                let report = try Report(result.output)
                #expect(report.status == "bogus")
                #expect(report.class == "dnssec_rrsig_missing")
                #expect(report.notes == [])
            }
            let asked = resolver.server.questions.compactMap(\.questions.first)
            #expect(asked.contains(Question(.root, .dnskey)))
        }

        /// The first keeps signatures but fails on the name; what the second took from it proves nothing.
        @Test func eachIsPutTheControlQuestionItself() async throws {
            let lab = try await World.shared.value.lab
            let failing = try ChangingResolver(before: lab.resolver) { reply in
                guard reply.questions.first?.type == .a else { return }
                (reply.responseCode, reply.answers, reply.authorities) = (.serverFailure, [], [])
            }
            let stripper = try ChangingResolver(before: lab.resolver) { $0.dropProofs() }
            let two = [failing.specification, stripper.specification]
            for (resolvers, status) in [
                (two, "indeterminate"), (two + ["\(lab.resolver)"], "secure"),
            ] {
                let result = try await dnssec("healthy.test", resolvers, ["--output", "json"])
                let report = try Report(result.output)
                #expect(report.status == status)
                #expect(
                    report.notes == [
                        "\(stripper.specification) strips DNSSEC records from its answers"
                    ])
            }
        }

        /// One that strips and one that does not answer: what is left decides nothing.
        @Test func theOtherIsSilent() async throws {
            let lab = try await World.shared.value.lab
            let stripper = try ChangingResolver(before: lab.resolver) { $0.dropProofs() }
            let result = try await dnssec(
                "healthy.test", [stripper.specification, "127.0.0.1:\(try deafPort())"],
                ["--output", "json", "--timeout", "1"])
            #expect(result.status == 3)
            let report = try Report(result.output)
            #expect(report.status == "indeterminate")
            #expect(
                report.notes == ["\(stripper.specification) strips DNSSEC records from its answers"]
            )
        }

        private func dnssec(
            _ name: String, _ resolvers: [String], _ more: [String] = []
        ) async throws -> CommandResult {
            try await inLab(
                ["dnssec", name] + resolvers.flatMap { ["--resolver", $0] }
                    + (more.contains("--timeout") ? more : more + ["--timeout", "15"]))
        }
    }

    private struct Report: Decodable {
        let status: String
        let `class`: String?
        let detail: String?
        let notes: [String]

        init(_ text: String) throws {
            self = try JSONDecoder().decode(Report.self, from: Data(text.utf8))
        }
    }
}
