package import Addresses
import CLinux
import Glibc

/// A datagram socket: a client's, connected to one server, or a server's, bound to a port.
package final class UDPSocket: Sendable {
    private let descriptor: Descriptor

    /// Opens a socket on a random port; the kernel drops datagrams of any other source.
    ///
    /// No packet is sent. `.noRoute` when this host has no way to the address.
    package init(connectedTo remote: SocketAddress) throws(SocketError) {
        let family = remote.address.family
        descriptor = try Descriptor.open(family, SOCK_DGRAM)
        try descriptor.reportICMP(true, for: family)
        _ = try descriptor.connect(to: remote)
    }

    /// Opens a server's socket; port 0 takes a free one. ICMP errors are not reported on it.
    package init(boundTo address: SocketAddress) throws(SocketError) {
        descriptor = try Descriptor.open(address.address.family, SOCK_DGRAM)
        try descriptor.bind(to: address)
    }

    /// The address that the kernel bound it to; asked for at each call, since hardly a client wants to know.
    package var localAddress: SocketAddress {
        get throws(SocketError) { try descriptor.localAddress() }
    }

    /// Sends one datagram to the connected address; an earlier one's ICMP error comes out here too.
    package func send(_ bytes: [UInt8]) throws(SocketError) {
        try send { number throws(Errno) in
            try system { Glibc.send(number, bytes, bytes.count, Int32(MSG_NOSIGNAL)) }
        }
    }

    /// Sends one datagram to an address, from a bound socket.
    package func send(_ bytes: [UInt8], to address: SocketAddress) throws(SocketError) {
        try send { number throws(Errno) in
            try address.withRaw { raw, length throws(Errno) in
                let flags = Int32(MSG_NOSIGNAL)
                return try system { sendto(number, bytes, bytes.count, flags, raw, length) }
            }
        }
    }

    /// Waits for the next datagram; an empty one is an empty array.
    package func receive(by deadline: Deadline) async throws(SocketError) -> [UInt8] {
        try await descriptor.perform("recv", when: .readable, by: deadline) {
            number throws(Errno) in
            try Self.readDatagram { buffer throws(Errno) in
                try system { recv(number, buffer.baseAddress, buffer.count, 0) }
            }
        }
    }

    /// Waits for the next datagram and tells who sent it; without a deadline until closed.
    package func receiveFrom(
        by deadline: Deadline? = nil
    ) async throws(SocketError) -> (bytes: [UInt8], source: SocketAddress) {
        while true {
            let (bytes, source) = try await descriptor.perform(
                "recvfrom", when: .readable, by: deadline
            ) { number throws(Errno) in
                var bytes: [UInt8] = []
                let source = try SocketAddress.fill { raw, length throws(Errno) in
                    bytes = try Self.readDatagram { buffer throws(Errno) in
                        try system {
                            recvfrom(number, buffer.baseAddress, buffer.count, 0, raw, length)
                        }
                    }
                }
                return (bytes, source)
            }
            if let source { return (bytes, source) }
        }
    }

    /// Closes it and ends every wait on it with `.cancelled`; again does nothing.
    package func close() {
        descriptor.close()
    }

    private func send(_ call: (Int32) throws(Errno) -> Int) throws(SocketError) {
        // Twice: the first call may only have brought the news of a smaller path MTU.
        if try descriptor.attempt("send", call) != nil { return }
        if try descriptor.attempt("send", call) != nil { return }
        throw .system(call: "send", errno: EAGAIN)
    }

    /// Reads into room for the largest datagram, and keeps an array of its own size.
    private static func readDatagram(
        _ call: (UnsafeMutableRawBufferPointer) throws(Errno) -> Int
    ) throws(Errno) -> [UInt8] {
        try EventLoops.withRoom(atMost: 65_535) { room throws(Errno) in
            let count = try call(room)
            return Array(room[..<count])
        }
    }
}
