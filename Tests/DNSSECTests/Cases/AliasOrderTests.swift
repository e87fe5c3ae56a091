import DNS
import DNSSEC
import Testing

extension DNSSECTests {
    @Suite("Aliases across zones of different status") struct AliasOrderTests {
        /// What is to be found at a zone's names.
        enum Link: String, CaseIterable, Sendable {
            case secure, insecure, undecided, bogus

            var apex: String { "\(rawValue).test" }
            /// The kind of fault that the link makes.
            var kind: Fault.Kind? {
                switch self {
                case .secure: nil
                case .insecure: .noDNSSEC
                case .undecided: .indeterminate
                case .bogus: .signatureExpired
                }
            }
        }

        static let orders: [[Link]] = Link.allCases.flatMap { first in
            Link.allCases.flatMap { second in Link.allCases.map { [first, second, $0] } }
        }

        /// Every order has names of its own: `secure-bogus-insecure-0.secure.test` and so on.
        private static func host(_ order: [Link], _ index: Int) -> String {
            order.map(\.rawValue).joined(separator: "-") + "-\(index)"
        }

        private static let shared = Result {
            var texts: [Link: String] = [:]
            for order in orders {
                for (index, link) in order.enumerated() {
                    let next = index + 1
                    let data =
                        next < order.count
                        ? "CNAME \(host(order, next)).\(order[next].apex)." : "A 192.0.2.1"
                    texts[link, default: ""] += "\(host(order, index)) \(data)\n"
                }
            }
            var specs = [ZoneSpec("."), ZoneSpec("test")]
            for link in Link.allCases {
                var spec = ZoneSpec(link.apex, texts[link] ?? "")
                if link == .insecure { (spec.algorithm, spec.digests) = (nil, []) }
                if link == .bogus {
                    spec.fields = Key.Fields(inception: now - 10, expiration: now - 5)
                }
                specs.append(spec)
            }
            var tree = try Tree(specs)
            let lost = try name(Link.undecided.apex)
            tree.edit { question, _ throws(Validator.FetchFailure) in
                if question == Question(lost, .dnskey) {
                    throw Validator.FetchFailure("it is lost")
                }
            }
            return tree
        }

        @Test("The worst link counts in every order, the first among equals", arguments: orders)
        func everyOrder(_ order: [Link]) async throws {
            let tree = try Self.shared.get()
            for aliasesPerReply in [16, 0] {
                var tree = tree
                tree.aliasesPerReply = aliasesPerReply
                let result = try await tree.validate(
                    "\(Self.host(order, 0)).\(order[0].apex)")
                let statuses = order.map { $0.kind?.status ?? .secure }
                let worst = try #require(statuses.max())
                let link = try #require(order.first { ($0.kind?.status ?? .secure) == worst })
                try expect(result, link.kind, in: link.kind == nil ? nil : link.apex)
                #expect(result.answer.map(\.type) == [.cname, .cname, .a])
                for link in order {
                    let report = try #require(
                        result.zones.first { $0.zone == Name(link.apex) })
                    #expect(report.status == link.kind?.status ?? .secure)
                }
            }
        }

        @Test("A DNAME's zone and its target's count alike")
        func dnames() async throws {
            let tree = try Tree([
                ZoneSpec("."), ZoneSpec("test"),
                ZoneSpec("s.test", "@ DNAME deep.t.test.\n", algorithm: .ecdsaP256SHA256),
                ZoneSpec("i.test", "sub DNAME t.test.", algorithm: nil),
                ZoneSpec("t.test", "www A 192.0.2.1\ndeep DNAME u.test."),
                ZoneSpec("u.test", "www A 192.0.2.2", algorithm: nil),
            ])
            // At an apex (RFC 6672 2.3), through another DNAME, into an unsigned zone.
            let result = try await tree.validate("www.s.test")
            try expect(result, .noDNSSEC, in: "u.test")
            #expect(result.answer.map(\.type) == [.dname, .dname, .a])
            #expect(result.zones.map(\.status) == [.secure, .secure, .secure, .secure, .insecure])
            // Out of an unsigned zone into a signed one.
            let other = try await tree.validate("www.sub.i.test")
            try expect(other, .noDNSSEC, in: "i.test")
            #expect(try other.zones.last?.zone == name("t.test"))
            #expect(other.zones.last?.status == .secure)
        }

        @Test(
            "A synthesized CNAME lives no longer than its DNAME (RFC 6672 3.1)",
            arguments: [0, 100, 3600, 1_000_000] as [UInt32])
        func synthesizedTTL(_ ttl: UInt32) async throws {
            var tree = try Tree([
                ZoneSpec("."), ZoneSpec("test", "d DNAME target\nx.target A 192.0.2.1"),
            ])
            tree.edit { _, message in
                message.answers = message.answers.map { record in
                    var changed = record
                    if record.type == .cname { changed.ttl = ttl }
                    return changed
                }
            }
            let result = try await tree.validate("x.d.test", .cname)
            try expect(result, nil)
            #expect(result.answer.map(\.type) == [.dname, .cname])
            #expect(result.answer.last?.ttl == min(ttl, 3600))
            try await expect(tree.validate("x.d.test"), nil)
        }

        @Test("DNAMEs that lead to each other end", arguments: ["x.a.test", "x.b.test"])
        func dnameLoop(_ owner: String) async throws {
            let tree = try Tree([ZoneSpec("."), ZoneSpec("test", "a DNAME b\nb DNAME a")])
            try await expect(tree.validate(owner), .indeterminate, saying: "loop")
        }

        @Test("Two CNAMEs at a name are no alias (RFC 2181 10.1)")
        func twoCNAMEs() async throws {
            let tree = try Tree([
                ZoneSpec("."), ZoneSpec("test", "two CNAME one\ntwo CNAME other\none A 192.0.2.1"),
            ])
            #expect(try await tree.validate("two.test").status == .bogus)
        }
    }
}
