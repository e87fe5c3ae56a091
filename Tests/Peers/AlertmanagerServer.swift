import Foundation

/// A real Alertmanager on a free loopback port, its data in a directory of its own.
package final class AlertmanagerServer: Sendable {
    /// `127.0.0.1:PORT`, as Prometheus is told of it.
    package let place: String
    private let daemon: Daemon

    /// Starts with a configuration file's text, as a user would write it.
    package init(configuration: String) async throws {
        let directory = try await Ground.shared.value.newDirectory("alertmanager")
        let file = directory + "/alertmanager.yaml"
        try write(configuration, to: file)
        let port = freePort()
        place = "127.0.0.1:\(port)"
        daemon = try await Daemon(
            "prometheus-alertmanager",
            [
                "--config.file=\(file)", "--storage.path=\(directory)/data",
                "--web.listen-address=\(place)", "--cluster.listen-address=",
            ], in: directory, until: .port("127.0.0.1", port))
    }

    /// An alert that Prometheus reports at present.
    package struct Alert: Sendable, Decodable {
        package let labels: [String: String]
        package let annotations: [String: String]
        private let status: Status

        /// Told to nobody because another alert explains it.
        package var isInhibited: Bool { !status.inhibitedBy.isEmpty }

        private struct Status: Sendable, Decodable { let inhibitedBy: [String] }
    }

    package func alerts() async throws -> [Alert] {
        let text = try await get("http://\(place)/api/v2/alerts")
        return try JSONDecoder().decode([Alert].self, from: Data(text.utf8))
    }

    /// What Alertmanager wrote.
    package var log: String { daemon.log }

    package func stop() async { await daemon.stop() }
}
