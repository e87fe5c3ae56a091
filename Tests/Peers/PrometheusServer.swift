import Foundation

/// A real Prometheus on a free loopback port, its data in a directory of its own.
package final class PrometheusServer: Sendable {
    /// `http://127.0.0.1:PORT`.
    package let address: String
    private let daemon: Daemon

    /// Starts with a configuration file's text, as a user would write it.
    package init(configuration: String) async throws {
        let directory = try await Ground.shared.value.newDirectory("prometheus")
        let file = directory + "/prometheus.yml"
        try write(configuration, to: file)
        let port = freePort()
        address = "http://127.0.0.1:\(port)"
        daemon = try await Daemon(
            "prometheus",
            [
                "--config.file=\(file)", "--storage.tsdb.path=\(directory)/data",
                "--web.listen-address=127.0.0.1:\(port)",
            ], in: directory, until: .log("Server is ready to receive web requests"))
    }

    /// One series of an instant query.
    package struct Sample: Sendable, Decodable {
        package let labels: [String: String]
        package let value: Double

        package init(from decoder: any Decoder) throws {
            let fields = try decoder.container(keyedBy: Field.self)
            labels = try fields.decode([String: String].self, forKey: .metric)
            var pair = try fields.nestedUnkeyedContainer(forKey: .value)
            _ = try pair.decode(Double.self)
            value = Double(try pair.decode(String.self)) ?? .nan
        }

        private enum Field: CodingKey { case metric, value }
    }

    /// The result of an instant query.
    package func query(_ expression: String) async throws -> [Sample] {
        try await query(expression, parameters: [])
    }

    /// Parameters are pairs as `time=1700000000`.
    func query(_ expression: String, parameters: [String]) async throws -> [Sample] {
        let text = try await check(
            "curl",
            [
                "--silent", "--show-error", "--fail-with-body", "--noproxy", "*", "--get",
                "--data-urlencode", "query=\(expression)",
            ] + parameters.flatMap { ["--data-urlencode", $0] } + [address + "/api/v1/query"])
        return try JSONDecoder().decode(Answer.self, from: Data(text.utf8)).data.result
    }

    /// Asks until the query has a result that satisfies, and returns it; throws after `seconds`.
    package func wait(
        for expression: String, seconds: Double = 30,
        until isEnough: @Sendable ([Sample]) -> Bool = { !$0.isEmpty }
    ) async throws -> [Sample] {
        let deadline = ContinuousClock.now + .seconds(seconds)
        while true {
            let samples = try await query(expression)
            if isEnough(samples) { return samples }
            guard ContinuousClock.now < deadline else {
                let targets = try await get(address + "/api/v1/targets")
                throw PeerError("\(expression) is \(samples) after \(seconds) s: \(targets)")
            }
            try await Task.sleep(for: .milliseconds(100))
        }
    }

    /// What Prometheus wrote.
    package var log: String { daemon.log }

    package func stop() async { await daemon.stop() }

    private struct Answer: Decodable {
        struct Result: Decodable { let result: [Sample] }
        let data: Result
    }
}

/// What `promtool check metrics` complains about in a page; empty when it is content.
package func metricsComplaints(_ page: String) async throws -> String {
    let result = try await run("promtool", ["check", "metrics"], input: page)
    let complaints = result.output + result.errors
    return result.status == 0 || !complaints.isEmpty
        ? complaints : "promtool ended with status \(result.status)"
}
