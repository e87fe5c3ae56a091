import OpenSSL
import Sockets

/// What a TLS server says once the handshake is done; the last two begin in plaintext.
enum Application: Sendable, CaseIterable {
    case https, imaps, smtps, smtp, imap
}

/// What one listening port does with each connection.
enum PortBehaviour: Sendable {
    case tls(TLSContext, Application)
    case upgrading(UpgradingServer)
    case policy(PolicyServer)
    case plaintext, mute, reset, alert

    /// Serves one connection to its end; never longer than its patience.
    func serve(_ connection: TCPConnection) async {
        let deadline = Deadline.now + Self.patience
        do throws(SocketError) {
            switch self {
            case .tls(let context, let application):
                try await TLSConversation(connection, deadline).run(context, application)
            case .policy(let server): try await server.serve(connection, by: deadline)
            case .upgrading(let server): try await server.serve(connection, by: deadline)
            case .plaintext:
                _ = try await connection.read(atMost: 4096, by: deadline)
                try await connection.write(Self.badRequest, by: deadline)
            case .mute:
                while try await !connection.read(atMost: 4096, by: deadline).isEmpty {}
            case .reset:
                _ = try await connection.read(atMost: 4096, by: deadline)
                connection.reset()
            case .alert:
                _ = try await connection.read(atMost: 4096, by: deadline)
                // A record of TLS 1.2 with the fatal alert handshake_failure (RFC 5246 7.2).
                try await connection.write([21, 3, 3, 0, 2, 2, 40], by: deadline)
                connection.shutdownWriting()
                while try await !connection.read(atMost: 4096, by: deadline).isEmpty {}
            }
        } catch {
            // The peer went away or was too slow: its own affair.
        }
    }

    private static let patience = Duration.seconds(30)
    private static let badRequest = Array(
        """
        HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\nConnection: close\r\n\
        Content-Length: 19\r\n\r\nThis is plain HTTP.
        """.utf8)
}

extension TLSConversation {
    func run(_ context: TLSContext, _ application: Application) async throws(SocketError) {
        guard try await begin(context) else { return }
        if let greeting = application.greeting { try await say(greeting) }
        var request: [UInt8] = []
        while request.count < 16_384, let more = try await hear() {
            request += more
            guard let answer = application.answer(to: request) else { continue }
            try await say(answer.bytes)
            if answer.isLast { break }
            request = []
        }
        try await end()
    }
}

extension Application {
    var greeting: [UInt8]? {
        switch self {
        // After an upgrade the client speaks first (RFC 3207 4.2, RFC 9051 6.2.1).
        case .https, .smtp, .imap: nil
        case .imaps: Array("* OK [CAPABILITY IMAP4rev1] Trustpath lab\r\n".utf8)
        case .smtps: Array("220 lab.test ESMTP Trustpath lab\r\n".utf8)
        }
    }

    /// The answer to what came so far; nil while it is no whole request.
    func answer(to request: [UInt8]) -> (bytes: [UInt8], isLast: Bool)? {
        guard request.last == UInt8(ascii: "\n") else { return nil }
        let text = String(decoding: request, as: UTF8.self)
        switch self {
        case .https: return text.hasSuffix("\r\n\r\n") ? (Self.page, true) : nil
        case .imaps, .imap:
            let words = text.uppercased().split(whereSeparator: \.isWhitespace)
            let tag = text.split(whereSeparator: \.isWhitespace).first.map(String.init) ?? "*"
            if words.dropFirst().first == "LOGOUT" {
                return (Array("* BYE\r\n\(tag) OK\r\n".utf8), true)
            }
            return (Array("\(tag) BAD only LOGOUT is known here\r\n".utf8), false)
        case .smtps, .smtp:
            let isQuit = text.uppercased().hasPrefix("QUIT")
            let answer = isQuit ? "221 lab.test\r\n" : "250 lab.test\r\n"
            return (Array(answer.utf8), isQuit)
        }
    }

    private static let page = Array(
        """
        HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nConnection: close\r\n\
        Content-Length: 14\r\n\r\nTrustpath lab\n
        """.utf8)
}
