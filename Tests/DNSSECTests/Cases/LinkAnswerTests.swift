import DNS
import DNSSEC
import Testing

extension DNSSECTests {
    /// DS and DNSKEY questions, and the target's own, whose answers are none.
    @Suite("Links that arrive broken") struct LinkAnswerTests {
        enum Reply: String, CaseIterable, Sendable {
            case serverFailure, refused, formatError, notImplemented
            case noData, noDataWithoutSOA, nameError, nameErrorWithoutSOA
            case upwardReferral, selfReferral, lost

            func apply(to message: inout Message, _ soa: [Record]) throws(Validator.FetchFailure) {
                (message.answers, message.authorities) = ([], [])
                message.responseCode = .noError
                switch self {
                case .serverFailure: message.responseCode = .serverFailure
                case .refused: message.responseCode = .refused
                case .formatError: message.responseCode = .formatError
                case .notImplemented: message.responseCode = ResponseCode(rawValue: 4)
                case .noData: message.authorities = soa
                case .noDataWithoutSOA: break
                case .nameError: (message.responseCode, message.authorities) = (.nameError, soa)
                case .nameErrorWithoutSOA: message.responseCode = .nameError
                case .upwardReferral: message.authorities = Self.servers(of: ".")
                case .selfReferral: message.authorities = Self.servers(of: "example.test.")
                case .lost: throw Validator.FetchFailure("no reply came")
                }
            }

            /// What the reply lets one say of a link that should be there.
            func kind(_ missing: Fault.Kind) -> Fault.Kind {
                switch self {
                case .noData, .noDataWithoutSOA, .nameError, .nameErrorWithoutSOA: missing
                default: .indeterminate
                }
            }

            private static func servers(of zone: String) -> [Record] {
                (try? ZoneText.records("\(zone) 3600 NS a.servers.test.".utf8)) ?? []
            }
        }

        private func tree(_ reply: Reply, to owner: String, _ type: RecordType) throws -> Tree {
            var tree = try Tree([
                ZoneSpec("."), ZoneSpec("test"), ZoneSpec("example.test", "www A 192.0.2.1"),
                ZoneSpec("plain.test", "www A 192.0.2.2", algorithm: nil),
            ])
            let asked = try Question(name(owner), type)
            let soa = try tree.soa("example.test")
            tree.edit { question, message throws(Validator.FetchFailure) in
                if question == asked { try reply.apply(to: &message, soa) }
            }
            return tree
        }

        @Test("A DS that does not come", arguments: Reply.allCases)
        func ds(_ reply: Reply) async throws {
            let tree = try tree(reply, to: "example.test", .ds)
            let kind = reply.kind(.denialInvalid)
            try await expect(
                tree.validate("www.example.test"), kind,
                in: kind == .indeterminate ? "example.test" : "test")
            try await expect(tree.validate("example.test", .ds), kind)
            try await expect(tree.validate("ns.test"), nil)
        }

        @Test("A DNSKEY RRset that does not come", arguments: Reply.allCases)
        func dnskey(_ reply: Reply) async throws {
            let tree = try tree(reply, to: "example.test", .dnskey)
            try await expect(
                tree.validate("www.example.test"), reply.kind(.dnskeyMissing), in: "example.test")
            try await expect(tree.validate("example.test", .ds), nil)
        }

        @Test("The root's DNSKEY RRset that does not come", arguments: Reply.allCases)
        func rootKeys(_ reply: Reply) async throws {
            let tree = try tree(reply, to: ".", .dnskey)
            try await expect(
                tree.validate("www.example.test"), reply.kind(.dnskeyMissing), in: ".")
        }

        @Test("The target's own answer that does not come", arguments: Reply.allCases)
        func target(_ reply: Reply) async throws {
            try await expect(
                tree(reply, to: "www.example.test", .a).validate("www.example.test"),
                reply.kind(.denialInvalid))
            // In an unsigned zone an empty answer is as good as any, and so is a pointer elsewhere.
            let unsigned = try await tree(reply, to: "www.plain.test", .a).validate(
                "www.plain.test")
            let isFailure = [
                Reply.serverFailure, .refused, .formatError, .notImplemented, .lost,
            ].contains(reply)
            #expect(unsigned.fault?.kind == (isFailure ? .indeterminate : .noDNSSEC))
        }

        @Test(
            "A proof needs no SOA beside it",
            arguments: [DenialKind.nsec, .nsec3()], [false, true])
        func withoutSOA(_ denial: DenialKind, _ hasServers: Bool) async throws {
            var tree = try Tree.plain(denial: denial)
            tree.edit { question, message in
                message.authorities.removeAll {
                    $0.type == .soa || $0.rrsig?.typeCovered == .soa
                }
                // With NS records it has the form of a referral.
                if hasServers, message.answers.isEmpty {
                    message.authorities +=
                        (try? ZoneText.records("test. 60 NS ns.test.".utf8)) ?? []
                }
            }
            try await expect(tree.validate("www.example.test", .txt), nil)
            try await expect(tree.validate("no.example.test"), nil)
            try await expect(tree.validate("www.example.test", .ds), nil)
            try await expect(tree.validate("no.example.test", .ds), nil)
        }
    }
}
