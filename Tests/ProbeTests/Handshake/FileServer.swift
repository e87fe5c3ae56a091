import Sockets

@testable import Probe

/// An HTTP server on loopback: the file of a path, or what a test makes of the request's body.
struct FileServer: Sendable {
    typealias Answer = @Sendable (_ path: String, _ body: [UInt8]) -> [UInt8]?

    private let server: LoopbackServer

    /// Nil is 404.
    init(_ answer: @escaping Answer) throws {
        server = try LoopbackServer { connection in
            var bytes: [UInt8] = []
            while Self.parts(bytes) == nil { bytes += try await connection.hello() }
            guard let (path, body) = Self.parts(bytes) else { return }
            let content = answer(path, body)
            let status = content == nil ? "404 Not Found" : "200 OK"
            try await connection.write("HTTP/1.1 \(status)\r\nContent-Type: x/y\r\n\r\n")
            try await connection.write(content ?? [], by: soon())
            try await connection.end()
        }
    }

    func location(_ path: String) -> String { "http://\(server.address)/\(path)" }

    /// Path and body, once all of a request is there.
    private static func parts(_ bytes: [UInt8]) -> (path: String, body: [UInt8])? {
        guard let end = bytes.firstRange(of: Array("\r\n\r\n".utf8)) else { return nil }
        let lines = String(decoding: bytes[..<end.lowerBound], as: UTF8.self).split(
            separator: "\r\n")
        let field = lines.first { $0.hasPrefix("Content-Length: ") }
        let length = field.flatMap { Int($0.dropFirst(16)) } ?? 0
        let body = bytes[end.upperBound...]
        guard body.count >= length, let path = lines.first?.split(separator: " ").dropFirst().first
        else { return nil }
        return (String(path.dropFirst()), Array(body))
    }
}

extension HTTPFetch {
    /// Long timers, so that a busy machine decides nothing.
    static func patient(
        _ resolvers: [Resolver] = [], policy: AddressRule = AddressRule(),
        timer: Duration = .seconds(20)
    ) -> HTTPFetch {
        HTTPFetch(
            resolvers: resolvers, policy: policy, questionTimer: .seconds(10), timer: timer,
            deadline: .now + .seconds(60))
    }
}
