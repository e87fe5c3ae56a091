import OpenSSL
import Sockets
import Synchronization

/// A client's TLS connection on one side, a local socket to the daemon on the other.
final class SecureConnection: Sendable {
    private let client: TCPConnection
    private let local: LocalStream
    /// Used by both directions; only the one to the client takes what is to be sent.
    private let session: Mutex<TLSSession>

    /// Shakes hands, then carries bytes until one side ends.
    static func serve(
        _ client: TCPConnection, _ front: SecureFront, _ context: () -> TLSContext
    ) async {
        defer { client.close() }
        guard let session = try? TLSSession(server: context()) else { return }
        let deadline = Deadline.now + handshakeTime
        do throws(SocketError) {
            guard try await shakeHands(session, client, deadline) else { return }
            let (local, other) = try LocalStream.pair()
            defer { local.close() }
            guard front.add(other, from: client.remoteAddress) else { return }
            await SecureConnection(client, local, session).carry()
        } catch {}
    }

    private init(_ client: TCPConnection, _ local: LocalStream, _ session: sending TLSSession) {
        (self.client, self.local) = (client, local)
        self.session = Mutex(session)
    }

    /// False where it failed, and the client knows.
    private static func shakeHands(
        _ session: TLSSession, _ client: TCPConnection, _ deadline: Deadline
    ) async throws(SocketError) -> Bool {
        var isFirst = true
        while true {
            let step = session.handshake()
            try await client.write(session.takeOutgoing(), by: deadline)
            switch step {
            case .done: return true
            case .wantsRead:
                let bytes = try await client.read(atMost: 16_384, by: deadline)
                if isFirst, let first = bytes.first, first != handshakeRecord {
                    try await client.write(plainAnswer, by: deadline)
                    try await drain(client, deadline)
                    return false
                }
                isFirst = false
                bytes.isEmpty ? session.receiveEnd() : session.receive(bytes)
            case .failed:
                try await drain(client, deadline)
                return false
            }
        }
    }

    /// Closed at once, unread bytes would turn the last words into a reset.
    private static func drain(
        _ client: TCPConnection, _ deadline: Deadline
    ) async throws(SocketError) {
        client.shutdownWriting()
        let soon = min(deadline, .now + .seconds(1))
        while try await !client.read(atMost: 16_384, by: soon).isEmpty {}
    }

    private func carry() async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { try? await self.carryRequests() }
            try? await carryAnswers()
            client.close()
            local.close()
            await group.waitForAll()
        }
    }

    private func carryRequests() async throws(SocketError) {
        defer { local.shutdownWriting() }
        while true {
            switch session.withLock({ $0.read() }) {
            case .bytes(let bytes): try await local.write(bytes)
            case .wantsRead:
                let bytes = try await client.read(atMost: 16_384, by: nil)
                session.withLock { bytes.isEmpty ? $0.receiveEnd() : $0.receive(bytes) }
            case .closed, .failed: return
            }
        }
    }

    /// Ends when the daemon closes its end, which it does as well when the client has gone or is silent for long.
    private func carryAnswers() async throws(SocketError) {
        while true {
            let bytes = try await local.read(atMost: 65_536)
            let records = session.withLock { session in
                if bytes.isEmpty { session.shutdown() } else { session.write(bytes) }
                return session.takeOutgoing()
            }
            try await client.write(records, by: .now + Self.patience)
            if bytes.isEmpty { return }
        }
    }

    private static let handshakeTime = Duration.seconds(10)
    /// How long a client may take to read some of its answer.
    private static let patience = Duration.seconds(30)
    /// What every ClientHello comes in (RFC 8446 5.1).
    private static let handshakeRecord: UInt8 = 22
    /// As Go's servers say it.
    private static let plainAnswer = Array(
        "HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n".utf8)
}
