import Addresses
import DNS
import Hostile
import OpenSSL
import Sockets
import Testing

@testable import Probe

/// A connection that is kept for the questions that follow, and what is done when it is gone.
@Suite struct KeptConnectionTests {
    private let world: EncryptedWorld

    init() throws { world = try EncryptedWorld.shared.get() }

    /// As servers do that keep no connection: the next question opens another, and none fails.
    @Test func closedAfterEachAnswer() async throws {
        let peer = try EncryptedPeer(try world.context()) { stream, _ in
            var isDone = false
            try await stream.serveDNS { query in
                guard !isDone else { return nil }
                isDone = true
                return [query.positiveAnswer]
            }
        }
        let exchange = try world.exchange(peer.address)
        for _ in 0..<5 { #expect(try await exchange.ask().response != nil) }
        #expect((2...5).contains(peer.connections))
    }

    /// The server closes it just when the next question is on its way.
    @Test(arguments: [true, false]) func staleOneIsReplacedOnce(isReset: Bool) async throws {
        let peer = try EncryptedPeer(try world.context()) { stream, number in
            var count = 0
            try await stream.serveDNS { query in
                count += 1
                if number == 1, count == 2 {
                    if isReset { stream.reset() }
                    return nil
                }
                return [query.positiveAnswer]
            }
        }
        let exchange = try world.exchange(peer.address)
        #expect(try await exchange.ask().response != nil)
        let lookup = try await exchange.ask()
        #expect(lookup.response != nil)
        #expect(lookup.attempts.map(\.outcome) == [.answered])
        #expect(peer.connections == 2)
    }

    /// A path that drops everything is noticed within the question's own time.
    @Test func silentOneIsReplaced() async throws {
        let peer = try EncryptedPeer(try world.context()) { stream, number in
            var count = 0
            try await stream.serveDNS { query in
                count += 1
                return number == 1 && count > 1 ? [] : [query.positiveAnswer]
            }
        }
        let exchange = try world.exchange(peer.address)
        #expect(try await exchange.ask().response != nil)
        #expect(try await exchange.ask(timer: .seconds(4)).response != nil)
        #expect(peer.connections == 2)
    }

    @Test func freshOneThatClosesIsNotTriedAgain() async throws {
        let peer = try EncryptedPeer(try world.context()) { stream, _ in
            try await stream.serveDNS { _ in nil }
        }
        let lookup = try await world.exchange(peer.address).ask()
        guard case .malformed(let words) = lookup.failure else {
            Issue.record("\(lookup.outcome)")
            return
        }
        #expect(words.contains("closed the connection"))
        #expect(peer.connections == 1)
    }

    @Test func replacementIsNotReplaced() async throws {
        let peer = try EncryptedPeer(try world.context()) { stream, number in
            var count = 0
            try await stream.serveDNS { query in
                count += 1
                return number == 1 && count == 1 ? [query.positiveAnswer] : nil
            }
        }
        let exchange = try world.exchange(peer.address)
        #expect(try await exchange.ask().response != nil)
        #expect(try await exchange.ask().failure != nil)
        #expect(peer.connections == 2)
    }

    /// Who gives up leaves the connection to the others.
    @Test func cancellationEndsOneWaitOnly() async throws {
        let peer = try EncryptedPeer(try world.context()) { stream, _ in
            try await stream.serveDNS { query in
                query.questions.first?.name.text.hasPrefix("slow") == true
                    ? [] : [query.positiveAnswer]
            }
        }
        let exchange = try world.exchange(peer.address)
        #expect(try await exchange.ask().response != nil)
        let slow = Task { try await exchange.ask("slow.example.test", timer: .seconds(60)) }
        #expect(try await exchange.ask("b.example.test").response != nil)
        slow.cancel()
        #expect(try await slow.value.failure == .cutShort)
        #expect(try await exchange.ask("c.example.test").response != nil)
        #expect(peer.connections == 1)
    }

    /// What waits is bounded, and told at once to those that find no room.
    @Test func moreQuestionsThanAreHeld() async throws {
        let peer = try EncryptedPeer(try world.context()) { stream, _ in
            try await stream.serveDNS { _ in [] }
        }
        let exchange = try world.exchange(peer.address)
        let lookups = try await withThrowingTaskGroup(of: Lookup.self) { group in
            for _ in 0..<2100 {
                group.addTask { try await exchange.ask(timer: .seconds(8)) }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        let refused = lookups.count { if case .local = $0.failure { true } else { false } }
        #expect(refused == 2100 - 2048)
        #expect(lookups.count { $0.failure == .timedOut } == 2048)
        #expect(peer.connections == 1)
    }

    @Test func letGoWithItsOwner() async throws {
        let (ends, end) = AsyncStream.makeStream(of: Void.self)
        let peer = try EncryptedPeer(try world.context()) { stream, _ in
            try await stream.serveDNS { [$0.positiveAnswer] }
            end.finish()
        }
        var exchange: EncryptedExchange? = try world.exchange(peer.address)
        // Without a connection there is no end of it to wait for.
        try #require(try await exchange?.ask(timer: .seconds(60)).response != nil)
        exchange = nil
        for await _ in ends {}
        #expect(peer.connections == 1)
    }
}

/// The addresses of servers that are configured by name.
@Suite struct ServerAddressesTests {
    private let world: EncryptedWorld

    init() throws { world = try EncryptedWorld.shared.get() }

    private func peer() throws -> EncryptedPeer {
        try EncryptedPeer(try world.context()) { stream, _ in
            try await stream.serveDNS { [$0.positiveAnswer] }
        }
    }

    @Test(arguments: [(0, 4), (300, 2)]) func keptForTheirTTL(_ ttl: Int, _ queries: Int)
        async throws
    {
        let peer = try peer()
        let records = try zone(
            "dns.example. \(ttl) CNAME a.dns.example.\na.dns.example. 900 A 127.0.0.1")
        let plain = try NameServer(udp: { [.send($0.answer(from: records))] })
        let addresses = ServerAddresses { [Exchange(.init(plain.address))] }
        let name = try #require(Name(EncryptedWorld.name))
        for _ in 0..<2 {
            let found = try await addresses(name, by: .now + .seconds(20)).get()
            #expect(found == [try #require(IPAddress("127.0.0.1"))])
        }
        #expect(plain.questions.count == queries)

        let exchange = try world.exchange(
            "tls://dns.example:\(peer.address.port)", plain: [Exchange(.init(plain.address))])
        #expect(try await exchange.ask().response != nil)
    }

    @Test func firstResolverThatKnowsDecides() async throws {
        let silent = try NameServer(udp: { _ in [] })
        let records = try zone("dns.example. 300 A 127.0.0.1\ndns.example. 300 AAAA ::1")
        let knowing = try NameServer(udp: { [.send($0.answer(from: records))] })
        let addresses = ServerAddresses {
            [silent, knowing].map { Exchange(.init($0.address)) }
        }
        let name = try #require(Name(EncryptedWorld.name))
        let found = try await addresses(name, by: .now + .seconds(12)).get()
        #expect(found.map(\.description) == ["::1", "127.0.0.1"])
    }

    @Test func oneAfterTheOther() async throws {
        let peer = try peer()
        let records = try zone("dns.example. 300 A 127.0.0.9\ndns.example. 300 A 127.0.0.1\n")
        let plain = try NameServer(udp: { [.send($0.answer(from: records))] })
        let exchange = try world.exchange(
            "tls://dns.example:\(peer.address.port)", plain: [Exchange(.init(plain.address))])
        #expect(try await exchange.ask().response != nil)
    }

    @Test func nobodyKnows() async throws {
        let plain = try NameServer(udp: { [.send($0.answer([], .nameError))] })
        for resolvers in [[Exchange(.init(plain.address))], []] {
            let exchange = try world.exchange("tls://dns.example", plain: resolvers)
            guard case .unresolved(let words) = try await exchange.ask().failure else {
                Issue.record("an address was found")
                return
            }
            #expect(words.contains("dns.example"))
        }
    }
}
