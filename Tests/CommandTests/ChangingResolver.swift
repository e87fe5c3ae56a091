import Addresses
import DNS
import Hostile
import Sockets

/// A resolver on a loopback port that forwards to another and changes what comes back, as the
/// forwarders of home routers and container networks do.
final class ChangingResolver: Sendable {
    let server: NameServer

    init(
        before upstream: SocketAddress,
        _ change: @escaping @Sendable (_ reply: inout Message) -> Void
    ) throws {
        server = try NameServer(
            asking: { query in
                await Self.forward(change) { end in
                    let socket = try UDPSocket(connectedTo: upstream)
                    defer { socket.close() }
                    try socket.send(query.encoded())
                    return try await socket.receive(by: end)
                }
            },
            tcp: { query in
                await Self.forward(change) { end in
                    let connection = try await TCPConnection.connect(to: upstream, by: end)
                    defer { connection.close() }
                    let bytes = query.encoded()
                    try await connection.write(
                        [UInt8(bytes.count >> 8), UInt8(bytes.count & 0xff)] + bytes, by: end)
                    var reply: [UInt8] = []
                    while reply.count < 2
                        || reply.count < 2 + Int(reply[0]) << 8 + Int(reply[1])
                    {
                        let more = try await connection.read(atMost: 65_537, by: end)
                        guard !more.isEmpty else { return [] }
                        reply += more
                    }
                    return Array(reply.dropFirst(2))
                }
            })
    }

    /// What `--resolver` takes.
    var specification: String { "\(server.address)" }

    private static func forward(
        _ change: @Sendable (inout Message) -> Void,
        _ exchange: (Deadline) async throws -> [UInt8]
    ) async -> [NameServer.Act] {
        guard let bytes = try? await exchange(.now + .seconds(10)),
            var reply = try? Message(decoding: bytes)
        else { return [] }
        change(&reply)
        return [.send(reply.encoded())]
    }
}

extension Message {
    /// Takes out the records that only a validator looks for.
    mutating func dropProofs(_ types: Set<RecordType> = [.rrsig, .nsec, .nsec3]) {
        answers.removeAll { types.contains($0.type) }
        authorities.removeAll { types.contains($0.type) }
    }
}
