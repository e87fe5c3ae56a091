import Addresses
import HTTP2
import Peers
import Sockets
import Testing

/// nghttp2's own server, over TCP.
@Suite(.enabled(if: Program.arePresent("nghttpd"), "needs nghttp2-server"))
struct RealServerTests {
    @Test func filesOfNghttpd() async throws {
        let directory = try await Ground.shared.value.newDirectory("nghttpd")
        let large = String(repeating: "0123456789", count: 6000)
        try write("hello\n", to: directory + "/small")
        try write(large, to: directory + "/large")
        let port = freePort()
        let server = try await Daemon(
            "nghttpd", ["--no-tls", "-a", "127.0.0.1", "-d", directory, "\(port)"], in: directory,
            until: .port("127.0.0.1", port))
        let address = try #require(SocketAddress("127.0.0.1:\(port)"))
        let end = Deadline.now + .seconds(30)
        let connection = try await TCPConnection.connect(to: address, by: end)
        let client = try HTTP2Client()
        var waiting: Set<HTTP2Client.Stream> = []
        var paths: [HTTP2Client.Stream: String] = [:]
        for path in ["/small", "/large", "/none", "/small"] {
            let stream = try client.submit(
                HTTP2Request(scheme: "http", authority: "localhost", path: path))
            waiting.insert(stream)
            paths[stream] = path
        }
        var found: [String: HTTP2Response] = [:]
        while !waiting.isEmpty {
            try await connection.write(try client.takeOutgoing(), by: end)
            let bytes = try await connection.read(atMost: 16_384, by: end)
            try #require(!bytes.isEmpty)
            try client.receive(bytes)
            for event in client.takeEvents() {
                guard case .response(let stream, let response) = event else {
                    Issue.record("\(event)")
                    return
                }
                waiting.remove(stream)
                paths[stream].map { found[$0] = response }
            }
        }
        #expect(found["/small"]?.body == Array("hello\n".utf8))
        #expect(found["/large"]?.body == Array(large.utf8))
        #expect(found["/none"]?.status == 404)
        #expect(found["/small"]?.value(of: "server")?.hasPrefix("nghttpd") == true)
        await server.stop()
    }
}
