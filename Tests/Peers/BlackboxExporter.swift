import Foundation

/// A real blackbox_exporter on a free loopback port.
package final class BlackboxExporter: Sendable {
    /// `127.0.0.1:PORT`.
    package let place: String
    private let daemon: Daemon

    /// Starts with a configuration file's text; its system's resolver is at `resolver`, in a mount namespace of its
    /// own, because it asks no other.
    package init(configuration: String, resolver: String) async throws {
        let directory = try await Ground.shared.value.newDirectory("blackbox")
        try write(configuration, to: directory + "/blackbox.yml")
        try write("nameserver \(resolver)\n", to: directory + "/resolv.conf")
        let port = freePort()
        place = "127.0.0.1:\(port)"
        daemon = try await Daemon(
            "unshare",
            [
                "--mount", "bash", "-c",
                "mount --bind resolv.conf /etc/resolv.conf && exec \"$@\"", "blackbox",
                try Program.path("prometheus-blackbox-exporter"), "--config.file=blackbox.yml",
                "--web.listen-address=\(place)",
            ], in: directory, until: .port("127.0.0.1", port))
    }

    /// The page of one probe.
    package func page(module: String, target: String) async throws -> String {
        try await get("http://\(place)/probe?module=\(module)&target=\(target)")
    }

    package func stop() async { await daemon.stop() }
}
