import Foundation

extension PrometheusServer {
    /// Of every metric whose name matches, the names of the labels that its series have.
    package func labels(ofMetrics pattern: String) async throws -> [String: Set<String>] {
        let text = try await check(
            "curl",
            [
                "--silent", "--show-error", "--fail-with-body", "--noproxy", "*", "--get",
                "--data-urlencode", "match[]={__name__=~\"\(pattern)\"}",
                address + "/api/v1/series",
            ])
        let series = try JSONDecoder().decode(Series.self, from: Data(text.utf8)).data
        return series.reduce(into: [:]) { labels, one in
            labels[one["__name__"] ?? "", default: []].formUnion(one.keys)
        }
    }

    /// The result of an instant query at a Unix time.
    package func query(_ expression: String, at time: Double) async throws -> [Sample] {
        try await query(expression, parameters: ["time=\(time)"])
    }

    private struct Series: Decodable { let data: [[String: String]] }
}
