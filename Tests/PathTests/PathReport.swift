import Foundation
import Peers

/// The part of a report in JSON that the path tests look at.
struct PathReport: Decodable {
    struct Finding: Decodable {
        let `class`: String
        let severity: String
        let places: [String]
        let evidence: [String]
    }

    let success: Bool
    let `class`: String?
    let findings: [Finding]
    /// The whole of what was printed.
    private(set) var text = ""

    private enum CodingKeys: String, CodingKey { case success, `class`, findings }

    /// Throws what was printed when it is no report.
    init(text: String) throws {
        do {
            self = try JSONDecoder().decode(PathReport.self, from: Data(text.utf8))
        } catch {
            throw PeerError("\(error): \(text)")
        }
        self.text = text
    }

    /// The findings of a class.
    func of(_ name: String) -> [Finding] { findings.filter { $0.class == name } }

    /// What is found, for a test that must show it.
    var summary: String {
        findings.map { "\($0.severity) \($0.class) at \($0.places): \($0.evidence)" }
            .joined(separator: "\n")
    }
}

extension PathWorld {
    /// A configuration file with a `default` module that asks these resolvers, by the last parts of their addresses.
    func configuration(
        _ resolvers: [Int], timeout: String = "6s", _ settings: String = ""
    ) throws -> String {
        let file = try place.ground.newDirectory("module") + "/trustpath.yml"
        try write(
            """
            modules:
              default:
                timeout: \(timeout)
                resolvers: [\(resolvers.map { place.address($0) }.joined(separator: ", "))]
                ports: [443]
                dnssec: {mode: disabled}
                tls: {ca_file: \(authority.root)}
                \(settings)

            """, to: file)
        return file
    }

    /// What `trustpath probe` says of a name as metrics, which promtool finds nothing to say against.
    func metrics(_ name: String, _ resolvers: Int...) async throws -> String {
        let result = try await run(
            trustpathBinary(),
            [
                "probe", name, "--config.file", configuration(resolvers), "--output", "metrics",
            ])
        let complaints = try await metricsComplaints(result.output)
        guard complaints == "" else { throw PeerError("\(complaints)\n\(result.output)") }
        return result.output
    }

    /// What `trustpath probe` reports of a name.
    func probe(
        _ name: String, _ resolvers: Int..., timeout: String = "6s", settings: String = ""
    ) async throws -> PathReport {
        let file = try configuration(resolvers, timeout: timeout, settings)
        let result = try await run(
            trustpathBinary(), ["probe", name, "--config.file", file, "--output", "json"])
        return try PathReport(text: result.output + result.errors)
    }
}
