/// Lines for a terminal, at most 100 columns wide.
struct TextPage {
    private var lines: [String] = []

    static let width = 100

    var text: String { lines.map { $0 + "\n" }.joined() }

    mutating func gap() { lines.append("") }

    /// One line however long: what is to be copied or read by a script.
    mutating func record(_ text: String) { lines.append(text) }

    /// Words behind a head, broken into lines; the second and later ones begin at `hanging`.
    mutating func line(
        _ text: String, indent: Int = 0, hanging: Int? = nil, head: String = ""
    ) {
        let margin = String(repeating: " ", count: hanging ?? indent)
        var line = String(repeating: " ", count: indent) + head
        var isFresh = true
        for word in text.split(separator: " ") {
            var word = word
            if !isFresh, line.count + 1 + word.count > Self.width {
                lines.append(line)
                (line, isFresh) = (margin, true)
            }
            if !isFresh { line += " " }
            while line.count + word.count > Self.width {
                let room = max(1, Self.width - line.count)
                lines.append(line + word.prefix(room))
                (word, line) = (word.dropFirst(room), margin)
            }
            (line, isFresh) = (line + word, false)
        }
        lines.append(line)
    }

    /// A word and what it is about: `  evidence  the certificate …`.
    mutating func field(_ name: String, _ text: String) {
        line(text, indent: 2, hanging: 12, head: Self.padded(name, 10))
    }

    /// Columns as wide as their widest cell; each row may have lines of its own below it.
    mutating func table(_ rows: [(cells: [String], below: [String])]) {
        let count = rows.map(\.cells.count).max() ?? 0
        let widths = (0..<count).map { column in
            rows.map { $0.cells.count > column ? $0.cells[column].count : 0 }.max() ?? 0
        }
        for row in rows {
            let cells = zip(row.cells, widths).map { Self.padded($0, $1) }
            var text = "  " + cells.joined(separator: "  ")
            while text.last == " " { text.removeLast() }
            lines.append(text)
            for text in row.below where !text.isEmpty { line(text, indent: 6) }
        }
    }

    private static func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }
}
