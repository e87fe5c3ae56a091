import Testing

@testable import HTTPServer

@Suite(.timeLimit(.minutes(1))) struct ContentCodingTests {
    /// RFC 9110 12.5.3, and what Prometheus, Go, curl and browsers send.
    @Test(
        arguments: [
            (nil, false), ("", false), ("gzip", true), ("GZIP", true), ("x-gzip", true),
            ("gzip, deflate, br, zstd", true), ("gzip;q=1.0, *;q=0.5", true), ("*", true),
            ("*;q=0", false), ("gzip;q=0", false), ("gzip; q=0.000", false), ("*, gzip;q=0", false),
            ("identity", false), ("br", false), ("identity;q=1, gzip;q=0.5", false),
            ("gzip;q=0.5, identity;q=0.5", true), ("identity;q=0, gzip;q=0.1", true),
            ("gzip;q=high", false), ("gzip;q=2", false), ("gzip;q=-1", false), ("gzipped", false),
        ] as [(String?, Bool)])
    func negotiation(_ header: String?, _ wanted: Bool) {
        #expect(ContentCoding.wantsGzip(header) == wanted)
    }

    private func serving(
        _ response: HTTPResponse, _ body: (UInt16) async throws -> Void
    ) async throws {
        let server = try HTTPServer(listeningOn: ["127.0.0.1:0"]) { _ in response }
        try await body(try #require(server.boundPorts.first))
        await server.stop(by: .now + .seconds(5))
    }

    /// curl inflates what it was sent; its own count tells that it was sent less.
    @Test func longPagesAreCompressed() async throws {
        let text = (0..<2000).map { "series_\($0 % 7){label=\"\($0)\"} 1\n" }.joined()
        var response = HTTPResponse(text: text)
        response.vary(by: "Accept")
        try await serving(response) { port in
            let curl = "curl -sS -m 10 -w '%{size_download}' http://127.0.0.1:\(port)/"
            let inflated = try #require(await offPool { run(curl + " --compressed") })
            #expect(inflated.hasPrefix(text))
            let size = try #require(Int(inflated.dropFirst(text.count)))
            #expect(size * 4 < text.utf8.count)
            let plain = try #require(await offPool { run(curl) })
            #expect(plain == text + "\(text.utf8.count)")
            let head = await exchange(port, get("/", "Accept-Encoding: gzip\r\n"))
            #expect(head.contains("\r\nContent-Encoding: gzip\r\n"))
            #expect(head.contains("\r\nContent-Length: \(size)\r\n"))
            #expect(head.contains("\r\nVary: Accept, Accept-Encoding\r\n"))
            let other = await exchange(port, get("/"))
            #expect(!other.contains("Content-Encoding"))
            #expect(other.contains("\r\nVary: Accept, Accept-Encoding\r\n"))
        }
    }

    @Test func shortPagesAreNot() async throws {
        let text = String(repeating: "a", count: ContentCoding.leastCount - 1)
        try await serving(HTTPResponse(text: text)) { port in
            let answer = await exchange(port, get("/", "Accept-Encoding: gzip\r\n"))
            #expect(answer.hasSuffix("\r\n\r\n" + text))
            #expect(!answer.contains("Vary"))
        }
    }
}
