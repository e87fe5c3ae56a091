import Foundation
import Peers
import Testing

extension PathTests {
    /// The answers of `trustpath dnssec` beside those of `dig`, for records of every type.
    @Suite struct RecordTypeTests {
        @Test func sameAnswersAsDig() async throws {
            let world = try await PathWorld.shared.value
            let zone = PathZone(
                "sample.test.", servers: PathZone.servers(48),
                records: "sub NS ns.elsewhere.test.\n"
                    + Self.records.map { "\($0) \($1) \($2)" }.joined(separator: "\n"))
            let server = try await PathAuthority.bind([48: [zone]], on: world.place)
            let file = try world.configuration([48])
            try write(
                read(file).replacing("mode: disabled", with: "insecure_zones: [sample.test]"),
                to: file)
            let questions = Set(Self.records.map { [$0.0, $0.1] } + [["@", "SOA"], ["@", "NS"]])
            let rows = try await together(questions.sorted { "\($0)" < "\($1)" }) { question in
                let (type, owner) = (question[1], question[0].replacing("*", with: "any"))
                let name = owner == "@" ? "sample.test" : "\(owner).sample.test"
                let result = try await run(
                    trustpathBinary(),
                    ["dnssec", name, type, "--config.file", file, "--output", "json"])
                let ours = try? JSONDecoder().decode(Answer.self, from: Data(result.output.utf8))
                let answer = Self.normal(ours?.answer ?? [])
                let plain = try await Self.dig(name, type, "+nocomments", world)
                // A type that is unknown to either is written as RFC 3597 has it.
                let generic = try await Self.dig(name, type, "+unknownformat", world)
                guard answer.isEmpty || (answer != plain && answer != generic) else { return "" }
                return "\(name) \(type)\n\(plain)\n\(answer)\n\(result.output)\(result.errors)"
            }
            for row in rows where row != "" { Issue.record("\(row)") }
            await server.stop()
        }

        private struct Answer: Decodable { let answer: [String] }

        private static func dig(
            _ name: String, _ type: String, _ option: String, _ world: PathWorld
        ) async throws -> [String] {
            let lines = try await world.place.dig(
                48, name, type, "+noall", "+answer", "+nosplit", option)
            return normal(lines.split(separator: "\n").map { String($0) })
        }

        /// Owner, TTL and data: dig writes class and type as numbers where it writes bytes. Letters in lower case,
        /// one blank between fields, and no quotes around what has no blank.
        private static func normal(_ lines: [String]) -> [String] {
            lines.map { line in
                var fields = line.lowercased().split { $0 == " " || $0 == "\t" }
                if fields.count > 4 { fields.removeSubrange(2...3) }
                return fields.joined(separator: " ").replacing(/="([^" ]+)"/) { "=\($0.1)" }
            }.sorted()
        }

        private static let records: [(String, String, String)] = [
            ("address", "A", "192.0.2.1"), ("address", "AAAA", "2001:db8::1"),
            ("mapped", "AAAA", "::ffff:192.0.2.3"), ("mail", "MX", "10 Mail"),
            ("mail", "MX", "20 mail2.example.net."), ("alias", "CNAME", "address"),
            ("text", "TXT", #""v=spf1 -all" "semi;colon (parenthesis)" "\"quoted\" \\ \000\255""#),
            ("text", "TXT", #""" "second""#), ("any.wildcard", "TXT", "text"),
            ("tree", "DNAME", "target.example.net."), ("4.3.2.1", "PTR", "host.example.net."),
            ("_443._tcp", "TLSA", "3 1 1 " + String(repeating: "d2ab", count: 16)),
            ("_sip._udp", "SRV", "0 5 5060 sip.example.net."),
            ("@", "CAA", #"0 issue "ca1.example.net; policy=ev""#),
            ("@", "CAA", #"128 tbs "Unknown""#),
            ("_dns", "SVCB", #"2 doh.example.net. mandatory=port,alpn alpn=h2 port=8443"#),
            ("_dns", "SVCB", #"3 doh.example.net. key667="hello\210qoo""#),
            ("_esc", "SVCB", #"16 foo.example.org. alpn="f\\\\oo\\,bar,h2""#),
            ("@", "HTTPS", "1 . alpn=h2,h3 ipv4hint=192.0.2.80 ech=AEX+DQA= ipv6hint=2001:db8::80"),
            ("sub", "DS", "60485 5 1 2BB183AF5F22588179A53B0A98631FAD1A292118"),
            (
                "key", "DNSKEY",
                "257 3 13 GojIhhXUN/u4v54ZQqGSnyhWJwaubCvTmeexv7bR6edbkrSqQpF64cYbcB7wNcP+e+MAnLr+Wi9xMWyQLc8NAA=="
            ),
            ("@", "CDS", "0 0 0 00"), ("@", "CDNSKEY", "0 3 0 AA=="),
            ("*.wild", "TXT", "wildcard"), ("other", "HINFO", #""machine" "system""#),
            ("other", "RP", "someone text"), ("other", "AFSDB", "1 cell"),
            ("other", "NAPTR", #"100 10 "u" "sip+E2U" "!^.*$!sip:info@example.com!" ."#),
            ("other", "SSHFP", "4 2 " + String(repeating: "0f", count: 32)),
            ("other", "LOC", "52 22 23.000 N 4 53 32.000 E -2.00m 1m 10000m 10m"),
            ("other", "URI", #"10 1 "https://example.com/""#), ("other", "SPF", #""v=spf1 -all""#),
            ("other", "OPENPGPKEY", "AAECAwQ="), ("other", "CSYNC", "66 3 A NS AAAA"),
            ("other", "SMIMEA", "3 1 1 " + String(repeating: "0f", count: 32)),
            ("other", "TYPE65280", ##"\# 5 0102030405"##),
        ]
    }
}
