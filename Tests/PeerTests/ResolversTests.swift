import Peers
import Testing

/// The tree asked through resolvers that differ in what they keep, drop and refuse.
@Suite(
    .enabled(
        if: Program.arePresent(
            "named", "nsd", "unbound", "kresd", "pdns_recursor", "dnsmasq", "dnsdist",
            "dnssec-signzone", "dig"),
        "needs root, bind9, its tools, nsd, unbound, knot-resolver, pdns-recursor, dnsmasq-base, dnsdist"
    ))
struct ResolversTests {
    @Test(
        .enabled(if: Program.isTrustpathExpected, "needs the trustpath binary"),
        arguments: [ResolverKind.knot, .powerDNS, .bind, .dnsmasq, .dnsdist])
    func trustpathSaysTheSameThrough(_ kind: ResolverKind) async throws {
        let tree = try await SignedTree.shared.value
        let resolver = try await RecursiveResolver(kind, of: tree)
        let rows = try await together(Self.questions(for: kind, of: tree)) { question -> String? in
            let verdict = try await tree.trustpath(
                question.name, question.type, through: [resolver.address])
            let expected =
                ResolverDifference.of(kind, question)?.ours
                ?? Judgement(question.expected, question.failure)
            guard verdict.value != expected else { return nil }
            return "\(question.name) \(question.type): expected \(expected), through "
                + "\(kind.rawValue) \(verdict.evidence)"
        }
        for row in rows.compactMap({ $0 }) { Issue.record("\(row)") }
        await resolver.stop()
    }

    @Test(arguments: [ResolverKind.knot, .powerDNS, .bind])
    func resolversOwnVerdict(_ kind: ResolverKind) async throws {
        let tree = try await SignedTree.shared.value
        let resolver = try await RecursiveResolver(kind, of: tree)
        let rows = try await together(Self.questions(for: kind, of: tree)) { question -> String? in
            let verdict = try await tree.verdict(
                of: resolver.address, on: question.name, question.type)
            let difference = ResolverDifference.of(kind, question)
            let expected = difference?.own ?? question.expected
            guard verdict.value != expected else { return nil }
            if let sometimes = difference?.sometimes, verdict.value == sometimes { return nil }
            return "\(question.name) \(question.type): expected \(expected), "
                + "\(kind.rawValue) says \(verdict.value?.rawValue ?? "?")\n\(verdict.evidence)"
        }
        for row in rows.compactMap({ $0 }) { Issue.record("\(row)") }
        await resolver.stop()
    }

    /// The one that strips is named; whoever comes after it is asked in its place.
    @Test(
        .enabled(if: Program.isTrustpathExpected, "needs the trustpath binary"),
        arguments: [ResolverKind.powerDNSWithoutDNSSEC, .dnsdistClearingDO])
    func aStrippingResolverDecidesNothing(_ kind: ResolverKind) async throws {
        let tree = try await SignedTree.shared.value
        let stripper = try await RecursiveResolver(kind, of: tree)
        let note = "\(stripper.address) strips DNSSEC records from its answers"
        let rows = try await together(Self.every(8, of: tree.cases)) { question -> String? in
            let alone = try await tree.trustpath(
                question.name, question.type, through: [stripper.address])
            let both = try await tree.trustpath(
                question.name, question.type, through: [stripper.address, tree.resolver])
            let undecided = Judgement(.indeterminate, "dnssec_indeterminate", notes: [note])
            let decided = Judgement(question.expected, question.failure, notes: [note])
            return alone.value == undecided && both.value == decided
                ? nil
                : "\(question.name) \(question.type): \(alone.evidence)\n\(both.evidence)"
        }
        #expect(rows.count > 30)
        for row in rows.compactMap({ $0 }) { Issue.record("\(row)") }
        await stripper.stop()
    }

    /// All for Knot Resolver, which alters the most; of the others each third and what they do
    /// differently.
    private static func questions(
        for kind: ResolverKind, of tree: SignedTree
    ) -> [Case] {
        if kind == .knot { return tree.cases }
        let differing = tree.cases.filter { ResolverDifference.of(kind, $0) != nil }
        return every(3, of: tree.cases.filter { ResolverDifference.of(kind, $0) == nil })
            + differing
    }

    private static func every(_ step: Int, of cases: [Case]) -> [Case] {
        stride(from: 0, to: cases.count, by: step).map { cases[$0] }
    }
}
