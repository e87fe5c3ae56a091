import Foundation
import Peers

/// Who mutes whom, as alerts/alertmanager.yaml says it.
struct AlertmanagerFile: Decodable, Sendable {
    struct Inhibition: Decodable, Sendable {
        let sourceMatchers: [Matcher]
        let targetMatchers: [Matcher]
        let equal: [String]
    }

    /// `label="text"`, with `!=`, `=~` and `!~` as well.
    struct Matcher: Decodable, Sendable {
        let label: String
        let comparison: String
        let text: String

        init(from decoder: any Decoder) throws {
            let whole = try decoder.singleValueContainer().decode(String.self)
            guard let match = whole.wholeMatch(of: #/([a-z_]+)(=~|!~|!=|=)"(.*)"/#) else {
                throw PeerError("no matcher: \(whole)")
            }
            (label, comparison, text) = (String(match.1), String(match.2), String(match.3))
        }

        /// Whether an alert of the rule may match; the series give it labels beside the rule's own.
        func mayMatch(_ alert: Alert) throws -> Bool {
            let known = label == "alertname" ? alert.name : alert.labels[label]
            guard let known else { return label != "finding" }
            return switch comparison {
            case "=": known == text
            case "!=": known != text
            case "=~": try Regex(text).wholeMatch(in: known) != nil
            default: try Regex(text).wholeMatch(in: known) == nil
            }
        }
    }

    let inhibitRules: [Inhibition]

    static let path = Alerts.folder + "/alertmanager.yaml"

    static func read() async throws -> AlertmanagerFile {
        try await decoded(AlertmanagerFile.self, from: path)
    }
}
