import HTTP2
import Testing

/// Frames that no server should send: a client ends the connection or the stream, and holds no more than its limits.
@Suite struct HostileServerTests {
    private func client() throws -> (HTTP2Client, HTTP2Client.Stream) {
        let client = try HTTP2Client()
        let stream = try client.submit(.simple)
        _ = try client.takeOutgoing()
        return (client, stream)
    }

    @Test(arguments: Self.ends) func connectionEnds(_ what: String, _ bytes: [UInt8]) throws {
        let (client, stream) = try client()
        var hasEnded = false
        // The client's own GOAWAY has to be taken before nothing is left to do.
        for bytes in [bytes, Frame.ping, Frame.ping] where !hasEnded {
            do { try client.receive(bytes) } catch { hasEnded = true }
            _ = try client.takeOutgoing()
        }
        let isRefused = client.takeEvents().contains {
            if case .failed(stream, _) = $0 { true } else { false }
        }
        #expect(hasEnded || isRefused)
        #expect(!client.takesRequests)
    }

    @Test(arguments: Self.resets) func streamEnds(_ what: String, _ fields: [UInt8]) throws {
        let (client, stream) = try client()
        try client.receive(Frame.settings + Frame.bytes(1, flags: 5, stream: 1, fields))
        let events = client.takeEvents()
        _ = try client.takeOutgoing()
        let more = events.isEmpty ? client.takeEvents() : events
        guard case .failed(stream, .reset) = more.first else {
            Issue.record("\(what) gives \(more)")
            return
        }
    }

    @Test func informationalResponsesAndTrailersArePassedOver() throws {
        let (client, stream) = try client()
        try client.receive(
            Frame.settings
                + Frame.bytes(1, flags: 4, stream: 1, Frame.field(":status", "103"))
                + Frame.bytes(1, flags: 4, stream: 1, [0x88] + Frame.field("a", "b"))
                + Frame.bytes(0, stream: 1, [1, 2, 3])
                + Frame.bytes(1, flags: 5, stream: 1, Frame.field("trailer", "c")))
        guard case .response(stream, let response) = client.takeEvents().first else {
            Issue.record("no response")
            return
        }
        #expect(
            response
                == HTTP2Response(status: 200, fields: [HTTP2Field("a", "b")], body: [1, 2, 3]))
    }

    @Test func endlessInformationalResponsesEnd() throws {
        let (client, stream) = try client()
        try client.receive(Frame.settings)
        var sent = 0
        var failure: HTTP2StreamFailure?
        while failure == nil, sent < 1 << 20 {
            let frame = Frame.bytes(1, flags: 4, stream: 1, Frame.field(":status", "103"))
            sent += frame.count
            try client.receive(frame)
            _ = try client.takeOutgoing()
            if case .failed(stream, let reason) = client.takeEvents().first { failure = reason }
        }
        #expect(failure == .overLimit)
        #expect(sent < 1 << 17)
    }

    @Test func endlessHeadersEnd() throws {
        let (client, stream) = try client()
        try client.receive(Frame.settings + Frame.bytes(1, flags: 0, stream: 1, [0x88]))
        var sent = 0
        var hasEnded = false
        while !hasEnded, sent < 1 << 24 {
            let frame = Frame.bytes(
                9, stream: 1, Frame.field("x", String(repeating: "y", count: 100)))
            sent += frame.count
            do { try client.receive(frame) } catch { hasEnded = true }
            _ = try? client.takeOutgoing()
            if case .failed(stream, _) = client.takeEvents().first { hasEnded = true }
        }
        #expect(hasEnded)
        #expect(sent < 1 << 20)
    }

    /// Answers to a flood are not piled up.
    @Test(arguments: [Frame.ping, Frame.settings]) func floodsEnd(frame: [UInt8]) throws {
        let (client, _) = try client()
        try client.receive(Frame.settings)
        var sent = 0
        var hasEnded = false
        while !hasEnded, sent < 1 << 22 {
            sent += frame.count
            do { try client.receive(frame) } catch { hasEnded = true }
        }
        #expect(hasEnded)
        #expect(sent < 1 << 17)
    }

    @Test func everyPrefixAndFlippedByteIsSurvived() throws {
        let sound =
            Frame.settings + Frame.bytes(4, flags: 1)
            + Frame.bytes(
                1, flags: 4, stream: 1, [0x88] + Frame.field("content-type", "text/plain"))
            + Frame.bytes(0, flags: 1, stream: 1, [1, 2, 3]) + Frame.ping
        for place in sound.indices {
            for bit in 0..<8 {
                var bytes = sound
                bytes[place] ^= 1 << bit
                let (client, _) = try client()
                try? client.receive(bytes)
                _ = try? client.takeOutgoing()
                #expect(client.takeEvents().count <= 1)
            }
        }
    }

    typealias Row = (String, [UInt8])

    private static let ends: [Row] = [
        ("HTTP/1.1", Frame.text),
        ("DNS", Frame.zeros),
        ("no SETTINGS first", Frame.ping),
        ("data on a stream that nobody opened", Frame.after(Frame.bytes(0, stream: 99, [1]))),
        ("headers on an even stream", Frame.after(Frame.bytes(1, flags: 5, stream: 2, [0x88]))),
        ("a push", Frame.push),
        ("a frame over the limit", Frame.after([0xff, 0xff, 0xff, 0, 0, 0, 0, 0, 1])),
        ("broken HPACK", Frame.after(Frame.bytes(1, flags: 5, stream: 1, [0xff, 0xff, 0xff]))),
        ("CONTINUATION alone", Frame.after(Frame.bytes(9, flags: 4, stream: 1, [0x88]))),
        ("window of nothing", Frame.after(Frame.bytes(8, [0, 0, 0, 0]))),
        ("GOAWAY with an error", Frame.after(Frame.bytes(7, [0, 0, 0, 0, 0, 0, 0, 1]))),
    ]

    private static let resets: [Row] = [
        ("no status", Frame.field("x", "1")),
        ("a status of letters", Frame.field(":status", "abc")),
        ("two statuses", [0x88, 0x88]),
        ("a name in upper case", [0x88] + Frame.field("X-Large", "1")),
        ("a request's field", [0x88] + Frame.field(":path", "/")),
        ("content-length of another body", [0x88] + Frame.field("content-length", "9")),
    ]
}
