import OpenSSL
import Sockets

/// HTTPS with one page, an MTA-STS policy; nothing else is there.
struct PolicyServer: Sendable {
    let context: TLSContext
    let policy: String?

    func serve(_ connection: TCPConnection, by deadline: Deadline) async throws(SocketError) {
        let conversation = TLSConversation(connection, deadline)
        guard try await conversation.begin(context) else { return }
        var request = ""
        while request.utf8.count < 16_384, !request.hasSuffix("\r\n\r\n"),
            let more = try await conversation.hear()
        {
            request += String(decoding: more, as: UTF8.self)
        }
        try await conversation.say(Array(answer(to: request).utf8))
        try await conversation.end()
    }

    private func answer(to request: String) -> String {
        let isThere = request.hasPrefix("GET /.well-known/mta-sts.txt ")
        guard isThere, let policy else { return Self.head("404 Not Found", 0) }
        return Self.head("200 OK", policy.utf8.count) + policy
    }

    private static func head(_ status: String, _ length: Int) -> String {
        "HTTP/1.1 \(status)\r\nContent-Type: text/plain\r\nConnection: close\r\n"
            + "Content-Length: \(length)\r\n\r\n"
    }
}
