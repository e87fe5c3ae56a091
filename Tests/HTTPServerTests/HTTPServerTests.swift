import HTTPServer
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(1))) struct HTTPServerTests {
    /// Answers with all that it was asked.
    private static let echo: @Sendable (HTTPRequest) async -> HTTPResponse = { request in
        let query = request.query.map { "\($0.name)=\($0.value)" }.joined(separator: "&")
        return HTTPResponse(
            text: "\(request.method)|\(request.path)|\(query)|\(request.header("ACCEPT") ?? "-")|"
                + "\(String(decoding: request.body, as: UTF8.self))|\(request.remoteAddress)\n")
    }

    private func serving(
        _ handler: @escaping @Sendable (HTTPRequest) async -> HTTPResponse = echo,
        _ body: (UInt16, HTTPServer) async throws -> Void
    ) async throws {
        let server = try HTTPServer(listeningOn: ["127.0.0.1:0"], handler: handler)
        try await body(try #require(server.boundPorts.first), server)
        await server.stop(by: .now + .seconds(5))
    }

    @Test func getReachesTheHandlerDecoded() async throws {
        try await serving { port, _ in
            let answer = await exchange(
                port,
                get(
                    "/a%20b/c+d?t=b%C3%BCcher.example&t=2&flag&x=1%2B1+2&&bad=%zz%4&e=a=b",
                    "Accept: text/html\r\nAccept: */*\r\n"))
            #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n"))
            #expect(answer.contains("\r\nContent-Type: text/plain; charset=utf-8\r\n"))
            #expect(
                answer.hasSuffix(
                    "GET|/a b/c+d|t=bücher.example&t=2&flag=&x=1+1 2&bad=%zz%4&e=a=b|"
                        + "text/html, */*||127.0.0.1\n"))
        }
    }

    @Test(arguments: [
        ("http://a:80/probe?target=x", "GET|/probe|target=x|"), ("HTTP://a?b", "GET|/|b=|"),
        ("/?", "GET|/||"), ("/?=&=1", "GET|/|=&=1|"), ("/%2e%2E/%ff", "GET|/../\u{fffd}||"),
        ("/?target=bücher", "GET|/|target=bücher|"), ("*", "GET|*||"),
    ])
    func requestTargets(target: String, expected: String) async throws {
        try await serving { port, _ in
            #expect(await exchange(port, get(target)).contains("\r\n\r\n" + expected))
        }
    }

    @Test func headHasTheFieldsOfGetAndNoBody() async throws {
        try await serving { port, _ in
            let answer = await exchange(port, get("/h", method: "HEAD"))
            #expect(answer.contains("\r\nContent-Length: 21\r\n"))
            #expect(answer.hasSuffix("\r\n\r\n"))
        }
    }

    @Test func postBodies() async throws {
        try await serving { port, _ in
            let short = await exchange(
                port, get("/p", method: "POST", "Content-Length: 5\r\n") + "hello")
            #expect(short.hasSuffix("POST|/p||-|hello|127.0.0.1\n"))
            let chunked = await exchange(
                port,
                get("/p", method: "POST", "Transfer-Encoding: chunked\r\n")
                    + "5\r\nhello\r\n3\r\n, w\r\n0\r\n\r\n")
            #expect(chunked.hasSuffix("POST|/p||-|hello, w|127.0.0.1\n"))
            let full = String(repeating: "x", count: HTTPServer.bodyLimit)
            let most = await exchange(
                port, get("/p", method: "POST", "Content-Length: \(full.utf8.count)\r\n") + full)
            #expect(most.contains("|\(full)|"))
        }
    }

    @Test func tooLargeBodiesAreRefused() async throws {
        try await serving { port, _ in
            let announced = await exchange(
                port, get("/p", method: "POST", "Content-Length: 65537\r\n"))
            #expect(announced.hasPrefix("HTTP/1.1 413 "))
            let piece = String(repeating: "x", count: 0x8000)
            let chunks = (0..<3).map { _ in "8000\r\n\(piece)\r\n" }.joined()
            let chunked = get("/p", method: "POST", "Transfer-Encoding: chunked\r\n") + chunks
            #expect(await exchange(port, chunked + "0\r\n\r\n").hasPrefix("HTTP/1.1 413 "))
            let endless = (0..<40).map { _ in "8000\r\n\(piece)\r\n" }.joined()
            let cut = await exchange(
                port, get("/p", method: "POST", "Transfer-Encoding: chunked\r\n") + endless)
            #expect(!cut.contains(" 200 "))
        }
    }

    @Test func longLinesAndGarbageAreRefused() async throws {
        try await serving { port, _ in
            let long = await exchange(port, get("/" + String(repeating: "a", count: 40_000)))
            #expect(long.hasPrefix("HTTP/1.1 414 "))
            let field = "X: " + String(repeating: "a", count: 40_000) + "\r\n"
            #expect(await exchange(port, get("/", field)).hasPrefix("HTTP/1.1 431 "))
            #expect(await exchange(port, "GET / HTTP/1.1\r\n\r\n").hasPrefix("HTTP/1.1 400 "))
            var garbage = ["\u{16}\u{3}\u{1}\u{2}\r\n\r\n", "\r\n\r\n\r\n", "GET\r\n\r\n", "x"]
                .map { Array($0.utf8) }
            for _ in 0..<100 {
                garbage.append((0..<200).map { _ in UInt8.random(in: 0...255) })
                garbage.append(Array("GET /".utf8) + garbage[garbage.count - 1])
            }
            await offPool { [garbage] in
                for bytes in garbage { Client(port: port).send(bytes) }
            }
            #expect(await exchange(port, get("/still")).contains("GET|/still|"))
        }
    }

    @Test func responsesCannotCarryLineBreaksInFields() async throws {
        let handler: @Sendable (HTTPRequest) async -> HTTPResponse = { _ in
            HTTPResponse(status: 42, headers: [("A", "1\r\nInjected: 1"), ("B", "2")])
        }
        try await serving(handler) { port, _ in
            let answer = await exchange(port, get("/"))
            #expect(answer.hasPrefix("HTTP/1.1 500 "))
            #expect(answer.contains("B: 2") && !answer.contains("Injected"))
        }
    }

    @Test func pipelinedRequestsAreAnsweredInOrder() async throws {
        try await serving { port, _ in
            let answer = await offPool {
                let client = Client(port: port)
                client.send((1...20).map { "GET /\($0) HTTP/1.1\r\nHost: a\r\n\r\n" }.joined())
                return client.receive(until: "|127.0.0.1\n", times: 20)
            }
            let paths = answer.split(separator: "\r\n\r\n").compactMap { part in
                part.hasPrefix("GET|") ? part.split(separator: "|")[1] : nil
            }
            #expect(paths == (1...20).map { "/\($0)" })
        }
    }

    @Test func curlAgrees() async throws {
        try await serving { port, _ in
            let output = try #require(
                await offPool {
                    run("curl -sS -m 10 -d body=1 'http://127.0.0.1:\(port)/a?b=c%20d'")
                })
            #expect(output == "POST|/a|b=c d|*/*|body=1|127.0.0.1\n")
        }
    }
}
