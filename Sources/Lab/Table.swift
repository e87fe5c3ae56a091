extension Lab {
    /// The names as a table: name, what is wrong, expected class; columns aligned, one name a line.
    package static var table: String {
        let rows =
            [("NAME", "WHAT", "EXPECTED CLASS")]
            + names.map { ($0.name, $0.what, $0.expected) }
        let first = rows.map(\.0.count).max() ?? 0
        let second = rows.map(\.1.count).max() ?? 0
        return rows.map { padded($0.0, first) + padded($0.1, second) + $0.2 + "\n" }.joined()
    }

    private static func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: width - text.count + 2)
    }
}

extension LabName {
    /// The class that a probe should find, in parentheses where it only warns; a dash for none.
    package var expected: String {
        expectedClass ?? expectedFinding.map { "(\($0))" } ?? "-"
    }
}
