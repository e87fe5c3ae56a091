import Foundation
import Peers

/// The alerts of alerts/trustpath.rules.yaml with their runbooks.
struct AlertPages {
    /// By the alert's name, each with the file names without `.md` that its rules link.
    private(set) var pages: [String: Set<String>] = [:]

    /// Line by line: `promtool check rules` sees to the rest of the form.
    init() throws {
        let file = "\(RunbookPage.root)/alerts/trustpath.rules.yaml"
        guard let data = FileManager.default.contents(atPath: file) else {
            throw PeerError("alerts/trustpath.rules.yaml is missing")
        }
        var alert: String?
        for line in String(decoding: data, as: UTF8.self).split(separator: "\n") {
            if let match = line.firstMatch(of: /^\s*-\s+(alert|record):\s*(\S+)/) {
                alert = match.1 == "alert" ? String(match.2) : nil
            } else if let alert, let match = line.firstMatch(of: /runbook_url:.*\/([^\/]+)\.md/) {
                pages[alert, default: []].insert(String(match.1))
            }
        }
    }

    /// Pages of alerts that stand for no class of their own.
    var others: Set<String> {
        Set(pages.values.joined().filter { $0.hasPrefix("Trustpath") })
    }
}
