import Foundation
import Peers
import Testing

/// The lab with the agent before it, run by what was installed, as a user with no rights at all in a network of its own.
final class InstalledLab: Sendable {
    private let daemon: Daemon
    private let network: String

    init(_ root: DebianRoot, _ command: [String]) async throws {
        network = try await loopback("lab")
        daemon = try await root.daemon(
            as: "65534:65534", in: network,
            command + ["lab", "--serve", "--web.listen-address", Self.place],
            until: .log("msg=listening"))
    }

    func tellsFailuresApart() async throws {
        try await DeploymentTests.tellsFailuresApart(at: Self.place, in: network)
    }

    func stop() async { await daemon.stop() }

    private static let place = "127.0.0.1:10853"
}

/// Checks that a lab's agent sees a sound name, an expired certificate and a forged signature as what they are.
func tellsFailuresApart(at place: String, in network: String? = nil) async throws {
    for (target, line) in [
        ("healthy.test", "probe_success 1"),
        ("expired.test", "trustpath_failure{class=\"cert_expired\"} 1"),
        ("signature-invalid.test", "trustpath_failure{class=\"dnssec_signature_invalid\"} 1"),
    ] {
        let page = try await page("/probe?target=\(target)", at: place, in: network)
        #expect(page.split(separator: "\n").contains { $0 == line }, "\(target): \(page)")
    }
}

/// What an agent answers, in a network namespace or in this one.
func page(_ path: String, at place: String, in network: String?) async throws -> String {
    guard let network else { return try await get("http://\(place)\(path)") }
    return try await check(
        "ip",
        [
            "netns", "exec", network, "curl", "--silent", "--show-error", "--fail-with-body",
            "--noproxy", "*", "http://\(place)\(path)",
        ])
}

/// A network namespace with nothing but loopback, so that every port is free; it goes with the process.
func loopback(_ name: String) async throws -> String {
    let name =
        "trustpath-\(try await Ground.shared.value.number)-\(name)-\(UUID().uuidString.prefix(8))"
    try await check("ip", ["netns", "add", name])
    try await check("ip", ["-n", name, "link", "set", "lo", "up"])
    return name
}
