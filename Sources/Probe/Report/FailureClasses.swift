extension FailureClass {
    /// Every class in the order of precedence, with what alert rules and runbooks are made of.
    package static func allJSON() -> [UInt8] {
        JSON.array(
            allCases.map { failureClass in
                .object([
                    "class": .string(failureClass.rawValue),
                    "stage": .string(failureClass.stage.rawValue),
                    "severity": .string(
                        failureClass.isOnlyWarning
                            ? Finding.Severity.warning.rawValue : Finding.Severity.failure.rawValue),
                    "alert": .string(failureClass.alertName),
                    "remedy": .string(failureClass.remedy),
                    "runbook": .string(failureClass.runbook),
                ])
            }
        ).bytes
    }

    /// The same for people: a class a paragraph.
    package static func allText() -> String {
        allCases.map { failureClass in
            """
            \(failureClass.rawValue) (\(failureClass.stage.rawValue)\(failureClass.isOnlyWarning ? ", only ever a warning" : ""))
              \(failureClass.remedy)
              \(failureClass.runbook)

            """
        }.joined()
    }
}
