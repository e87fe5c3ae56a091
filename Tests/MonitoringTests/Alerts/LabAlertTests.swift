import Foundation
import Peers
import Testing

/// Every name of the lab, scraped by a real Prometheus: each raises the alert of the class that it stands for.
@Suite(
    .enabled(
        if: Program.arePresent("prometheus", "python3", "curl") && Program.isTrustpathExpected,
        "needs root, trustpath, prometheus, python3 and curl"))
struct LabAlertTests {
    /// In the crowd of all of them at once an answer may get lost, and what it would have told of a zone is kept as
    /// unknown for the zone's TTL; so names that are not right are looked at once more, alone, in a new lab.
    @Test func eachNameRaisesItsAlertAndNoOther() async throws {
        let wrong = try await Self.wrong { _ in true }
        #expect(wrong.count < 5, "\(wrong)")
        guard !wrong.isEmpty else { return }
        let stillWrong = try await Self.wrong { wrong[$0] != nil }
        #expect(stillWrong.isEmpty, "\(stillWrong)")
    }

    /// Probes the names that are chosen until each has its alert, and says of those that have not what they have.
    private static func wrong(
        among isChosen: (String) -> Bool
    ) async throws -> [String: String] {
        let agent = try await RunningAgent("lab", "--serve")
        let table = table(in: agent.log)
        #expect(table.count > 100)
        let expected = table.filter { isChosen($0.key) }
        let prometheus = try await PrometheusServer(
            configuration: """
                global: {scrape_interval: 10s, scrape_timeout: 10s, evaluation_interval: 1s}
                rule_files: ["\(try await AlertingWorld.rules(wait: 0))"]
                \(AlertingWorld.jobs(expected.keys.sorted(), agent: agent.place))
                """)
        _ = try await prometheus.wait(
            for: "count(up{target!=\"\"} == 1) == \(expected.count)", seconds: 120)

        // Time for another scrape of each, and for the rules to see it.
        let deadline = ContinuousClock.now + .seconds(25)
        var wrong: [String: String] = [:]
        repeat {
            let raised = try await raised(in: prometheus)
            wrong = expected.filter { !isRight(raised[$0] ?? [], $1) }.reduce(into: [:]) {
                $0[$1.key] =
                    "expects \($1.value?.description ?? "nothing"), has \(raised[$1.key] ?? [])"
            }
            if !wrong.isEmpty { try await Task.sleep(for: .milliseconds(200)) }
        } while !wrong.isEmpty && ContinuousClock.now < deadline
        await prometheus.stop()
        await agent.stop()
        return wrong
    }

    /// A class with what it was found as, as the alerts and as the lab's table tell it.
    private struct Found: Hashable, CustomStringConvertible {
        let `class`: String
        let isFailure: Bool

        var description: String { isFailure ? `class` : "(\(`class`))" }
    }

    /// By target the classes of the alerts that fire.
    private static func raised(in prometheus: PrometheusServer) async throws -> [String: Set<Found>]
    {
        let samples = try await prometheus.query(
            "ALERTS{alertstate=\"firing\",finding!=\"\",class!=\"\"}")
        var raised: [String: Set<Found>] = [:]
        for labels in samples.map(\.labels) {
            raised[labels["target"] ?? "", default: []].insert(
                Found(class: labels["class"] ?? "", isFailure: labels["finding"] == "failure"))
        }
        return raised
    }

    /// A failure raises the alert of its class and of no other failure; warnings may stand beside it. A healthy name
    /// raises nothing.
    private static func isRight(_ raised: Set<Found>, _ expected: Found?) -> Bool {
        guard let expected else { return raised.isEmpty }
        return raised.contains(expected)
            && raised.filter(\.isFailure) == (expected.isFailure ? [expected] : [])
    }

    /// The lab's own table: its names, and what a probe of each should find.
    private static func table(in log: String) -> [String: Found?] {
        var table: [String: Found?] = [:]
        for line in log.split(separator: "\n") {
            guard
                let match = line.wholeMatch(of: #/(\S+\.test) +.*? {2,}(-|\(?[a-z0-9_]+\)?)/#)
            else { continue }
            let text = match.2
            table[String(match.1)] =
                text == "-"
                ? .some(nil)
                : Found(
                    class: text.trimmingCharacters(in: ["(", ")"]), isFailure: !text.hasPrefix("("))
        }
        return table
    }
}
