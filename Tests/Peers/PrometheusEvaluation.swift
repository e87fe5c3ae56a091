import Foundation

extension PrometheusServer {
    /// The result of an instant query at a moment in Unix seconds: two of them see the same `time()`.
    package func query(_ expression: String, at time: Int) async throws -> [Sample] {
        let text = try await check(
            "curl",
            [
                "--silent", "--show-error", "--fail-with-body", "--noproxy", "*", "--get",
                "--data-urlencode", "query=\(expression)", "--data-urlencode", "time=\(time)",
                address + "/api/v1/query",
            ])
        return try JSONDecoder().decode(Evaluation.self, from: Data(text.utf8)).data.result
    }

    private struct Evaluation: Decodable {
        struct Result: Decodable { let result: [Sample] }
        let data: Result
    }
}
