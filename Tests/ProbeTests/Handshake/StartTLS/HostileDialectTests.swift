import Addresses
import OpenSSL
import Sockets
import Synchronization
import Testing

@testable import Probe

/// Servers that misbehave at every turn of every dialect: each costs its own endpoint only, ends in time, with a class
/// that says whether TLS had been asked for, and is not heard to the end.
@Suite struct HostileDialectTests {
    @Test(arguments: ServiceProtocol.allCases.filter { !$0.isImplicitTLS })
    func `Every hostile server is cut off and named`(_ service: ServiceProtocol) async throws {
        let good = try #require(DialectTests.talks.first { $0.service == service })
        let sent = Mutex(0)
        let stage = try ServerAuthority.shared.get().stage()
        // A few at a time: on a busy machine their floods would keep each other from the turn that is meant.
        var rest = HostileTalk.all(of: service, turns: good.server.count)[...]
        while !rest.isEmpty {
            let some = rest.prefix(rest.first?.act.isPatient == true ? 24 : 12)
            rest = rest.dropFirst(some.count)
            let servers = try some.map { act, turn in
                try LoopbackServer { connection in
                    try await HostileTalk.play(good, turns: turn, on: connection)
                    try await act.serve(connection, good.server[turn]) { count in
                        sent.withLock { $0 = max($0, count) }
                    }
                }
            }
            let seen = await stage.see(servers.map(\.address), service: service)
            for (result, (act, turn)) in zip(seen.results, some) {
                // Some ask with their first word, and the answer is greeting and go-ahead in one.
                let isAsked = turn == good.server.count - 1 && turn > 0
                expect(result, isAsked ? .starttlsRejected : .protocolBannerError, act, turn)
            }
        }
        // What buffers of the kernel hold, and not what a server has.
        #expect(sent.withLock { $0 } < HostileTalk.most / 2)
    }

    private func expect(
        _ result: EndpointResult, _ expected: FailureClass, _ act: HostileTalk, _ turn: Int
    ) {
        let what: Comment = "\(act.what) at turn \(turn)"
        let findings = EndpointRules([result], at: ServerAuthority.now).findings
        #expect(findings.map(\.failureClass) == [expected], what)
        #expect(result.handshake == nil, what)
        #expect(result.startTLS.map { $0.duration < .seconds(20) } == true, what)
    }

    @Test(arguments: ServiceProtocol.allCases.filter { !$0.isImplicitTLS })
    func `What comes instead of a ServerHello is told apart`(_ service: ServiceProtocol)
        async throws
    {
        let good = try #require(DialectTests.talks.first { $0.service == service })
        let acts: [(FailureClass, LoopbackServer.Serve)] = [
            (.tlsHandshakeTimeout, { try await $0.drain() }),
            (.tlsReset, { $0.reset() }),
            (.tlsReset, { try await $0.end() }),
            (
                .starttlsRejected,
                {
                    try await $0.write("250 injected\r\n"); try await $0.end()
                }
            ),
            (
                .tlsHandshakeFailure,
                {
                    try await $0.alert(80); try await $0.end()
                }
            ),
        ]
        let servers = try acts.map { _, act in
            try LoopbackServer { connection in
                try await HostileTalk.play(good, turns: good.server.count, on: connection)
                _ = try await connection.hello()
                try await act(connection)
            }
        }
        let stage = try ServerAuthority.shared.get().stage()
        let seen = await stage.see(servers.map(\.address), service: service)
        for (result, (expected, _)) in zip(seen.results, acts) {
            let findings = EndpointRules([result], at: ServerAuthority.now).findings
            #expect(findings.map(\.failureClass) == [expected], "\(findings)")
            #expect(result.startTLS?.isReady == true)
        }
    }
}

/// One way to misbehave.
struct HostileTalk: Sendable {
    typealias Serve =
        @Sendable (TCPConnection, _ good: [UInt8], _ log: @Sendable (Int) -> Void) async throws ->
        Void

    let what: String
    /// The only turn at which it makes sense; nil for every turn.
    let turn: Int?
    /// Only the timer ends it.
    let isPatient: Bool
    let serve: Serve

    init(
        _ what: String, at turn: Int? = nil, isPatient: Bool = false, _ serve: @escaping Serve
    ) {
        (self.what, self.turn, self.isPatient) = (what, turn, isPatient)
        self.serve = serve
    }

    /// Says the first turns as they should be, and hears what answers them.
    static func play(
        _ good: DialectTests.Talk, turns: Int, on connection: TCPConnection
    ) async throws {
        let speaksFirst = try !DialectTests.conversation(good.service).opening.isEmpty
        for turn in 0..<turns {
            if speaksFirst || turn > 0 { _ = try await connection.hello() }
            try await connection.write(good.server[turn], by: soon())
        }
        if turns < good.server.count, speaksFirst || turns > 0 { _ = try await connection.hello() }
    }

    /// More than any buffer of the kernel.
    static let most = 64 << 20

    /// With the turn of each, the patient ones first.
    static func all(
        of service: ServiceProtocol, turns: Int
    ) -> [(act: HostileTalk, turn: Int)] {
        let acts = everywhere + floods(texts + own(service)) + [drip(of: service)]
        return (acts.filter(\.isPatient) + acts.filter { !$0.isPatient }).flatMap { act in
            (0..<turns).filter { act.turn == nil || act.turn == $0 }.map { (act, $0) }
        }
    }

    private static let everywhere: [HostileTalk] = [
        HostileTalk("silence", isPatient: true) { connection, _, _ in try await connection.drain()
        },
        HostileTalk("end") { connection, _, _ in try await connection.end() },
        HostileTalk("reset") { connection, _, _ in connection.reset() },
        HostileTalk("end midway") { connection, good, _ in
            try await connection.write(Array(good.prefix(good.count / 2)), by: soon())
            try await connection.end()
        },
        HostileTalk("reset midway") { connection, good, _ in
            try await connection.write(Array(good.prefix(good.count / 2)), by: soon())
            connection.reset()
        },
        HostileTalk("silence midway", isPatient: true) { connection, good, _ in
            try await connection.write(Array(good.prefix(good.count / 2)), by: soon())
            try await connection.drain()
        },
    ]

    /// What stands once, and what follows without end.
    private struct Flood {
        let what: String
        var head: [UInt8] = []
        var turn: Int?
        let body: [UInt8]
    }

    private static func floods(_ floods: [Flood]) -> [HostileTalk] {
        floods.map { flood in
            HostileTalk(flood.what, at: flood.turn) { connection, _, log in
                try await connection.write(flood.head, by: soon())
                let block = [[UInt8]](repeating: flood.body, count: 65_536 / flood.body.count)
                    .flatMap { $0 }
                for count in 1...(most / block.count) {
                    try await connection.write(block, by: soon())
                    log(count * block.count)
                }
                try await connection.drain()
            }
        }
    }

    private static let texts: [Flood] =
        [
            "x", "220-a\r\n", "250-a\r\n", "* OK a\r\n", "\"A\"\r\n", "+OK\r\n", "<a>", "\r\n",
            "\u{0}",
        ]
        .map { Flood(what: "endless \($0.debugDescription)", body: Array($0.utf8)) }
        + [Flood(what: "noise", body: noise(4096))]

    /// The same in every run; its first byte begins none of the dialects.
    private static func noise(_ count: Int) -> [UInt8] {
        var state: UInt64 = 7
        return [0x80]
            + (1..<count).map { _ in
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return UInt8(truncatingIfNeeded: state >> 33)
            }
    }

    private static func own(_ service: ServiceProtocol) -> [Flood] {
        switch service {
        case .ldap:
            [
                ("length of 2 GB", [0x30, 0x84, 0x7f, 0xff, 0xff, 0xff]),
                ("length of 4 GB", [0x30, 0x84, 0xff, 0xff, 0xff, 0xff]),
                ("length of eight bytes", [0x30, 0x88] + [UInt8](repeating: 0xff, count: 8)),
                ("length of 127 bytes", [0x30, 0xff] + [UInt8](repeating: 0xff, count: 127)),
                ("length within", [0x30, 12, 2, 0x84, 0x7f, 0xff, 0xff, 0xff]),
                ("empty numbers", [0x30, 12, 2, 0, 0x78, 8, 0x0a, 0, 4, 0, 4, 0, 4, 0]),
            ].map { Flood(what: $0.0, head: $0.1, body: [0]) }
        case .mysql:
            [
                ("packet of 16 MB", [0xff, 0xff, 0xff, 0]),
                (
                    "greeting without end",
                    [0xff, 0x0f, 0, 0, 10] + [UInt8](repeating: 65, count: 4094)
                ),
                ("empty packet", [0, 0, 0, 0]),
            ].map { Flood(what: $0.0, head: $0.1, body: [65]) }
        case .postgres:
            [Flood(what: "error of 2 GB", head: [0x45, 0x7f, 0xff, 0xff, 0xff], body: [65])]
        case .xmpp, .xmppServer: xml
        case .imap, .sieve:
            [
                "* OK {4294967295}\r\n", "\"A\" {4294967295}\r\n",
                "\"A\" {99999999999999999999+}\r\n",
                "\"A\" {-1}\r\n", "\"A\" {4000}\r\n",
            ].map {
                Flood(what: "literal \($0.debugDescription)", head: Array($0.utf8), body: [65])
            }
        default: []
        }
    }

    private static let xml: [Flood] = [
        ("bomb", "<?xml version='1.0'?><!DOCTYPE a [<!ENTITY a '&b;&b;'><!ENTITY b 'c'>", "&a;"),
        ("bomb within", "\(features)<a>", "<!ENTITY a '&b;&b;'>"),
        ("tag without end", "<stream:stream ", "a"),
        ("value without end", "<stream:stream a='", ">"),
        ("depth", features, "<a>"), ("breadth", features, "<a/>"), ("text", features, "a"),
        ("comment", features, "<!-- -->"), ("attributes", "\(features)<a", " b='c'"),
    ].map { Flood(what: $0.0, head: Array($0.1.utf8), turn: 0, body: Array($0.2.utf8)) }

    private static let features = "<stream:stream><stream:features>"

    /// Byte after byte of something that has no end for as long as the timer.
    private static func drip(of service: ServiceProtocol) -> HostileTalk {
        let (head, byte): ([UInt8], UInt8) =
            switch service {
            case .ldap: ([0x30, 0x82, 0x3f, 0xff], 0)
            case .mysql: ([0xff, 0x0f, 0, 0], 0)
            case .xmpp, .xmppServer: (Array("<".utf8), 65)
            case .sieve: (Array("\"A\" {4000}\r\n".utf8), 65)
            default: ([], 50)
            }
        return HostileTalk("drip", isPatient: true) { connection, _, _ in
            try await connection.write(head, by: soon())
            while true {
                try await connection.write([byte], by: soon())
                try await Task.sleep(for: .milliseconds(20))
            }
        }
    }
}
