import Foundation

/// What can be read off the text of an expression without running it.
struct PromQLText {
    /// The expression with every string emptied, so that nothing in quotes is taken for a name.
    private let bare: String
    let text: String

    init(_ text: String) {
        self.text = text
        bare = text.replacing(#/"[^"]*"/#, with: "\"\"")
    }

    /// The names of all metrics in it.
    var metrics: Set<String> {
        Set(
            bare.matches(of: #/\b(?:(?:probe|trustpath|process|scrape)_[a-z0-9_]+|up)\b/#)
                .map { String($0.output) })
    }

    /// The labels that it groups or joins by.
    var groupingLabels: Set<String> {
        Set(
            bare.matches(of: #/\b(?:by|on|ignoring|without) \(([^)]*)\)/#).flatMap {
                $0.output.1.split(separator: ",").map { $0.trimming }
            })
    }

    /// The labels that its matchers name.
    var matchedLabels: Set<String> {
        Set(bare.matches(of: #/([a-z_]+) ?(?:=~|!~|!=|=)""/#).map { String($0.output.1) })
    }

    /// The labels that `label_replace` adds; its second argument.
    var addedLabels: Set<String> {
        guard text.contains("label_replace") else { return [] }
        return Set(text.matches(of: #/, "([a-z_]+)", "\$1", /#).map { String($0.output.1) })
    }

    /// Grafana's variables in it; `$1` is the group of a regular expression.
    static func variables(in text: String) -> Set<String> {
        Set(
            text.matches(of: #/\$\{?([A-Za-z_][A-Za-z_]*)/#).map { String($0.output.1) })
    }

    /// The labels in a legend's pattern.
    static func labels(inLegend pattern: String) -> Set<String> {
        Set(pattern.matches(of: #/\{\{([a-z_]+)\}\}/#).map { String($0.output.1) })
    }
}

extension Substring {
    fileprivate var trimming: String { trimmingCharacters(in: .whitespaces) }
}
