package import Addresses
import CLinux
import Glibc

/// A connected TCP socket, ours or one that a listener accepted.
package final class TCPConnection: Sendable {
    package let remoteAddress: SocketAddress
    private let descriptor: Descriptor

    /// Connects; every error but `.cancelled` and `.system` tells who is at fault.
    package static func connect(
        to remote: SocketAddress, by deadline: Deadline
    ) async throws(SocketError) -> TCPConnection {
        try Descriptor.ensureTime(until: deadline)
        let family = remote.address.family
        let descriptor = try Descriptor.open(family, SOCK_STREAM)
        try descriptor.reportICMP(true, for: family)
        var isDone = try descriptor.connect(to: remote)
        while !isDone {
            try Descriptor.ensureTime(until: deadline)
            let hasError = try await descriptor.wait(for: .writable, by: deadline)
            if hasError { try findFailure(descriptor) }
            isDone = try isConnected(descriptor)
        }
        // RFC 1122 4.2.3.9: an ICMP unreachable must not end a connection that stands.
        try descriptor.reportICMP(false, for: family)
        return try TCPConnection(owning: descriptor, remoteAddress: remote)
    }

    init(owning descriptor: Descriptor, remoteAddress: SocketAddress) throws(SocketError) {
        self.descriptor = descriptor
        self.remoteAddress = remoteAddress
        try descriptor.set(Int32(IPPROTO_TCP), TCP_NODELAY, Int32(1))
    }

    /// The address that the kernel bound it to; asked for at each call, since hardly a client wants to know.
    package var localAddress: SocketAddress {
        get throws(SocketError) { try descriptor.localAddress() }
    }

    /// Waits for bytes, at least one and at most so many; none is the end of the stream.
    package func read(
        atMost limit: Int, by deadline: Deadline?
    ) async throws(SocketError) -> [UInt8] {
        try await descriptor.receive(atMost: limit, by: deadline)
    }

    /// Writes all the bytes, waiting for room as the peer reads; part may be sent when it throws.
    package func write(_ bytes: [UInt8], by deadline: Deadline?) async throws(SocketError) {
        try await descriptor.send(bytes, by: deadline)
    }

    /// Sends FIN after what was written; reading goes on.
    package func shutdownWriting() { descriptor.shutdownWriting() }

    /// Closes it and ends every wait on it with `.cancelled`; again does nothing.
    package func close() {
        descriptor.close()
    }

    /// Closes it with RST, so that the peer's next call ends with `.reset`.
    package func reset() {
        try? descriptor.set(SOL_SOCKET, SO_LINGER, linger(l_onoff: 1, l_linger: 0))
        descriptor.close()
    }

    private static func isConnected(_ descriptor: Descriptor) throws(SocketError) -> Bool {
        do {
            _ = try descriptor.use { number throws(Errno) in
                try SocketAddress.fill { address, length throws(Errno) in
                    try system { getpeername(number, address, length) }
                }
            }
            return true
        } catch {
            if error.code == ENOTCONN { return false }
            throw descriptor.judge(error, of: "getpeername") ?? .cancelled
        }
    }

    /// Throws what ended the attempt: the socket's error, or an ICMP message that came while
    /// connect held the socket and so left only an entry in the queue.
    private static func findFailure(_ descriptor: Descriptor) throws(SocketError) {
        let pending = try descriptor.local("getsockopt") { number throws(Errno) in
            var code: Int32 = 0
            var size = socklen_t(MemoryLayout<Int32>.size)
            try system { getsockopt(number, SOL_SOCKET, SO_ERROR, &code, &size) }
            return Errno(code)
        }
        if let failure = descriptor.judge(pending, of: "connect") { throw failure }
    }
}
