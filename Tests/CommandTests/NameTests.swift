import Foundation
import Peers
import Testing

extension CommandTests {
    /// `trustpath dnssec` on names and types that are no ordinary host's.
    @Suite struct NameTests {
        static let label = String(repeating: "a", count: 63)
        /// 255 octets on the wire, the most there are.
        static let longest =
            [label, label, label, String(repeating: "b", count: 48)]
            .joined(separator: ".") + ".healthy.test"

        @Test(arguments: [
            (". DNSKEY", ". DNSKEY"), (". NS", ". NS"), (". DS", ". DS"), ("test DS", "test DS"),
            ("test SOA", "test SOA"), ("healthy.test. DNSKEY", "healthy.test DNSKEY"),
            ("HEALTHY.Test any", "healthy.test ANY"), ("healthy.test ANY", "healthy.test ANY"),
            ("healthy.test TYPE65534", "healthy.test TYPE65534"),
            ("healthy.test type28", "healthy.test AAAA"),
            ("_443._tcp.healthy.test TLSA", "_443._tcp.healthy.test TLSA"),
            ("bücher.healthy.test", "xn--bcher-kva.healthy.test A"),
            ("*.wildcard.test", "*.wildcard.test A"),
            ("*.any.wildcard.test", "*.any.wildcard.test A"),
            (longest, "\(longest) A"),
            (#"a\.b.healthy.test"#, #"a\.b.healthy.test A"#),
            (#"a\046b.healthy.test"#, #"a\.b.healthy.test A"#),
            (#"\000\032.healthy.test TXT"#, #"\000\032.healthy.test TXT"#),
            (#"any\032thing.wildcard.test"#, #"any\032thing.wildcard.test A"#),
        ])
        func isValidated(_ arguments: String, _ question: String) async throws {
            let result = try await inLab(
                ["dnssec", "--timeout", "15"] + words(arguments))
            #expect(result.status == 0)
            #expect(result.output.hasPrefix("secure \(question)\n"))
            #expect(result.errors == "")
        }

        @Test(arguments: [
            (
                "192.0.2.1",
                "the name \"192.0.2.1\" is an IP address, and an address has no records to validate"
            ),
            (
                "2001:db8::1",
                "the name \"2001:db8::1\" is an IP address, and an address has no records to validate"
            ),
            (
                "a" + longest,
                "the name \"a\(longest)\" is no valid name: a label is longer than 63 bytes "
                    + "or a name longer than 255"
            ),
            (
                "b.\(longest)",
                "the name \"b.\(longest)\" is no valid name: a label is longer than 63 bytes "
                    + "or a name longer than 255"
            ),
            ("a..test", "the name \"a..test\" is no valid name: a label is empty"),
            (
                #"a\300.test"#,
                #"the name "a\300.test" is no valid name: a decimal escape is not \000 to \255"#
            ),
            (#"a.test\"#, #"the name "a.test\" is no valid name: a backslash ends the text"#),
            ("a.test TYPE65536", "the type \"TYPE65536\" is not a record type"),
        ])
        func isRefused(_ arguments: String, _ sentence: String) async throws {
            try await expectRefusal(["dnssec"] + words(arguments), sentence)
        }

        private func words(_ text: String) -> [String] {
            text.split(separator: " ").map { String($0) }
        }
    }
}
