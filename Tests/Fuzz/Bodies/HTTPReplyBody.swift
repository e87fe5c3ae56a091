import DNS

@testable import Probe

extension FuzzBody {
    /// What a DoH server sends on a connection with three queries: each is answered once at the most, and with no more than
    /// a message holds. The first byte says how the rest is cut, and whether sound SETTINGS come before it.
    @Sendable public static func httpReply(_ bytes: [UInt8]) {
        guard let first = bytes.first, let spec = try? ResolverSpec(parsing: "https://a.example/q"),
            let server = spec.encrypted, case .https(let query) = server.service,
            let framing = try? HTTPFraming(to: server, query)
        else { return }
        let keys = (0..<3).compactMap { framing.put([0, 0, UInt8($0)]) }
        promise(keys.count == 3, "\(keys.count) queries are put")
        var rest = (first & 1 == 0 ? [0, 0, 0, 4, 0, 0, 0, 0, 0] : []) + bytes.dropFirst()
        let size = first < 2 ? 1 : Int(first)
        var open = Set(keys)
        var isOver = false
        while !isOver, !rest.isEmpty {
            let piece = Array(rest.prefix(size))
            rest.removeFirst(piece.count)
            isOver = (try? framing.receive(piece)) == nil
            while !framing.takeOutgoing().isEmpty {}
            for arrival in framing.takeArrivals() {
                promise(open.remove(arrival.key) != nil, "\(arrival.key) is answered twice")
                guard case .success(let payload) = arrival.outcome else { continue }
                promise(payload.message.count <= 65_535, "\(payload.message.count) bytes")
                _ = try? Message(decoding: payload.message)
            }
        }
    }
}
