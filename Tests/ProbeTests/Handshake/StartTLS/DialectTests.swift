import Addresses
import Testing

@testable import Probe

/// Every dialect by itself: what goes in, and what comes out, however the bytes are cut.
@Suite struct DialectTests {
    /// What the server says at each turn, and what it must have heard before it says the next.
    struct Talk: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let service: ServiceProtocol
        let server: [[UInt8]]
        let expected: StartTLSFailure.Kind?

        init(
            _ service: ServiceProtocol, _ what: String, _ server: [String],
            _ expected: StartTLSFailure.Kind? = nil
        ) {
            self.init(service, what, bytes: server.map { Array($0.utf8) }, expected)
        }

        init(
            _ service: ServiceProtocol, _ what: String, bytes: [[UInt8]],
            _ expected: StartTLSFailure.Kind? = nil
        ) {
            (testDescription, self.service) = ("\(service.rawValue): \(what)", service)
            (server, self.expected) = (bytes, expected)
        }
    }

    @Test(arguments: talks)
    func `A conversation ends as its last word says`(_ talk: Talk) throws {
        #expect(try run(talk).kind == talk.expected)
    }

    @Test(arguments: talks)
    func `Bytes may come one by one`(_ talk: Talk) throws {
        // What follows the go-ahead in a read of its own is told by TLS; here it is told all the same.
        #expect(try run(talk, at: 1).kind == talk.expected)
    }

    @Test(arguments: talks)
    func `A reply may be cut in two anywhere`(_ talk: Talk) throws {
        for cut in 1..<(talk.server.map(\.count).max() ?? 1) {
            #expect(try run(talk, at: cut).kind == talk.expected, "cut at \(cut)")
        }
    }

    @Test(arguments: ServiceProtocol.allCases.filter { !$0.isImplicitTLS })
    func `Plaintext behind the go-ahead is no TLS`(_ service: ServiceProtocol) throws {
        let good = try #require(Self.talks.first { $0.service == service && $0.expected == nil })
        var server = good.server
        server[server.count - 1] += Array("250 injected\r\n".utf8)
        #expect(try run(Talk(service, "injection", bytes: server)).kind == .rejected)
    }

    @Test(arguments: ServiceProtocol.allCases.filter { !$0.isImplicitTLS })
    func `Endless talk is cut off`(_ service: ServiceProtocol) throws {
        let floods = [
            "x", "220-a\r\n", "* OK a\r\n", "<a>", "\"A\"\r\n", "+OK\r\n", "\u{0}", "\r\n",
        ]
        for text in floods {
            var conversation = try Self.conversation(service)
            let block = Array(String(repeating: text, count: 512).utf8)
            #expect(throws: StartTLSFailure.self, "\(text)") {
                for _ in 0..<400 { _ = try conversation.hear(block) }
            }
        }
    }

    @Test(arguments: ServiceProtocol.allCases.filter { !$0.isImplicitTLS })
    func `Garbage ends in a failure or in waiting`(_ service: ServiceProtocol) throws {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<300 {
            let bytes = (0..<Int.random(in: 1...64, using: &random)).map { _ in
                UInt8.random(in: 0...255, using: &random)
            }
            var conversation = try Self.conversation(service)
            let step = try? conversation.hear(bytes)
            #expect(step != .ready() || (service == .postgres && bytes == [UInt8(ascii: "S")]))
        }
    }

    @Test func `Silence is blamed by what it follows`() throws {
        var conversation = try Self.conversation(.smtp)
        #expect(conversation.failure("silence").kind == .banner)
        _ = try conversation.hear(Array("220 a\r\n".utf8))
        _ = try conversation.hear(Array("250-a\r\n250 starttls\r\n".utf8))
        #expect(conversation.failure("silence").kind == .rejected)
    }

    @Test func `The server's name and our address are said as the protocols want`() throws {
        var smtp = try Self.conversation(.submission)
        #expect(
            try smtp.hear(Array("220 a\r\n".utf8)) == .say("EHLO [192.0.2.1]"))
        let dialect = try ServiceProtocol.smtp.dialect(
            serverName: "a.test", ownAddress: try #require(IPAddress("2001:db8::1")))
        var six = DialectConversation(try #require(dialect))
        #expect(try six.hear(Array("220 a\r\n".utf8)) == .say("EHLO [IPv6:2001:db8::1]"))
        let xmpp = try Self.conversation(.xmppServer)
        let opening = String(decoding: xmpp.opening, as: UTF8.self)
        #expect(opening.contains("to='a.test'") && opening.contains("xmlns='jabber:server'"))
    }

    // MARK: - Carrying

    static func conversation(_ service: ServiceProtocol) throws -> DialectConversation {
        let own = try #require(IPAddress("192.0.2.1"))
        return DialectConversation(
            try #require(service.dialect(serverName: "a.test", ownAddress: own)))
    }

    /// Gives each turn in pieces; a next turn comes only when something was said. Nil means ready.
    private func run(_ talk: Talk, at size: Int = .max) throws -> (kind: StartTLSFailure.Kind?, Int)
    {
        var conversation = try Self.conversation(talk.service)
        for (turn, bytes) in talk.server.enumerated() {
            var rest = bytes[...]
            while !rest.isEmpty {
                let piece = rest.prefix(size)
                rest = rest.dropFirst(piece.count)
                do throws(StartTLSFailure) {
                    let step = try conversation.hear(piece)
                    let isLast = rest.isEmpty && turn == talk.server.count - 1
                    switch step {
                    case .ready where rest.isEmpty: return (nil, turn)
                    case .ready: continue
                    case .wait: #expect(!rest.isEmpty || isLast, "it waits after turn \(turn)")
                    case .send: #expect(rest.isEmpty, "it speaks before the end of turn \(turn)")
                    }
                } catch {
                    return (error.kind, turn)
                }
            }
        }
        Issue.record("the conversation did not end")
        return (nil, talk.server.count)
    }
}
