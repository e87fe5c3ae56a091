import Foundation
import Peers

/// A failure class, as `trustpath classes --output json` tells it.
struct ListedClass: Decodable, Sendable {
    let `class`: String
    let stage: String
    /// `failure`, or `warning` where the class never fails a probe.
    let severity: String
    let alert: String
    let remedy: String
    let runbook: String

    /// In the order of precedence.
    static func all() async throws -> [ListedClass] {
        let text = try await check(trustpathBinary(), ["classes", "--output", "json"])
        return try JSONDecoder().decode([ListedClass].self, from: Data(text.utf8))
    }
}
