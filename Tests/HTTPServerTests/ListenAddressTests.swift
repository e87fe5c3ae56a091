import HTTPServer
import Testing

@Suite struct ListenAddressTests {
    private let handler: @Sendable (HTTPRequest) async -> HTTPResponse = { request in
        HTTPResponse(text: request.remoteAddress)
    }

    @Test func everyForm() async throws {
        let server = try HTTPServer(
            listeningOn: [":0", "127.0.0.1:0", "[::1]:0", "0.0.0.0:0", "[::]:0"], handler: handler)
        let ports = server.boundPorts
        #expect(ports.count == 5 && Set(ports).count == 5 && !ports.contains(0))
        let urls = [
            "127.0.0.1:\(ports[0])", "[::1]:\(ports[0])", "127.0.0.1:\(ports[1])",
            "[::1]:\(ports[2])", "127.0.0.1:\(ports[3])", "[::1]:\(ports[4])",
        ]
        for url in urls {
            let seen = await offPool { run("curl -sSg -m 10 'http://\(url)/'") }
            #expect(seen == (url.hasPrefix("[") ? "::1" : "127.0.0.1"))
        }
        await server.stop(by: .now + .seconds(5))
    }

    @Test(arguments: [
        "", "10853", "localhost:10853", "127.0.0.1", "::1:80", "[::1]", "[127.0.0.1]:80", ":",
        ":65536", ":-1", ":+1", "127.0.0.1:80 ", "[]:80", "[::1:80", "1.2.3:80",
    ])
    func otherTextIsRefused(text: String) {
        #expect(throws: HTTPServerError.invalidAddress(text)) {
            try HTTPServer(listeningOn: [text], handler: handler)
        }
        #expect("\(HTTPServerError.invalidAddress(text))".hasPrefix("\"\(text)\" is no listen "))
    }

    @Test func anAddressInUseIsNamed() async throws {
        let server = try HTTPServer(listeningOn: ["127.0.0.1:0"], handler: handler)
        let taken = "127.0.0.1:\(server.boundPorts[0])"
        let error = #expect(throws: HTTPServerError.self) {
            try HTTPServer(listeningOn: ["127.0.0.1:0", taken], handler: handler)
        }
        #expect(
            error?.description
                == "Cannot listen on \(taken): another program, or another of these addresses, "
                + "uses it already.")
        await server.stop(by: .now + .seconds(5))
        let again = try HTTPServer(listeningOn: [taken], handler: handler)
        await again.stop(by: .now + .seconds(5))
    }

    @Test func aForeignAddressIsNamed() {
        let error = #expect(throws: HTTPServerError.self) {
            try HTTPServer(listeningOn: ["192.0.2.1:0"], handler: handler)
        }
        #expect(error?.description.contains("192.0.2.1:0: no interface of this host") == true)
    }
}
