import Testing

/// What a path test asks of a report, recorded with the report where it is otherwise.
extension PathReport {
    /// One finding of the class, as severe as told, whose evidence mentions every word; a failure is primary.
    func expect(
        _ name: String, _ severity: String, mentions words: [String] = [],
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let evidence = of(name).flatMap(\.evidence).joined(separator: "\n")
        guard of(name).map(\.severity).contains(severity) else {
            Issue.record("no \(severity) \(name):\n\(summary)", sourceLocation: sourceLocation)
            return
        }
        let missing = words.filter { !evidence.contains($0) }
        #expect(missing == [], "\(name) says: \(evidence)", sourceLocation: sourceLocation)
        if severity == "failure" {
            #expect(self.class == name, "\(summary)", sourceLocation: sourceLocation)
        } else {
            #expect(self.class == nil, "\(summary)", sourceLocation: sourceLocation)
        }
    }

    /// Nothing at all is found, but perhaps warnings of these classes.
    func expectHealthy(
        except warnings: Set<String> = [], sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(success, "\(summary)", sourceLocation: sourceLocation)
        #expect(
            findings.allSatisfy { warnings.contains($0.class) }, "\(summary)",
            sourceLocation: sourceLocation)
    }
}
