import CLinux
import Glibc

// What all streams of bytes do.
extension Descriptor {
    /// Waits for bytes, at least one and at most so many; none is the end of the stream.
    func receive(atMost limit: Int, by deadline: Deadline?) async throws(SocketError) -> [UInt8] {
        try await perform("recv", when: .readable, by: deadline) { number throws(Errno) in
            try EventLoops.withRoom(atMost: max(limit, 1)) { room throws(Errno) in
                let count = try system { recv(number, room.baseAddress, room.count, 0) }
                return Array(room[..<count])
            }
        }
    }

    /// Sends all the bytes, waiting for room as the peer reads; part may be sent when it throws.
    func send(_ bytes: [UInt8], by deadline: Deadline?) async throws(SocketError) {
        var sent = 0
        while sent < bytes.count {
            let start = sent
            sent += try await perform("send", when: .writable, by: deadline) {
                number throws(Errno) in
                try bytes.withUnsafeBufferPointer { all throws(Errno) in
                    let rest = UnsafeBufferPointer(rebasing: all[start...])
                    let flags = Int32(MSG_NOSIGNAL)
                    return try system { Glibc.send(number, rest.baseAddress, rest.count, flags) }
                }
            }
        }
    }

    /// Tells the peer that nothing more comes; reading goes on.
    func shutdownWriting() {
        _ = try? use { number throws(Errno) in
            try system { shutdown(number, Int32(SHUT_WR)) }
        }
    }
}

/// One end of two connected local sockets; the other is for a library that wants a descriptor of its own.
package final class LocalStream: Sendable {
    private let descriptor: Descriptor

    /// The caller owns the descriptor; it does not block.
    package static func pair() throws(SocketError) -> (stream: LocalStream, other: Int32) {
        var ends: [Int32] = [-1, -1]
        let type = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        do throws(Errno) {
            try system { socketpair(AF_UNIX, type, 0, &ends) }
        } catch {
            throw .system(call: "socketpair", errno: error.code)
        }
        let (ours, other) = (ends[0], ends[1])
        do throws(SocketError) {
            return (LocalStream(try Descriptor.opened("socketpair") { ours }), other)
        } catch {
            Glibc.close(ours)
            Glibc.close(other)
            throw error
        }
    }

    private init(_ descriptor: Descriptor) { self.descriptor = descriptor }

    /// Waits for bytes, at least one and at most so many; none is the end of the stream.
    package func read(atMost limit: Int) async throws(SocketError) -> [UInt8] {
        try await descriptor.receive(atMost: limit, by: nil)
    }

    /// Writes all the bytes, waiting for room as the other end reads.
    package func write(_ bytes: [UInt8]) async throws(SocketError) {
        try await descriptor.send(bytes, by: nil)
    }

    /// The other end reads an end of the stream after what was written.
    package func shutdownWriting() { descriptor.shutdownWriting() }

    /// Closes it and ends every wait on it with `.cancelled`; again does nothing.
    package func close() { descriptor.close() }
}
