/// One thing that is wrong, wherever it was seen, with what shows it.
package struct Finding: Hashable, Sendable {
    package var failureClass: FailureClass
    package var severity: Severity
    package var confidence: Confidence
    /// Where: `192.0.2.7:443`, `resolver 192.0.2.53`, `zone example.com`, …; each once.
    package var places: [String]
    /// One sentence per observation; both sides of every comparison.
    package var evidence: [String]

    package init(
        _ failureClass: FailureClass, _ severity: Severity = .failure, confidence: Confidence,
        at places: [String], _ evidence: [String]
    ) {
        (self.failureClass, self.severity) = (failureClass, severity)
        (self.confidence, self.places, self.evidence) = (confidence, places, evidence)
    }

    /// What the operator should do, one sentence; the same for report, terminal and alert.
    package var remedy: String { failureClass.remedy }

    package enum Severity: String, Hashable, Sendable {
        case failure
        /// Leaves every user whole, or is no failure by its nature; never primary.
        case warning
    }

    /// What the claim rests on. The raw value is the letter of the failure table.
    package enum Confidence: String, Hashable, Sendable {
        case oneObservation = "D"
        case comparison = "C"
        case expectation = "E"
        case heuristic = "H"
    }
}
