package import Addresses
import CLinux
import Glibc

/// A TCP server's socket.
package final class TCPListener: Sendable {
    package let localAddress: SocketAddress
    private let descriptor: Descriptor

    /// Listens; port 0 takes a free one. The kernel queues one connection more than `backlog`.
    package init(boundTo address: SocketAddress, backlog: Int32 = 128) throws(SocketError) {
        descriptor = try Descriptor.open(address.address.family, SOCK_STREAM)
        try descriptor.set(SOL_SOCKET, SO_REUSEADDR, Int32(1))
        try descriptor.bind(to: address)
        try descriptor.local("listen") { number throws(Errno) in
            try system { listen(number, backlog) }
        }
        localAddress = try descriptor.localAddress()
    }

    /// Owns a socket that listens already and does not block.
    package init(adopting number: Int32) throws(SocketError) {
        descriptor = try Descriptor.opened("listen") { number }
        localAddress = try descriptor.localAddress()
    }

    /// Waits for the next connection, without a deadline until closed.
    ///
    /// EMFILE is a `.system` result, and stays one until a descriptor is free.
    package func accept(by deadline: Deadline? = nil) async throws(SocketError) -> TCPConnection {
        while true {
            let (accepted, remote) = try await descriptor.perform(
                "accept", when: .readable, by: deadline, acceptNext)
            // A peer may have gone while it was queued.
            guard let remote,
                let connection = try? TCPConnection(owning: accepted, remoteAddress: remote)
            else { continue }
            return connection
        }
    }

    /// Waits until a connection is queued, and leaves it there.
    func waitForConnection(by deadline: Deadline) async throws(SocketError) {
        _ = try await descriptor.wait(for: .readable, by: deadline)
    }

    /// Closes it and ends every wait on it with `.cancelled`; again does nothing.
    package func close() {
        descriptor.close()
    }

    private func acceptNext(
        _ number: Int32
    ) throws(Errno) -> (Descriptor, SocketAddress?) {
        var accepted: Int32 = -1
        let remote = try SocketAddress.fill { raw, length throws(Errno) in
            let flags = Int32(SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
            do throws(Errno) {
                accepted = try system { accept4(number, raw, length, flags) }
            } catch  where error.code == ECONNABORTED {
                // The next one, if there is one, is as good (accept(2)).
                throw Errno(EAGAIN)
            }
        }
        return (descriptor.sibling(owning: accepted), remote)
    }
}
