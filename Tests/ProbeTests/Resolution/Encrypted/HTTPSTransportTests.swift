import Addresses
import DNS
import HTTP2
import Hostile
import OpenSSL
import Sockets
import Synchronization
import Testing

@testable import Probe

/// DNS over HTTPS against servers of the test's own.
@Suite struct HTTPSTransportTests {
    private let world: EncryptedWorld

    init() throws { world = try EncryptedWorld.shared.get() }

    private func peer(
        _ answer: @escaping @Sendable (HTTP2Request, Int) throws -> HTTP2Response?
    ) throws -> EncryptedPeer {
        try EncryptedPeer(try world.context(alpn: ["h2"])) { stream, number in
            try await stream.serveHTTP { request, stream, server in
                if let response = try answer(request, number) {
                    server.respond(response, on: stream)
                }
            }
        }
    }

    @Test(arguments: ["GET", "POST"]) func asksByTheMethod(_ method: String) async throws {
        let seen = Mutex<[HTTP2Request]>([])
        let peer = try peer { request, _ in
            seen.withLock { $0.append(request) }
            return try request.dnsAnswer()
        }
        let counts = ExchangeCounts()
        let exchange = try world.exchange(
            peer.address, https: method == "GET" ? "/dns-query{?dns}" : "/dns-query",
            counts: counts)
        for _ in 0..<3 {
            let lookup = try await exchange.ask()
            #expect(lookup.response?.answers.count == 1)
            #expect(lookup.attempts.map(\.transport) == [.https])
        }
        #expect(peer.connections == 1)
        #expect(counts.snapshot == [.init(transport: "https", outcome: "answered"): 3])
        let requests = seen.withLock { $0 }
        // The same question is the same request, so that caches may know it.
        #expect(requests.count == 3 && Set(requests).count == 1)
        let request = try #require(requests.first)
        #expect(request.method == method && request.scheme == "https")
        #expect(request.authority == "dns.example:\(peer.address.port)")
        #expect(request.fields.contains(HTTP2Field("accept", "application/dns-message")))
        let query = try Message(decoding: try request.dnsQuery())
        #expect(query.id == 0 && query.edns?.options.map(\.code) == [12])
        if method == "POST" {
            #expect(request.path == "/dns-query")
            #expect(request.fields.contains(HTTP2Field("content-type", "application/dns-message")))
            #expect(request.body.count == 128)
        } else {
            #expect(request.path.hasPrefix("/dns-query?dns="))
        }
    }

    @Test func manyQuestionsShareAConnection() async throws {
        let peer = try peer { request, _ in try request.dnsAnswer() }
        let exchange = try world.exchange(peer.address, https: "/dns-query")
        let lookups = try await withThrowingTaskGroup(of: Lookup.self) { group in
            for number in 0..<300 {
                group.addTask { try await exchange.ask("n\(number).example.test") }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        for lookup in lookups {
            #expect(lookup.response?.answers.first?.owner == lookup.question.name)
        }
        #expect(lookups.count == 300 && peer.connections == 1)
    }

    @Test(arguments: [204, 302, 400, 403, 404, 415, 500, 503]) func statuses(_ status: Int)
        async throws
    {
        let peer = try peer { request, _ in
            var response = try request.dnsAnswer()
            response.status = status
            // An empty 204 has the status of a success, and no message.
            if status == 204 { response = HTTP2Response(status: 204) }
            return response
        }
        let lookup = try await world.exchange(peer.address, https: "/dns-query").ask()
        switch lookup.failure {
        case .httpStatus(status, let words)? where status != 204:
            #expect(words.contains("\(status)"))
        case .contentType? where status == 204: break
        default: Issue.record("\(lookup.outcome)")
        }
    }

    @Test(arguments: ["text/html", "application/dns-json", "", "application/dns-messages"])
    func contentTypes(_ type: String) async throws {
        let peer = try peer { request, _ in
            var response = try request.dnsAnswer()
            response.fields = type.isEmpty ? [] : [HTTP2Field("content-type", type)]
            return response
        }
        let lookup = try await world.exchange(peer.address, https: "/dns-query").ask()
        guard case .contentType(let words) = lookup.failure else {
            Issue.record("\(lookup.outcome)")
            return
        }
        #expect(words.contains(type))
    }

    @Test func contentTypeWithAParameter() async throws {
        let peer = try peer { request, _ in
            var response = try request.dnsAnswer()
            response.fields = [
                HTTP2Field("content-type", "Application/DNS-Message; charset=utf-8")
            ]
            return response
        }
        let lookup = try await world.exchange(peer.address, https: "/dns-query").ask()
        #expect(lookup.response != nil)
    }

    /// RFC 8484 5.1: what a cache has held it for is no longer to live.
    @Test(arguments: [(100, 200), (400, 0), (0, 300)]) func ageIsTakenFromTheTTL(
        _ age: Int, _ left: UInt32
    ) async throws {
        let peer = try peer { request, _ in
            var response = try request.dnsAnswer()
            response.fields.append(HTTP2Field("age", "\(age)"))
            return response
        }
        let lookup = try await world.exchange(peer.address, https: "/dns-query{?dns}").ask()
        #expect(lookup.response?.answers.first?.ttl == left)
    }

    @Test(arguments: [[UInt8](), [0], Array(repeating: 0xff, count: 600)])
    func bodiesThatAreNoMessage(_ body: [UInt8]) async throws {
        let peer = try peer { request, _ in
            var response = try request.dnsAnswer()
            response.body = body
            return response
        }
        let lookup = try await world.exchange(peer.address, https: "/dns-query").ask()
        guard case .malformed = lookup.failure else {
            Issue.record("\(lookup.outcome)")
            return
        }
    }

    @Test(arguments: [65_536, 4_000_000]) func bodyOverTheLimit(_ size: Int) async throws {
        let peer = try peer { request, _ in
            var response = try request.dnsAnswer()
            response.body = Array(repeating: 1, count: size)
            return response
        }
        let lookup = try await world.exchange(peer.address, https: "/dns-query").ask()
        guard case .http(let words) = lookup.failure else {
            Issue.record("\(lookup.outcome)")
            return
        }
        #expect(words.contains("more than a DNS message"))
    }

    @Test(arguments: [[], ["http/1.1"]]) func withoutHTTP2(_ alpn: [String]) async throws {
        let peer = try EncryptedPeer(try world.context(alpn: alpn)) { stream, _ in
            _ = try await stream.read()
            try await stream.write(Array("HTTP/1.1 400 Bad Request\r\n\r\n".utf8))
        }
        let lookup = try await world.exchange(peer.address, https: "/dns-query").ask()
        guard case .http(let words) = lookup.failure else {
            Issue.record("\(lookup.outcome)")
            return
        }
        #expect(words.contains("does not speak HTTP/2"))
    }

    /// It says h2, and speaks something else.
    @Test func brokenHTTP2() async throws {
        let peer = try EncryptedPeer(try world.context(alpn: ["h2"])) { stream, _ in
            _ = try await stream.read()
            try await stream.write(Array("HTTP/1.1 400 Bad Request\r\n\r\n".utf8))
            while !(try await stream.read().isEmpty) {}
        }
        let lookup = try await world.exchange(peer.address, https: "/dns-query").ask()
        guard case .http = lookup.failure else {
            Issue.record("\(lookup.outcome)")
            return
        }
    }

    @Test func untrustedCertificate() async throws {
        let context = try world.context(alpn: ["h2"], isSelfSigned: true)
        let peer = try EncryptedPeer(context) { stream, _ in
            try await stream.serveHTTP { _, _, _ in Issue.record("it was asked") }
        }
        let lookup = try await world.exchange(peer.address, https: "/dns-query").ask()
        guard case .untrusted = lookup.failure else {
            Issue.record("\(lookup.outcome)")
            return
        }
    }

    /// Servers say GOAWAY after so many requests, and answer what they have.
    @Test func goAwayLosesNothing() async throws {
        let peer = try EncryptedPeer(try world.context(alpn: ["h2"])) { stream, _ in
            var count = 0
            try await stream.serveHTTP { request, stream, server in
                count += 1
                if count == 3 { server.goAway() }
                server.respond(try request.dnsAnswer(), on: stream)
            }
        }
        let exchange = try world.exchange(peer.address, https: "/dns-query")
        for _ in 0..<9 { #expect(try await exchange.ask().response != nil) }
        #expect(peer.connections == 3)
    }

    @Test func refusedRequestIsPutAgainOnce() async throws {
        for isEndless in [false, true] {
            let peer = try EncryptedPeer(try world.context(alpn: ["h2"])) { stream, number in
                try await stream.serveHTTP { request, stream, server in
                    if number == 1 || isEndless {
                        server.refuse(stream)
                    } else {
                        server.respond(try request.dnsAnswer(), on: stream)
                    }
                }
            }
            let lookup = try await world.exchange(peer.address, https: "/dns-query").ask()
            #expect((lookup.response != nil) == !isEndless)
            #expect(peer.connections == 2)
        }
    }

    @Test func staleOneIsReplacedOnce() async throws {
        let peer = try EncryptedPeer(try world.context(alpn: ["h2"])) { stream, number in
            var count = 0
            try await stream.serveHTTP { request, place, server in
                count += 1
                if number == 1, count == 2 { throw SocketError.cancelled }
                server.respond(try request.dnsAnswer(), on: place)
            }
        }
        let exchange = try world.exchange(peer.address, https: "/dns-query")
        for _ in 0..<3 { #expect(try await exchange.ask().response != nil) }
        #expect(peer.connections == 2)
    }

    @Test func silenceEndsWithTheTimer() async throws {
        let peer = try peer { _, _ in nil }
        let start = Deadline.now
        let lookup = try await world.exchange(peer.address, https: "/dns-query")
            .ask(timer: .milliseconds(500))
        #expect(lookup.failure == .timedOut)
        #expect(Deadline.now - start < .seconds(30))
    }

    /// PING after PING, each to be answered, and never an answer of its own.
    @Test(arguments: [6, 4] as [UInt8]) func frameFloodEnds(_ type: UInt8) async throws {
        let peer = try EncryptedPeer(try world.context(alpn: ["h2"])) { stream, _ in
            _ = try await stream.read()
            try await stream.write([0, 0, 0, 4, 0, 0, 0, 0, 0])
            let frame: [UInt8] =
                type == 6
                ? [0, 0, 8, 6, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8]
                : [0, 0, 0, 4, 0, 0, 0, 0, 0]
            let flood = Array(repeatElement(frame, count: 900).joined())
            while true { try await stream.write(flood) }
        }
        let lookup = try await world.exchange(peer.address, https: "/dns-query")
            .ask(timer: .seconds(60))
        switch lookup.failure {
        case .malformed, .http: break
        default: Issue.record("\(lookup.outcome)")
        }
    }
}

extension TLSStream {
    /// Hands each request to `answer`, until the peer goes or `answer` throws.
    func serveHTTP(
        _ answer: (HTTP2Request, HTTP2Server.Stream, HTTP2Server) throws -> Void
    ) async throws {
        let server = try HTTP2Server()
        while true {
            try await write(server.takeOutgoing())
            let bytes = try await read()
            guard !bytes.isEmpty else { return }
            do {
                for (stream, request) in try server.receive(bytes) {
                    try answer(request, stream, server)
                }
            } catch {
                return
            }
            while case let bytes = try server.takeOutgoing(), !bytes.isEmpty {
                try await write(bytes)
            }
        }
    }
}

extension HTTP2Request {
    /// The DNS message of a GET or a POST (RFC 8484 4.1).
    func dnsQuery() throws -> [UInt8] {
        guard method == "GET" else { return body }
        let mark = try #require(path.firstRange(of: "?dns="))
        let alphabet = Array(
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
        var (bytes, word, bits): ([UInt8], Int, Int) = ([], 0, 0)
        for letter in path[mark.upperBound...] {
            word = (word << 6 | (try #require(alphabet.firstIndex(of: letter)))) & 0xffff
            bits += 6
            if bits >= 8 {
                bits -= 8
                bytes.append(UInt8(word >> bits & 0xff))
            }
        }
        return bytes
    }

    func dnsAnswer() throws -> HTTP2Response {
        let query = try Message(decoding: try dnsQuery())
        return HTTP2Response(
            status: 200, fields: [HTTP2Field("content-type", "application/dns-message")],
            body: query.positiveAnswer)
    }
}
