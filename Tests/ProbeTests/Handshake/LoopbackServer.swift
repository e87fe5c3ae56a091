import Addresses
import OpenSSL
import Sockets
import Testing

/// A TCP server on loopback that treats each connection as a test says, until it is let go.
final class LoopbackServer: Sendable {
    typealias Serve = @Sendable (TCPConnection) async throws -> Void

    let address: SocketAddress
    private let listener: TCPListener

    init(at address: SocketAddress = loopback(), _ serve: @escaping Serve) throws {
        let listener = try TCPListener(boundTo: address)
        (self.listener, self.address) = (listener, listener.localAddress)
        Task {
            while let connection = try? await listener.accept() {
                Task {
                    try? await serve(connection)
                    connection.close()
                }
            }
        }
    }

    deinit { listener.close() }
}

/// Port 0 stands for a free one.
func loopback(_ number: UInt32 = 0x7f00_0001, port: UInt16 = 0) -> SocketAddress {
    SocketAddress(IPAddress(ipv4: number), port: port)
}

/// Far enough that only a fault reaches it.
func soon() -> Deadline { .now + .seconds(30) }

/// Where nothing listens.
func refusingAddress() throws -> SocketAddress {
    let listener = try TCPListener(boundTo: loopback(0x7f00_0b0b))
    defer { listener.close() }
    return listener.localAddress
}

extension TCPConnection {
    func hello() async throws -> [UInt8] { try await read(atMost: 16_384, by: soon()) }

    func write(_ text: String) async throws { try await write(Array(text.utf8), by: soon()) }

    func alert(_ number: UInt8) async throws {
        try await write([21, 3, 3, 0, 2, 2, number], by: soon())
    }

    /// Until the peer has closed.
    func drain() async throws {
        while try await !read(atMost: 65_536, by: soon()).isEmpty {}
    }

    /// Ends what is written, so that unread bytes do not turn it into a reset.
    func end() async throws {
        shutdownWriting()
        try await drain()
    }

    /// Serves TLS, with these bytes of the client already read.
    func serveTLS(_ context: TLSContext, after received: [UInt8] = []) async throws {
        let session = try TLSSession(server: context)
        if !received.isEmpty { session.receive(received) }
        while true {
            let step = session.handshake()
            try await write(session.takeOutgoing(), by: soon())
            switch step {
            case .done, .failed: return try await end()
            case .wantsRead:
                let bytes = try await hello()
                if bytes.isEmpty { session.receiveEnd() } else { session.receive(bytes) }
            }
        }
    }
}
