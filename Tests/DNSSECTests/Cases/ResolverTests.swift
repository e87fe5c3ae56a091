import DNS
import DNSSEC
import Testing

extension DNSSECTests {
    @Suite("What the resolver does to answers") struct ResolverTests {
        private static func strip(_ message: inout Message) {
            message.answers.removeAll { $0.type == .rrsig }
            message.authorities.removeAll { [.rrsig, .nsec, .nsec3].contains($0.type) }
        }

        @Test("A resolver that strips DNSSEC leaves it undecided", arguments: [0, 1, 2])
        func strips(_ sign: Int) async throws {
            for (owner, type) in [("www.example.test", RecordType.a), ("no.example.test", .a)] {
                for denial in [DenialKind.nsec, .nsec3()] {
                    var tree = try Tree.plain(denial: denial)
                    tree.edit { _, message in
                        Self.strip(&message)
                        if sign == 0 { message.edns = nil }
                        if sign == 1 { message.edns?.dnssecOK = false }
                    }
                    try await expect(
                        tree.validate(owner, type), .indeterminate, saying: "strips")
                }
            }
        }

        @Test("Where only one zone's signatures are missing, the zone is at fault")
        func oneZone() async throws {
            var tree = try Tree.plain()
            tree.edit { question, message in
                if question.type == .a { Self.strip(&message) }
            }
            let result = try await tree.validate("www.example.test")
            try expect(result, .rrsigMissing, in: "example.test")
            // The control question was asked.
            #expect(tree.asked.all.last == Question(.root, .dnskey))
        }

        @Test("Keys that are not there show no stripping, signatures that are not there do")
        func noRootKeys() async throws {
            var tree = try Tree.plain()
            tree.edit { question, message in
                if question == Question(.root, .dnskey) { message.answers = [] }
            }
            try await expect(
                tree.validate("www.example.test"), .dnskeyMissing, in: ".")
        }

        @Test func aSecureAnswerNeedsNoControl() async throws {
            let tree = try Tree.plain()
            try await expect(tree.validate("www.example.test"), nil)
            #expect(tree.asked.count(Question(.root, .dnskey)) == 1)
        }

        @Test("A reply without OPT does no harm where all holds")
        func noOPT() async throws {
            var tree = try Tree.plain()
            tree.edit { _, message in message.edns = nil }
            try await expect(tree.validate("www.example.test"), nil)
        }

        static let links: [(String, RecordType)] = [
            (".", .dnskey), ("test", .ds), ("test", .dnskey), ("example.test", .ds),
            ("example.test", .dnskey), ("www.example.test", .a),
        ]

        @Test("A link that cannot be fetched decides nothing", arguments: links)
        func failures(_ link: (String, RecordType)) async throws {
            let lost = try Question(name(link.0), link.1)
            for code in [ResponseCode.serverFailure, .refused, .formatError, .notImplemented] {
                var tree = try Tree.plain()
                tree.edit { question, message in
                    guard question == lost else { return }
                    (message.answers, message.authorities) = ([], [])
                    message.responseCode = code
                }
                try await expect(
                    tree.validate("www.example.test"), .indeterminate, in: link.0, saying: "\(code)"
                )
            }
            var tree = try Tree.plain()
            tree.edit { (question, _) throws(Validator.FetchFailure) in
                if question == lost { throw Validator.FetchFailure("192.0.2.53 does not answer") }
            }
            try await expect(
                tree.validate("www.example.test"), .indeterminate, in: link.0,
                saying: "cannot be asked: 192.0.2.53 does not answer")
        }

        @Test("An authenticated-data bit is nobody's word")
        func authenticData() async throws {
            var tree = try Tree.plain()
            tree.edit { question, message in
                message.flags.insert(.authenticData)
                if question.type == .a { message.answers.removeAll { $0.type == .rrsig } }
            }
            try await expect(tree.validate("www.example.test"), .rrsigMissing, in: "example.test")
        }

        @Test("Records of other names, classes and sections are passed over")
        func noise() async throws {
            var tree = try Tree.plain()
            let noise = try ZoneText.records(
                """
                www.example.test. 60 CH A "x"
                other.example.test. 60 IN A 192.0.2.66
                www.example.test. 60 IN TXT "unsigned"
                . 60 IN A 192.0.2.66
                """.replacing("CH A \"x\"", with: "CH TXT \"x\"").utf8)
            tree.edit { _, message in
                message.answers = noise + message.answers + noise
                message.authorities += noise
                message.additionals += noise
            }
            let result = try await tree.validate("www.example.test")
            try expect(result, nil)
            #expect(result.answer.map(\.type) == [.a])
        }

        @Test("An empty answer is a denial without proof")
        func empty() async throws {
            var tree = try Tree.plain()
            tree.edit { question, message in
                if question.type == .a { (message.answers, message.authorities) = ([], []) }
            }
            try await expect(tree.validate("www.example.test"), .denialInvalid, in: "example.test")
        }

        @Test("One altered address among the records of an RRset")
        func added() async throws {
            var tree = try Tree.plain("www A 192.0.2.1\nwww A 192.0.2.2")
            tree.edit { question, message in
                guard question.type == .a, var extra = message.answers.first,
                    let more = try? ZoneText.records("x. A 192.0.2.66".utf8)
                else { return }
                extra.data = more[0].data
                message.answers.append(extra)
            }
            try await expect(
                tree.validate("www.example.test"), .signatureInvalid, in: "example.test")
            var fewer = try Tree.plain("www A 192.0.2.1\nwww A 192.0.2.2")
            fewer.edit { question, message in
                if question.type == .a { message.answers.removeFirst() }
            }
            try await expect(
                fewer.validate("www.example.test"), .signatureInvalid, in: "example.test")
        }
    }
}
