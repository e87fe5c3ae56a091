/// The conclusion: all findings, and the one class that the probe fails by.
package struct Diagnosis: Hashable, Sendable {
    /// In order of precedence, each class at most once for each severity.
    package var findings: [Finding]

    /// Takes findings of all stages in any order; those of one class and severity become one with several places.
    package init(findings: [Finding]) {
        var merged: [Finding] = []
        for finding in findings {
            let same = merged.firstIndex {
                $0.failureClass == finding.failureClass && $0.severity == finding.severity
            }
            guard let same else {
                merged.append(finding)
                continue
            }
            merged[same].places += finding.places.filter { !merged[same].places.contains($0) }
            merged[same].evidence += finding.evidence.filter { !merged[same].evidence.contains($0) }
        }
        self.findings = merged.sorted {
            ($0.failureClass.precedence, $0.severity.rank) < (
                $1.failureClass.precedence, $1.severity.rank
            )
        }
    }

    /// The first failure in order of precedence; nil when the target is healthy.
    package var primary: Finding? {
        findings.first { $0.severity == .failure && !$0.failureClass.isOnlyWarning }
    }
}

extension Finding.Severity {
    fileprivate var rank: Int { self == .failure ? 0 : 1 }
}
