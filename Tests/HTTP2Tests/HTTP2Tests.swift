import HTTP2
import Testing

/// Client and server against each other, and what a client makes of a server that misbehaves.
@Suite struct HTTP2Tests {
    @Test(arguments: [1, 7, Int.max]) func requestsAndResponses(piece: Int) throws {
        let pair = try Pair()
        let get = try pair.client.submit(
            HTTP2Request(authority: "dns.example:8443", path: "/dns-query?dns=AAAB"))
        let body = Array((0..<40_000).map { UInt8(truncatingIfNeeded: $0) })
        let post = try pair.client.submit(
            HTTP2Request(
                method: "POST", authority: "dns.example", path: "/dns-query",
                fields: [HTTP2Field("content-type", "application/dns-message")], body: body))
        try pair.settle(inPiecesOf: piece)
        try #require(pair.requests.count == 2)
        #expect(pair.requests.map(\.stream) == [get, post])
        #expect(pair.requests[0].request.path == "/dns-query?dns=AAAB")
        #expect(pair.requests[0].request.authority == "dns.example:8443")
        #expect(pair.requests[1].request.method == "POST")
        #expect(pair.requests[1].request.body == body)

        // The later one is answered first.
        pair.server.respond(HTTP2Response(status: 404), on: post)
        try pair.settle(inPiecesOf: piece)
        #expect(pair.responses[post] == HTTP2Response(status: 404))
        #expect(pair.responses[get] == nil)
        let answer = HTTP2Response(
            status: 200, fields: [HTTP2Field("content-type", "application/dns-message")],
            body: body)
        pair.server.respond(answer, on: get)
        try pair.settle(inPiecesOf: piece)
        #expect(pair.responses[get] == answer)
        #expect(pair.failures.isEmpty && pair.client.takesRequests)
    }

    @Test func manyRequestsWaitForTheirTurn() throws {
        let pair = try Pair()
        let streams = try (0..<500).map { _ in try pair.client.submit(.simple) }
        var answered = 0
        while answered < streams.count {
            try pair.settle()
            try #require(pair.requests.count > answered)
            for (stream, _) in pair.requests[answered...] {
                pair.server.respond(HTTP2Response(status: 200, body: [1]), on: stream)
            }
            answered = pair.requests.count
        }
        try pair.settle()
        #expect(Set(pair.responses.keys) == Set(streams))
    }

    @Test func bodyOverTheLimitEndsThatStreamOnly() throws {
        let pair = try Pair(limits: HTTP2Limits(body: 1000))
        let (large, small) = (try pair.client.submit(.simple), try pair.client.submit(.simple))
        try pair.settle()
        pair.server.respond(
            HTTP2Response(status: 200, body: Array(repeating: 7, count: 1_000_000)), on: large)
        pair.server.respond(
            HTTP2Response(status: 200, body: Array(repeating: 7, count: 1000)), on: small)
        try pair.settle()
        #expect(pair.failures == [large: .overLimit])
        #expect(pair.responses[small]?.body.count == 1000)
    }

    @Test func fieldsOverTheLimitEndThatStreamOnly() throws {
        let pair = try Pair(limits: HTTP2Limits(fields: 2000))
        let (large, small) = (try pair.client.submit(.simple), try pair.client.submit(.simple))
        try pair.settle()
        let fields = (0..<50).map { HTTP2Field("x-\($0)", "01234567890123456789") }
        pair.server.respond(HTTP2Response(status: 200, fields: fields), on: large)
        pair.server.respond(HTTP2Response(status: 200), on: small)
        try pair.settle()
        #expect(pair.failures == [large: .overLimit])
        #expect(pair.responses[small]?.status == 200)
    }

    @Test func goAwayLeavesWhatWasTaken() throws {
        let pair = try Pair()
        let taken = try pair.client.submit(.simple)
        try pair.settle()
        pair.server.goAway()
        let late = try pair.client.submit(.simple)
        try pair.settle()
        #expect(!pair.client.takesRequests)
        #expect(pair.failures == [late: .refused])
        pair.server.respond(HTTP2Response(status: 200), on: taken)
        // Client and server have nothing more to say then, which ends the connection.
        try? pair.settle()
        pair.note()
        #expect(pair.responses[taken]?.status == 200)
    }

    @Test func refusedRequestsAreTold() throws {
        let pair = try Pair()
        let stream = try pair.client.submit(.simple)
        try pair.settle()
        pair.server.refuse(stream)
        try pair.settle()
        #expect(pair.failures == [stream: .refused])
        #expect(pair.client.takesRequests)
    }

    @Test func cancelledRequestsAreSilent() throws {
        let pair = try Pair()
        let stream = try pair.client.submit(.simple)
        try pair.settle()
        pair.client.cancel(stream)
        pair.server.respond(HTTP2Response(status: 200, body: [1, 2, 3]), on: stream)
        try pair.settle()
        #expect(pair.responses.isEmpty && pair.failures.isEmpty)
        let next = try pair.client.submit(.simple)
        try pair.settle()
        pair.server.respond(HTTP2Response(status: 200), on: next)
        try pair.settle()
        #expect(pair.responses[next]?.status == 200)
    }
}
