import Foundation
import Peers

/// A row of the document's table of endpoints on which the two exporters differ.
struct Difference: Sendable, CustomStringConvertible {
    /// What a page says, in the table's words: "0, no certificate", "0 `cert_expired`, certificate".
    struct Verdict: Equatable, Sendable, CustomStringConvertible {
        let success: Int
        /// Ours only.
        let failureClass: String?
        /// Whether the page has `probe_ssl_earliest_cert_expiry`.
        let hasCertificate: Bool

        init(success: Int, failureClass: String?, hasCertificate: Bool) {
            (self.success, self.failureClass) = (success, failureClass)
            self.hasCertificate = hasCertificate
        }

        init?(_ cell: String) {
            guard
                let match = cell.wholeMatch(of: #/([01])(?: `([a-z_]+)`)?, (no )?certificate/#),
                let success = Int(match.1)
            else { return nil }
            self.init(
                success: success, failureClass: match.2.map { String($0) },
                hasCertificate: match.3 == nil)
        }

        var description: String {
            "\(success)\(failureClass.map { " `\($0)`" } ?? ""), \(hasCertificate ? "" : "no ")certificate"
        }
    }

    let endpoint: ProbedEndpoint
    let blackbox, trustpath: Verdict
    let reason: String

    var description: String { endpoint.instance }

    static let documented = document.split(separator: "\n").compactMap { Difference(row: $0) }
    static let endpoints = documented.map(\.endpoint)

    static let document = read(repository + "/docs/migrating-from-blackbox-exporter.md")

    private init?(row: Substring) {
        let cells = row.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
        guard cells.count == 4, cells[0].hasPrefix("`"),
            let endpoint = ProbedEndpoint(instance: cells[0].filter { $0 != "`" }),
            let blackbox = Verdict(cells[1]), let trustpath = Verdict(cells[2])
        else { return nil }
        (self.endpoint, self.blackbox) = (endpoint, blackbox)
        (self.trustpath, reason) = (trustpath, cells[3])
    }
}

/// The folder of the whole project.
let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path
