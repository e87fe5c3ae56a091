import Foundation
import Peers
import Testing

/// What a real Alertmanager keeps back, by each of our rules, and what it does not.
@Suite(
    .enabled(
        if: Program.arePresent("prometheus-alertmanager", "curl", "python3"),
        "needs root, alertmanager, curl and python3"))
struct InhibitionTests {
    private typealias Labels = [String: String]

    /// A cause, what it mutes, and what it must not mute.
    private struct Case {
        let cause: Labels
        var muted: [Labels] = []
        var told: [Labels] = []
    }

    @Test func mutesWhatFollowsAndNothingElse() async throws {
        let alertmanager = try await AlertmanagerServer(configuration: read(AlertmanagerFile.path))
        let cases = Self.cases
        #expect(cases.count >= (try await AlertmanagerFile.read().inhibitRules.count))
        // Every case is in a world of its own, told apart by what inhibition goes by.
        var alerts: [(labels: Labels, isMuted: Bool)] = []
        for (number, each) in cases.enumerated() {
            let world = { (labels: Labels) in
                ["vantage": "v", "target": "t.test", "instance": "i", "job": "j"]
                    .merging(labels) { $1 }
                    .reduce(into: Labels()) { all, pair in
                        let isOfWorld = ["vantage", "target", "instance", "job"].contains(pair.key)
                        all[pair.key] = isOfWorld ? "\(pair.value)-\(number)" : pair.value
                    }
            }
            alerts.append((world(each.cause), false))
            alerts += each.muted.map { (world($0), true) } + each.told.map { (world($0), false) }
        }
        let body = try JSONEncoder().encode(alerts.map { ["labels": $0.labels] })
        try await check(
            "curl",
            [
                "--silent", "--show-error", "--fail-with-body", "--noproxy", "*",
                "--header", "Content-Type: application/json", "--data",
                String(decoding: body, as: UTF8.self), "http://\(alertmanager.place)/api/v2/alerts",
            ])
        let held = try await alertmanager.alerts()
        #expect(held.count == alerts.count, "two cases are the same alert")
        for alert in alerts {
            let same = try #require(held.first { $0.labels == alert.labels }, "\(alert.labels)")
            #expect(same.isInhibited == alert.isMuted, "\(alert.labels)")
        }
        await alertmanager.stop()
    }

    /// An alert by its name and stage; a class comes with the finding that it is.
    private static func alert(_ name: String, _ stage: String, _ more: Labels = [:]) -> Labels {
        ["alertname": "Trustpath" + name, "stage": stage].merging(more) { $1 }
    }

    private static let stale = alert(
        "ResolverStaleAnswer", "dns path",
        ["finding": "failure", "class": "resolver_stale_answer"])
    private static let expired = alert(
        "CertExpired", "certificate", ["finding": "failure", "class": "cert_expired"])
    private static let expiring = alert(
        "CertExpiring", "certificate", ["finding": "warning", "class": "cert_expiring"])
    private static let failed = alert("ProbeFailed", "probe")
    private static func warning(_ name: String, _ stage: String) -> Labels {
        alert("Warning", stage, ["finding": "warning", "class": name])
    }

    private static let cases =
        [
            Case(
                cause: alert("VantageDown", "agent"),
                muted: [
                    stale, failed, alert("AgentDown", "agent"),
                    alert("NameserverDown", "delegation"),
                ],
                told: [
                    alert("ReloadFailed", "agent"),
                    alert("CertExpired", "certificate", ["vantage": "w", "instance": "k"]),
                ]),
            Case(
                cause: alert("AgentDown", "agent"), muted: [stale, failed],
                told: [
                    alert("ProbeFailed", "probe", ["instance": "other"]),
                    // From `/probe`: the instance is the target.
                    alert("ScrapeFailed", "probe", ["instance": "t.test"]),
                ]),
            Case(
                cause: alert("VantageImpaired", "agent"), muted: [expired, failed],
                told: [
                    alert("FailsEverywhere", "probe", ["vantage": "other", "target": "other"]),
                    alert("ReloadFailed", "agent"),
                ]),
            Case(
                cause: expired,
                muted: [
                    failed, alert("ProbeSlow", "probe"), alert("ProbeFlapping", "probe"),
                    alert("CertificateExpired", "certificate"),
                    alert(
                        "Warning", "certificate", ["finding": "warning", "class": "cert_expired"]),
                ],
                told: [
                    alert("ProbeFailed", "probe", ["target": "other"]),
                    alert("ProbeFailed", "probe", ["module": "mail"]),
                    alert("ResolverAnswerMismatch", "dns path"),
                    warning("nameserver_unresponsive", "delegation"),
                    alert("CertificateExpired", "certificate", ["target": "other"]),
                ]),
            // A warning explains no failure.
            Case(cause: expiring, told: [failed]),
            Case(
                cause: alert("FailsEverywhere", "probe"),
                muted: [
                    alert("ProbeFlapping", "probe", ["vantage": "east"]),
                    alert("ProbeSlow", "probe", ["vantage": "east"]),
                ],
                told: [alert("ProbeFailed", "probe", ["vantage": "east"])]),
            Case(
                cause: expired,
                muted: ["Everywhere", "FromOneVantage", "FromSomeVantages"].map {
                    alert("Fails" + $0, "probe", ["vantage": "east", "instance": "k"])
                },
                told: [
                    alert("FailsEverywhere", "probe", ["target": "other"]),
                    alert("FailsEverywhere", "probe", ["module": "mail"]),
                    alert("FailsFromOneVantage", "probe", ["job": "other"]),
                ]),
            // One vantage point is muted as a whole, and with it the only class that says why the target fails.
            Case(
                cause: alert("VantageImpaired", "agent"),
                muted: [expired, alert("FailsEverywhere", "probe", ["vantage": "none"])],
                told: [alert("ProbeFailed", "probe", ["vantage": "west"])]),
            Case(
                cause: stale,
                muted: [
                    expiring, alert("CertificateExpired", "certificate"), failed,
                    alert("ResolverAnswerMismatch", "dns path"), warning("not_tls", "tls"),
                    alert("NameserversDisagree", "delegation"), alert("DnssecLost", "dnssec"),
                    alert("EndpointCertDisagreement", "certificate", ["finding": "warning"]),
                ],
                told: [
                    alert("CertificateExpired", "certificate", ["target": "other"]),
                    alert("CertificateExpired", "certificate", ["vantage": "other"]),
                    warning("delegation_lame", "delegation"),
                ]),
            Case(
                cause: alert("CertificateExpiresSoon", "certificate"), muted: [expiring],
                told: [expired, alert("ChainExpiresSoon", "certificate")]),
            Case(
                cause: alert("ResolverDown", "dns path"),
                muted: [
                    warning("resolver_unreachable", "dns path"),
                    alert("ResolverUnreachable", "dns path", ["finding": "failure"]),
                    alert("DnsBlocked", "dns path", ["finding": "failure", "target": "other"]),
                ],
                told: [
                    warning("resolver_stale_answer", "dns path"),
                    alert("ResolverRefused", "dns path", ["finding": "failure"]),
                    alert(
                        "ResolverUnreachable", "dns path",
                        ["finding": "failure", "vantage": "other"]),
                ]),
            Case(
                cause: alert("NameserverDown", "delegation"),
                muted: [warning("nameserver_unresponsive", "delegation")],
                told: [warning("delegation_lame", "delegation")]),
        ]
        + ["delegation", "dnssec", "record"].map { stage in
            Case(
                cause: alert("Some", stage, ["finding": "failure"]),
                muted: ["network", "starttls", "tls", "certificate", "mail"].map {
                    alert("Symptom", $0)
                },
                told: [alert("Symptom", "probe")])
        }
}
