import HTTP2

/// A client and a server joined in memory, both nghttp2's.
final class Pair {
    let client: HTTP2Client
    let server: HTTP2Server
    private(set) var requests: [(stream: HTTP2Server.Stream, request: HTTP2Request)] = []
    private(set) var responses: [HTTP2Client.Stream: HTTP2Response] = [:]
    private(set) var failures: [HTTP2Client.Stream: HTTP2StreamFailure] = [:]

    init(limits: HTTP2Limits = HTTP2Limits()) throws {
        (client, server) = (try HTTP2Client(limits: limits), try HTTP2Server())
    }

    /// Carries bytes until neither has more, in pieces of `size` bytes.
    func settle(inPiecesOf size: Int = .max) throws {
        while true {
            let (up, down) = (try client.takeOutgoing(), try server.takeOutgoing())
            if up.isEmpty, down.isEmpty { return }
            for piece in up.pieces(of: size) { requests += try server.receive(piece) }
            for piece in down.pieces(of: size) { try client.receive(piece) }
            note()
        }
    }

    func note() {
        for event in client.takeEvents() {
            switch event {
            case .response(let stream, let response): responses[stream] = response
            case .failed(let stream, let failure): failures[stream] = failure
            }
        }
    }
}

extension [UInt8] {
    func pieces(of size: Int) -> [[UInt8]] {
        guard size < count else { return isEmpty ? [] : [self] }
        return stride(from: 0, to: count, by: size).map { start in
            Array(self[start..<Swift.min(start + size, count)])
        }
    }
}

/// Frames made by hand (RFC 9113 4.1).
enum Frame {
    static func bytes(
        _ type: UInt8, flags: UInt8 = 0, stream: UInt32 = 0, _ payload: [UInt8] = []
    ) -> [UInt8] {
        let length = payload.count
        var bytes = [UInt8(length >> 16), UInt8(length >> 8 & 0xff), UInt8(length & 0xff)]
        bytes += [type, flags]
        for shift in [24, 16, 8, 0] { bytes.append(UInt8(truncatingIfNeeded: stream >> shift)) }
        return bytes + payload
    }

    static let settings = bytes(4)
    static let ping = bytes(6, [0, 1, 2, 3, 4, 5, 6, 7])

    static let text = Array("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n".utf8)
    static let zeros = [UInt8](repeating: 0, count: 40)

    /// Behind the acknowledgement of our settings, which forbid it.
    static let push =
        settings + bytes(4, flags: 1) + bytes(5, flags: 4, stream: 1, [0, 0, 0, 2, 0x82])

    static func after(_ frame: [UInt8]) -> [UInt8] { settings + frame }

    /// A field that is in no table (RFC 7541 6.2.2).
    static func field(_ name: String, _ value: String) -> [UInt8] {
        var bytes: [UInt8] = [0, UInt8(name.utf8.count)]
        bytes += name.utf8
        bytes.append(UInt8(value.utf8.count))
        return bytes + value.utf8
    }
}

extension HTTP2Request {
    static let simple = HTTP2Request(authority: "dns.example", path: "/")
}
