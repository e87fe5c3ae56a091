import Addresses
import Glibc
import OpenSSL
import Sockets
import Synchronization

/// Takes TLS connections in front of a daemon that hears plain HTTP from local sockets.
///
/// libmicrohttpd's own TLS is GnuTLS's, whose settings are fixed for the life of a daemon. Here each connection has the
/// context of its moment, so that a renewed certificate serves the next one.
final class SecureFront: Sendable {
    let port: UInt16
    private let listener: TCPListener
    private let daemon: Daemon
    private let context: @Sendable () -> TLSContext
    private let state = Mutex(State())

    private struct State {
        var isClosed = false
        var connections = 0
    }

    /// Serves until `close`; the daemon must outlive it.
    init(
        _ address: ListenAddress, _ daemon: Daemon,
        _ context: @escaping @Sendable () -> TLSContext
    ) throws(HTTPServerError) {
        let (socket, port) = try address.listen()
        (self.port, self.daemon, self.context) = (port, daemon, context)
        do throws(SocketError) { listener = try TCPListener(adopting: socket) } catch {
            throw .cannotStart(address.text)
        }
        Task.detached { [self] in await accept() }
    }

    /// Refuses new connections; those that stand end with the daemon's.
    func close() {
        state.withLock { $0.isClosed = true }
        listener.close()
    }

    /// Hands a connected socket to the daemon, which may be gone once this is closed.
    func add(_ socket: Int32, from remote: SocketAddress) -> Bool {
        state.withLock { state in
            guard !state.isClosed else {
                Glibc.close(socket)
                return false
            }
            return daemon.add(socket, from: remote)
        }
    }

    private func accept() async {
        while true {
            do throws(SocketError) {
                let connection = try await listener.accept()
                guard enter() else {
                    connection.close()
                    continue
                }
                Task.detached { [self] in
                    await SecureConnection.serve(connection, self, context)
                    state.withLock { $0.connections -= 1 }
                }
            } catch {
                if error == .cancelled { return }
                // No descriptor is left: others will end.
                try? await Task.sleep(for: .milliseconds(100))
            }
        }
    }

    private func enter() -> Bool {
        state.withLock { state in
            guard state.connections < Self.mostConnections else { return false }
            state.connections += 1
            return true
        }
    }

    /// Those of the daemon, and as many that shake hands.
    private static let mostConnections = 2 * Int(HTTPServer.connectionLimit)
}
