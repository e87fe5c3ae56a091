/// The conclusion: all findings, and the one class that the probe fails by.
package struct Diagnosis: Hashable, Sendable {
    /// In order of precedence, each class once per severity.
    package var findings: [Finding]

    package init(findings: [Finding]) {
        self.findings = findings
    }

    /// The first failure in order of precedence; nil when the target is healthy.
    package var primary: Finding? {
        findings.first { $0.severity == .failure && !$0.failureClass.isOnlyWarning }
    }
}
