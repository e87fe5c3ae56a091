/// The program as a service on a free loopback port, stopped with this value.
package final class RunningAgent: Sendable {
    /// `127.0.0.1:PORT`.
    package let place: String
    private let daemon: Daemon

    /// Starts `trustpath` with a command and its flags.
    package init(_ arguments: String...) async throws {
        let directory = try await Ground.shared.value.newDirectory("agent")
        daemon = try await Daemon(
            trustpathBinary(), arguments + ["--web.listen-address", "127.0.0.1:0"], in: directory,
            until: .log("msg=listening"))
        // The line may be only half written when its beginning shows.
        let deadline = ContinuousClock.now + .seconds(10)
        var port: Substring?
        repeat {
            port = daemon.log.firstMatch(of: #/msg=listening .* ports=([0-9]+) /#)?.1
        } while port == nil && ContinuousClock.now < deadline
        guard let port else { throw PeerError("the agent names no port: \(daemon.log)") }
        place = "127.0.0.1:\(port)"
    }

    /// The body that one of its paths answers.
    package func page(
        _ path: String, headers: [String] = [], seconds: Int = 15
    ) async throws -> String {
        try await get("http://\(place)\(path)", headers: headers, seconds: seconds)
    }

    /// Has it read its configuration again.
    package func reload() async throws {
        _ = try await check(
            "curl",
            [
                "--silent", "--show-error", "--fail-with-body", "--noproxy", "*", "--request",
                "POST",
                "http://\(place)/-/reload",
            ])
    }

    package var log: String { daemon.log }

    package func stop() async { await daemon.stop() }
}
