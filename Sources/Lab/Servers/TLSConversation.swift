import OpenSSL
import Sockets

/// A TLS conversation with one client, as its server; until the handshake nothing is said or heard.
final class TLSConversation {
    private let connection: TCPConnection
    private let deadline: Deadline
    private var session: TLSSession?

    init(_ connection: TCPConnection, _ deadline: Deadline) {
        (self.connection, self.deadline) = (connection, deadline)
    }

    /// What the client and we agreed on.
    var alpn: String? { session?.alpn }

    /// Shakes hands; false where that fails, and the client knows.
    func begin(_ context: TLSContext) async throws(SocketError) -> Bool {
        guard let session = try? TLSSession(server: context) else { return false }
        self.session = session
        while true {
            let step = session.handshake()
            try await connection.write(session.takeOutgoing(), by: deadline)
            switch step {
            case .done: return true
            case .wantsRead: try await receive(session)
            case .failed:
                // Closed at once, unread bytes would turn the alert into a reset.
                connection.shutdownWriting()
                while try await !connection.read(atMost: 16_384, by: deadline).isEmpty {}
                return false
            }
        }
    }

    /// Nil at the end of the stream.
    func hear() async throws(SocketError) -> [UInt8]? {
        guard let session else { return nil }
        while true {
            let result = session.read()
            try await connection.write(session.takeOutgoing(), by: deadline)
            switch result {
            case .bytes(let bytes): return bytes
            case .wantsRead: try await receive(session)
            case .closed, .failed: return nil
            }
        }
    }

    func say(_ bytes: [UInt8]) async throws(SocketError) {
        guard let session else { return }
        session.write(bytes)
        try await connection.write(session.takeOutgoing(), by: deadline)
    }

    func end() async throws(SocketError) {
        guard let session else { return }
        session.shutdown()
        try await connection.write(session.takeOutgoing(), by: deadline)
    }

    private func receive(_ session: TLSSession) async throws(SocketError) {
        let bytes = try await connection.read(atMost: 16_384, by: deadline)
        bytes.isEmpty ? session.receiveEnd() : session.receive(bytes)
    }
}
