import DNSSEC
package import Exposition

extension Report {
    /// The page of this probe alone.
    package func metrics(
        as format: Exposition.Format = .text, leading: Labels = [:]
    ) -> [UInt8] {
        Exposition(distinct: metricFamilies(leading: leading)).page(format)
    }

    /// Every family that this probe can feed; what is not known has no sample.
    ///
    /// The labels `leading` come first in every sample: the target's own on a page of many targets.
    package func metricFamilies(leading: Labels = [:]) -> [MetricFamily] {
        var families = compatibleFamilies + diagnosisFamilies + stageFamilies
        families += resolverFamilies + nameserverFamilies + zoneFamilies + nameFamilies
        families += expectationFamilies + validationFamilies
        let endpoints = LabelledEndpoints(endpoints)
        families += endpointFamilies(endpoints) + certificateFamilies(endpoints)
        families += stapleFamilies(endpoints)
        guard leading != [:] else { return families }
        return families.map { family in
            var family = family
            for index in family.samples.indices {
                family.samples[index].labels = leading + family.samples[index].labels
            }
            return family
        }
    }

    private var diagnosisFamilies: [MetricFamily] {
        let primary = diagnosis.primary?.failureClass
        return [
            MetricFamily(
                "trustpath_failure", "1 for the class that the probe fails by, 0 for the others.",
                samples: Self.failures.map { Sample($0.failureClass == primary, $0.labels) }),
            MetricFamily(
                "trustpath_findings", "In how many places a class was found.",
                samples: diagnosis.findings.map {
                    Sample(
                        Double(max(1, $0.places.count)),
                        ["class": $0.failureClass.rawValue, "severity": $0.severity.rawValue])
                }),
        ]
    }

    private static let failures = FailureClass.allCases.filter { !$0.isOnlyWarning }.map {
        (failureClass: $0, labels: ["class": $0.rawValue] as Labels)
    }

    private var stageFamilies: [MetricFamily] {
        let stages: [(labels: Labels, duration: Duration?, isSuccess: Bool?)] = [
            (StageLabels.resolve, durations.resolve, hasHosts),
            (
                StageLabels.validate, durations.validate,
                validation.map { $0.status < .indeterminate }
            ),
            (StageLabels.connect, durations.connect, requiredConnections),
            (StageLabels.starttls, durations.starttls, !diagnosis.hasFailure(in: .starttls)),
            (StageLabels.handshake, durations.handshake, requiredHandshakes),
            (StageLabels.diagnose, durations.diagnose, diagnosis.primary?.failureClass != .unknown),
        ]
        let reached = stages.filter { $0.duration != nil }
        return [
            MetricFamily(
                "trustpath_stage_duration_seconds",
                "Time that a stage took; the slowest endpoint's of those that every endpoint has.",
                samples: reached.compactMap { stage in
                    stage.duration.map { Sample($0.seconds, stage.labels) }
                }),
            MetricFamily(
                "trustpath_stage_success", "Whether a stage that was reached gave what it should.",
                samples: reached.compactMap { stage in
                    stage.isSuccess.map { Sample($0, stage.labels) }
                }),
        ]
    }

    /// The name has an address; a mail domain may have none of its own, where its MX records lead to some.
    private var hasHosts: Bool {
        resolution.outcome == .addresses || mail != nil && !endpoints.isEmpty
    }

    /// Every required port connected wherever it was tried; nil where none was.
    private var requiredConnections: Bool? {
        let tried = endpoints.filter { $0.endpoint.port.isRequired }.compactMap(\.connection.isUp)
        return tried.isEmpty ? nil : tried.allSatisfy { $0 }
    }

    /// Every handshake that was begun completed; nil where none was.
    private var requiredHandshakes: Bool? {
        let begun = endpoints.compactMap { $0.handshake?.outcome.isSuccess }
        return begun.isEmpty ? nil : begun.allSatisfy { $0 }
    }
}

/// Made once for all reports.
private enum StageLabels {
    static let resolve: Labels = ["stage": "resolve"]
    static let validate: Labels = ["stage": "validate"]
    static let connect: Labels = ["stage": "connect"]
    static let starttls: Labels = ["stage": "starttls"]
    static let handshake: Labels = ["stage": "handshake"]
    static let diagnose: Labels = ["stage": "diagnose"]
}

extension Diagnosis {
    fileprivate func hasFailure(in stage: Stage) -> Bool {
        findings.contains { $0.severity == .failure && $0.failureClass.stage == stage }
    }
}
