package import Addresses
package import Sockets

/// A TCP server that does with each connection what a test tells it to.
package final class TCPServer: Sendable {
    package let address: SocketAddress
    private let listener: TCPListener
    private let task: Task<Void, Never>

    package init(
        on address: IPAddress = NameServer.loopback, port: UInt16 = 0,
        _ serve: @escaping @Sendable (TCPConnection) async throws -> Void
    ) throws {
        listener = try TCPListener(boundTo: SocketAddress(address, port: port))
        self.address = listener.localAddress
        task = Task.detached { [listener] in
            await withDiscardingTaskGroup { connections in
                while let connection = try? await listener.accept() {
                    connections.addTask {
                        try? await serve(connection)
                        connection.close()
                    }
                }
            }
        }
    }

    deinit {
        task.cancel()
        listener.close()
    }
}

extension TCPConnection {
    /// Reads until the peer goes.
    package func drain() async throws {
        let end = Deadline.now + .seconds(30)
        while try await !read(atMost: 65_536, by: end).isEmpty {}
    }

    package func say(_ bytes: [UInt8]) async throws {
        try await write(bytes, by: .now + .seconds(30))
    }
}
