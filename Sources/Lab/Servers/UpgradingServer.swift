import OpenSSL
import Sockets

/// A server that begins in plaintext, and what it makes of the wish for TLS.
struct UpgradingServer: Sendable {
    let upgrade: Service.Upgrade
    let context: TLSContext
    let application: Application

    func serve(_ connection: TCPConnection, by deadline: Deadline) async throws(SocketError) {
        let say = { (text: String) async throws(SocketError) in
            try await connection.write(Array(text.utf8), by: deadline)
        }
        guard upgrade != .unavailable else {
            try await say("554 lab.test takes no mail\r\n")
            return try await Self.end(connection, by: deadline)
        }
        try await say(application.plaintextGreeting)
        var lines = Lines()
        while let line = try await lines.next(of: connection, by: deadline) {
            let answer = answer(to: line)
            try await say(answer.text)
            switch answer.then {
            case .listen: continue
            case .end: return try await Self.end(connection, by: deadline)
            case .shakeHands:
                // What else the client has said already is not heard: it had no protection.
                return try await TLSConversation(connection, deadline).run(context, application)
            }
        }
    }

    private enum Then { case listen, end, shakeHands }

    private func answer(to line: String) -> (text: String, then: Then) {
        let words = line.uppercased().split(separator: " ").map(String.init)
        return application == .imap
            ? answer(tag: line.split(separator: " ").first.map(String.init) ?? "*", words)
            : answer(words)
    }

    /// SMTP (RFC 5321, RFC 3207).
    private func answer(_ words: [String]) -> (text: String, then: Then) {
        switch words.first {
        case "EHLO": (offers ? "250-lab.test\r\n250 STARTTLS\r\n" : "250 lab.test\r\n", .listen)
        case "STARTTLS" where upgrade == .refused:
            ("454 TLS not available due to temporary reason\r\n", .listen)
        case "STARTTLS" where offers: ("220 Go ahead\r\n" + injected, .shakeHands)
        case "QUIT": ("221 lab.test\r\n", .end)
        case "HELO", "NOOP", "RSET": ("250 lab.test\r\n", .listen)
        default: ("502 not known here\r\n", .listen)
        }
    }

    /// IMAP (RFC 9051).
    private func answer(tag: String, _ words: [String]) -> (text: String, then: Then) {
        switch words.dropFirst().first {
        case "CAPABILITY":
            ("* CAPABILITY IMAP4rev1\(offers ? " STARTTLS" : "")\r\n\(tag) OK\r\n", .listen)
        case "STARTTLS" where upgrade == .refused: ("\(tag) NO no TLS today\r\n", .listen)
        case "STARTTLS" where offers: ("\(tag) OK Go ahead\r\n" + injected, .shakeHands)
        case "LOGOUT": ("* BYE\r\n\(tag) OK\r\n", .end)
        case "NOOP": ("\(tag) OK\r\n", .listen)
        default: ("\(tag) BAD not known here\r\n", .listen)
        }
    }

    private var offers: Bool { upgrade != .notOffered }

    /// As someone on the path would put it there (CVE-2011-0411).
    private var injected: String { upgrade == .injected ? "250 injected\r\n" : "" }

    /// Ends what is written, so that unread bytes do not turn it into a reset.
    private static func end(
        _ connection: TCPConnection, by deadline: Deadline
    ) async throws(SocketError) {
        connection.shutdownWriting()
        while try await !connection.read(atMost: 4096, by: deadline).isEmpty {}
    }

    /// What a client says, line by line; more than a command may hold ends it.
    private struct Lines {
        private var bytes: [UInt8] = []

        /// Without its end; nil at the end of the stream.
        mutating func next(
            of connection: TCPConnection, by deadline: Deadline
        ) async throws(SocketError) -> String? {
            while true {
                if let end = bytes.firstIndex(of: UInt8(ascii: "\n")) {
                    var line = bytes[..<end]
                    if line.last == UInt8(ascii: "\r") { line.removeLast() }
                    defer { bytes.removeFirst(end + 1) }
                    return String(decoding: line, as: UTF8.self)
                }
                let more = try await connection.read(atMost: 4096, by: deadline)
                guard !more.isEmpty, bytes.count < 4096 else { return nil }
                bytes += more
            }
        }
    }
}

extension Application {
    fileprivate var plaintextGreeting: String {
        self == .imap
            ? "* OK [CAPABILITY IMAP4rev1] Trustpath lab\r\n"
            : "220 lab.test ESMTP Trustpath lab\r\n"
    }
}
