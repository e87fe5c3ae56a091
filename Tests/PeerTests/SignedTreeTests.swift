import Peers
import Testing

/// The differential table: every question of the tree, every judge, one row where they differ.
@Suite(
    .enabled(
        if: Program.arePresent("named", "nsd", "unbound", "dnssec-signzone", "delv", "dig"),
        "needs root, bind9, bind9-utils, bind9-dnsutils, nsd and unbound"))
struct SignedTreeTests {
    @Test func unboundAndDelvSayWhatTheTreeClaims() async throws {
        let tree = try await SignedTree.shared.value
        let rows = try await together(tree.cases) { question -> String? in
            let unbound = try await tree.unbound(question.name, question.type)
            let delv = try await tree.delv(question.name, question.type)
            let isAsClaimed =
                unbound.value == question.unbound ?? question.expected
                && delv.value == question.delv ?? DelvVerdict(question.expected)
            return isAsClaimed
                ? nil
                : row(question, unbound.value?.rawValue, delv.value?.rawValue)
                    + "\n\(unbound.evidence)\n\(delv.evidence)"
        }
        #expect(tree.cases.count > 250)
        for row in rows.compactMap({ $0 }) { Issue.record("\(row)") }
    }

    @Test(
        .enabled(if: Program.isTrustpathExpected, "needs the trustpath binary"),
        arguments: [false, true])
    func trustpathSaysWhatTheRFCsAskFor(fromRoot: Bool) async throws {
        let tree = try await SignedTree.shared.value
        let rows = try await together(tree.cases) { question -> String? in
            let verdict = try await tree.trustpath(
                question.name, question.type, fromRoot: fromRoot)
            guard verdict.value != Judgement(question.expected, question.failure) else {
                return nil
            }
            let unbound = try await tree.unbound(question.name, question.type)
            let delv = try await tree.delv(question.name, question.type)
            return row(question, unbound.value?.rawValue, delv.value?.rawValue)
                + ", trustpath \(verdict.value?.status.rawValue ?? "?")"
                + ", class \(verdict.value?.failure ?? "none")"
                + " and not \(question.failure ?? "none")\n\(verdict.evidence)"
        }
        for row in rows.compactMap({ $0 }) { Issue.record("\(row)") }
    }

    private func row(_ question: Case, _ unbound: String?, _ delv: String?) -> String {
        "\(question.name) \(question.type): expected \(question.expected), "
            + "Unbound \(unbound ?? "?"), delv \(delv ?? "?")"
    }
}
