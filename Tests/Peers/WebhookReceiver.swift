import Foundation

/// An HTTP server that keeps what is posted to it, as the receiver of notifications.
package final class WebhookReceiver: Sendable {
    /// `127.0.0.1:PORT`.
    package let place: String
    private let daemon: Daemon

    package init() async throws {
        let directory = try await Ground.shared.value.newDirectory("webhook")
        let port = freePort()
        place = "127.0.0.1:\(port)"
        daemon = try await Daemon(
            "python3", ["-c", Self.server, "\(port)"], in: directory,
            until: .port("127.0.0.1", port))
    }

    /// One message of Alertmanager.
    package struct Notification: Sendable, Decodable {
        package let receiver: String
        package let status: String
        package let alerts: [Alert]

        package struct Alert: Sendable, Decodable {
            package let status: String
            package let labels: [String: String]
            package let annotations: [String: String]
        }
    }

    /// Everything posted so far, in its order, with the path that it was posted to.
    package func received() throws -> [(path: String, notification: Notification)] {
        // The last line may be only half written.
        try daemon.log.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map {
            let parts = $0.split(separator: " ", maxSplits: 1)
            guard parts.count == 2 else { throw PeerError("the webhook wrote: \($0)") }
            let body = Data(parts[1].utf8)
            return (
                String(parts[0]), try JSONDecoder().decode(Notification.self, from: body)
            )
        }
    }

    package func stop() async { await daemon.stop() }

    // A line per request: its path, and its body, which as JSON of Alertmanager has no newline.
    private static let server = """
        import http.server, sys

        class Receiver(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"])).decode().strip()
                print(self.path, body, flush=True)
                self.send_response(200)
                self.end_headers()

            def log_message(self, *words): pass

        http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Receiver).serve_forever()
        """
}
