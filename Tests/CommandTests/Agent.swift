import Foundation
import Peers
import Testing

/// `trustpath serve` on a free port.
final class Agent: Sendable {
    let address: String
    private let daemon: Daemon

    init(_ configuration: String? = nil, _ arguments: [String] = []) async throws {
        let world = try await World.shared.value
        let file = try configuration.map { ["--config.file", try world.file($0)] } ?? []
        daemon = try await Daemon(
            try trustpathBinary(),
            ["serve", "--web.listen-address", "127.0.0.1:0"] + file + arguments,
            in: try await Ground.shared.value.newDirectory("agent"), until: .log("listening"))
        // The line may be half written when its first words are seen.
        var port: Substring?
        while port == nil {
            let log = daemon.log
            port = log.contains("\n") ? log.firstMatch(of: /ports"?[=:]"?(\d+)/)?.1 : nil
            if port == nil { try await Task.sleep(for: .milliseconds(10)) }
        }
        address = "http://127.0.0.1:\(try #require(port))"
    }

    var log: String { daemon.log }

    struct Answer {
        let status: Int
        let headers: [String: String]
        let body: String
    }

    func callAsFunction(
        _ method: String, _ path: String, _ headers: [String] = []
    ) async throws -> Answer {
        try await http(method, address + path, headers)
    }

    func callAsFunction(_ path: String, _ headers: [String] = []) async throws -> Answer {
        try await http("GET", address + path, headers)
    }

    func stop() async { await daemon.stop() }
}

/// One request by curl; any status is an answer.
func http(
    _ method: String, _ address: String, _ headers: [String] = []
) async throws -> Agent.Answer {
    let method = method == "HEAD" ? ["--head"] : ["--request", method]
    let text = try await check(
        "curl",
        ["--silent", "--show-error", "--include", "--noproxy", "*", "--max-time", "20"] + method
            + headers.flatMap { ["--header", $0] } + [address])
    let parts = text.replacing("\r\n", with: "\n").split(separator: "\n\n", maxSplits: 1)
    let lines = try #require(parts.first).split(separator: "\n")
    let status = try #require(Int(lines[0].split(separator: " ")[1]))
    let fields = lines.dropFirst().compactMap { line -> (String, String)? in
        let pair = line.split(separator: ":", maxSplits: 1)
        return pair.count == 2
            ? (pair[0].lowercased(), pair[1].trimmingCharacters(in: .whitespaces)) : nil
    }
    return Agent.Answer(
        status: status, headers: Dictionary(fields) { $1 },
        body: parts.count > 1 ? String(parts[1]) : "")
}

extension Agent.Answer {
    /// The value of a series, written as on the page.
    func value(_ series: String) -> Double? {
        body.split(separator: "\n").first { $0.hasPrefix(series + " ") }
            .flatMap { Double($0.dropFirst(series.count + 1)) }
    }

    /// The class that the probe fails by.
    var primary: String? {
        body.firstMatch(of: /trustpath_failure\{class="(\w+)"\} 1\n/).map { String($0.1) }
    }
}
