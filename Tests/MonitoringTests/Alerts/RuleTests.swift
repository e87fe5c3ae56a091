import Foundation
import Peers
import Testing

/// What every rule has, and what promtool says of all of them.
@Suite(
    .enabled(if: Program.arePresent("promtool", "python3"), "needs root, promtool and python3"))
struct RuleTests {
    @Test func areAsGenerated() async throws {
        let directory = try await Ground.shared.value.newDirectory("alerts")
        try await check(
            Alerts.repository + "/scripts/generate-alerts", [directory],
            environment: ["TRUSTPATH_BINARY": trustpathBinary()])
        for file in ["trustpath.rules.yaml", "tests/classes.yaml"] {
            #expect(
                read("\(directory)/\(file)") == read("\(Alerts.folder)/\(file)"),
                "\(file) is not what scripts/generate-alerts makes of the classes")
        }
    }

    @Test func areRulesOfPrometheus() async throws {
        let said = try await check(
            "promtool", ["check", "rules", Alerts.folder + "/trustpath.rules.yaml"])
        #expect(said.contains("SUCCESS") && !said.contains("duplicate"))
    }

    @Test(arguments: try Alerts.tests())
    func doWhatTheyShould(_ file: String) async throws {
        try await check(
            "promtool", ["test", "rules", "\(Alerts.folder)/tests/\(file)"], seconds: 180)
    }

    /// Otherwise the test above could not fail.
    @Test func aWrongRuleIsNoticed() async throws {
        let directory = try await Ground.shared.value.newDirectory("wrong-rules")
        let rules = read(Alerts.folder + "/trustpath.rules.yaml")
        let wrong = rules.replacing(
            "trustpath_targets_skipped > 0", with: "trustpath_targets_skipped > 12")
        #expect(wrong != rules)
        try write(wrong, to: directory + "/trustpath.rules.yaml")
        try FileManager.default.createDirectory(
            atPath: directory + "/tests", withIntermediateDirectories: false)
        try write(
            read(Alerts.folder + "/tests/agent.yaml"), to: directory + "/tests/agent.yaml")
        let result = try await run(
            "promtool", ["test", "rules", directory + "/tests/agent.yaml"], seconds: 180)
        #expect(result.status != 0)
        #expect((result.output + result.errors).contains("TrustpathTargetsSkipped"))
    }

    @Test func sayWhatAnOperatorNeeds() async throws {
        for alert in try await RuleFile.read().alerts {
            #expect(alert.name.hasPrefix("Trustpath"))
            #expect(minutes(alert.wait) ?? 0 > 0, "\(alert.name) waits \(alert.wait)")
            #expect(["critical", "warning", "info"].contains(alert.labels["severity"]))
            #expect(alert.labels["stage"]?.isEmpty == false, "\(alert.name)")
            #expect(alert.annotations["summary"]?.contains("{{") != nil, "\(alert.name)")
            let description = alert.annotations["description"] ?? ""
            #expect(
                description.contains("$value") || description.contains("| query"),
                "\(alert.name) measures nothing")
            #expect(Set(alert.annotations.keys) == ["summary", "description", "runbook_url"])
        }
    }

    @Test func areOneForEachClass() async throws {
        let alerts = try await RuleFile.read().alerts
        let classes = try await ListedClass.all()
        for each in classes {
            let own = alerts.filter { $0.labels["class"] == each.class }
            #expect(own.map(\.name) == [each.alert], "\(each.class)")
            guard let alert = own.first else { continue }
            #expect(
                alert.expression
                    == (each.severity == "failure"
                        ? "trustpath_failure{class=\"\(each.class)\"} == 1"
                        : "trustpath_findings{class=\"\(each.class)\",severity=\"warning\"} > 0"))
            #expect(alert.labels["stage"] == each.stage)
            #expect(alert.labels["finding"] == each.severity)
            #expect(alert.annotations["runbook_url"] == each.runbook)
            let description = alert.annotations["description"] ?? ""
            #expect(description.contains(each.remedy), "\(each.class)")
        }
        let warning = alerts.filter { $0.name == "TrustpathWarning" }
        for each in classes where each.severity == "failure" {
            let selects = try Regex("[\"|]\(each.class)[\"|]")
            let own = warning.filter { $0.expression.contains(selects) }
            #expect(own.map { $0.labels["stage"] } == [each.stage], "\(each.class)")
        }
        #expect(
            Set(alerts.filter(\.isOfClass).map(\.name))
                == Set(classes.map(\.alert) + ["TrustpathWarning"]))
    }

    @Test func haveRunbooks() async throws {
        let base = "https://github.com/trustpath/trustpath/blob/main/"
        for alert in try await RuleFile.read().alerts where !alert.isOfClass {
            let page = "docs/runbooks/\(alert.name).md"
            #expect(alert.annotations["runbook_url"] == base + page)
            #expect(read("\(Alerts.repository)/\(page)").hasPrefix("# \(alert.name)\n"), "\(page)")
        }
    }
}
