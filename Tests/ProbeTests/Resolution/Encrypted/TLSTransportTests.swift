import Addresses
import DNS
import Hostile
import OpenSSL
import Sockets
import Synchronization
import Testing

@testable import Probe

/// DNS over TLS against servers of the test's own.
@Suite struct TLSTransportTests {
    private let world: EncryptedWorld

    init() throws { world = try EncryptedWorld.shared.get() }

    @Test func answersAndKeepsTheConnection() async throws {
        let peer = try EncryptedPeer(try world.context()) { stream, _ in
            try await stream.serveDNS { [$0.positiveAnswer] }
        }
        let counts = ExchangeCounts()
        let exchange = try world.exchange(peer.address, counts: counts)
        for _ in 0..<5 {
            let lookup = try await exchange.ask()
            #expect(lookup.response?.answers.count == 1)
            #expect(lookup.attempts.map(\.transport) == [.tls])
            #expect(lookup.attempts.first?.outcome == .answered)
            #expect(lookup.encryptedWorks == true && lookup.udpWorks == nil)
        }
        #expect(peer.connections == 1)
        #expect(counts.snapshot == [.init(transport: "tls", outcome: "answered"): 5])
    }

    @Test func manyQuestionsShareAConnectionInAnyOrder() async throws {
        let peer = try EncryptedPeer(try world.context()) { stream, _ in
            var held: [Message] = []
            try await stream.serveDNS { query in
                held.append(query)
                guard held.count == 100 else { return [] }
                defer { held = [] }
                return held.reversed().map(\.positiveAnswer)
            }
        }
        let exchange = try world.exchange(peer.address)
        let lookups = try await withThrowingTaskGroup(of: Lookup.self) { group in
            for number in 0..<200 {
                group.addTask { try await exchange.ask("n\(number).example.test") }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(lookups.count == 200)
        for lookup in lookups {
            #expect(lookup.response?.answers.first?.owner == lookup.question.name)
        }
        #expect(peer.connections == 1)
    }

    /// dnsdist 1.7 leaves the second message of a record lying until more comes.
    @Test func eachQueryIsARecordOfItsOwn() async throws {
        let sizes = Mutex<[Int]>([])
        let peer = try EncryptedPeer(try world.context()) { stream, _ in
            var received: [UInt8] = []
            while received.count < 3 * 130 {
                let record = try await stream.read()
                guard !record.isEmpty else { return }
                sizes.withLock { $0.append(record.count) }
                received += record
            }
        }
        let exchange = try world.exchange(peer.address)
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<3 { group.addTask { _ = try? await exchange.ask() } }
        }
        #expect(sizes.withLock { $0 } == [130, 130, 130])
    }

    @Test func certificateForTheAddressAlone() async throws {
        let peer = try EncryptedPeer(try world.context()) { stream, _ in
            try await stream.serveDNS { [$0.positiveAnswer] }
        }
        let lookup = try await world.exchange(peer.address, name: nil).ask()
        #expect(lookup.response?.answers.count == 1)
    }

    @Test(arguments: ["self-signed", "name", "address", "expired"])
    func untrustedCertificates(_ fault: String) async throws {
        let context = try world.context(isSelfSigned: fault == "self-signed") { draft in
            switch fault {
            case "name": draft.dnsNames = ["www.dns.example", "example"]
            case "address": (draft.ipAddresses, draft.dnsNames) = ([[127, 0, 0, 2]], ["127.0.0.1"])
            case "expired": draft.notAfter = WallClock.now - 60
            default: break
            }
        }
        let peer = try EncryptedPeer(context) { stream, _ in
            try await stream.serveDNS { [$0.positiveAnswer] }
        }
        let exchange = try world.exchange(
            peer.address, name: fault == "address" ? nil : EncryptedWorld.name)
        for _ in 0..<2 {
            let lookup = try await exchange.ask()
            guard case .untrusted(let words) = lookup.failure else {
                Issue.record("\(fault): \(lookup.outcome)")
                return
            }
            #expect(words.contains(exchange.server.label))
            #expect(words.contains("issued by"))
            #expect(lookup.encryptedWorks == false)
        }
    }

    @Test func closedPort() async throws {
        let lookup = try await world.exchange(try refusingAddress()).ask()
        guard case .unreachable = lookup.failure else {
            Issue.record("\(lookup.outcome)")
            return
        }
    }

    @Test func plaintextIsNoTLS() async throws {
        let server = try TCPServer { connection in
            try await connection.say(Array("220 smtp.example ESMTP\r\n".utf8))
            try await connection.drain()
        }
        let lookup = try await world.exchange(server.address).ask()
        guard case .tls(let words) = lookup.failure else {
            Issue.record("\(lookup.outcome)")
            return
        }
        #expect(words.contains("TLS"))
    }

    @Test func silenceEndsWithTheTimer() async throws {
        let server = try TCPServer { try await $0.drain() }
        let exchange = try world.exchange(server.address)
        let start = Deadline.now
        #expect(try await exchange.ask(timer: .milliseconds(300)).failure == .timedOut)
        #expect(
            try await exchange.ask(timer: .seconds(60), deadline: .milliseconds(300)).failure
                == .cutShort)
        #expect(Deadline.now - start < .seconds(30))
    }

    @Test func answersThatAreNotOurs() async throws {
        for change: @Sendable (inout Message) -> Void in [
            { $0.questions[0].name = .root }, { $0.flags.remove(.isResponse) },
            { $0.questions[0].type = .txt },
        ] {
            let peer = try EncryptedPeer(try world.context()) { stream, _ in
                try await stream.serveDNS { query in
                    guard var answer = try? Message(decoding: query.positiveAnswer) else {
                        return []
                    }
                    change(&answer)
                    return [answer.encoded()]
                }
            }
            let lookup = try await world.exchange(peer.address).ask()
            guard case .malformed = lookup.failure else {
                Issue.record("\(lookup.outcome)")
                continue
            }
        }
    }

    @Test func wrongIDIsPassedOver() async throws {
        let peer = try EncryptedPeer(try world.context()) { stream, _ in
            try await stream.serveDNS { query in
                var wrong = query
                wrong.id ^= 1
                return [wrong.answer([], .nameError), query.positiveAnswer]
            }
        }
        let lookup = try await world.exchange(peer.address).ask()
        #expect(lookup.response?.responseCode == .noError)
    }

    @Test func floodEnds() async throws {
        let peer = try EncryptedPeer(try world.context()) { stream, _ in
            _ = try await stream.read()
            let junk = [UInt8](repeating: 1, count: 16_000)
            while true { try await stream.write(junk) }
        }
        let lookup = try await world.exchange(peer.address).ask(timer: .seconds(60))
        guard case .malformed(let words) = lookup.failure else {
            Issue.record("\(lookup.outcome)")
            return
        }
        #expect(words.contains("answers nothing"))
    }

    @Test func dripEndsWithTheTimer() async throws {
        let peer = try EncryptedPeer(try world.context()) { stream, _ in
            _ = try await stream.read()
            while true {
                try await stream.write([1])
                try await Task.sleep(for: .milliseconds(20))
            }
        }
        let start = Deadline.now
        let lookup = try await world.exchange(peer.address).ask(timer: .seconds(1))
        #expect(lookup.failure == .timedOut)
        #expect(Deadline.now - start < .seconds(30))
    }
}

extension TLSStream {
    /// Reads queries behind their lengths (RFC 7858 3.3) and sends what `answer` gives, until the peer goes.
    func serveDNS(_ answer: (Message) throws -> [[UInt8]]?) async throws {
        var received: [UInt8] = []
        while true {
            let bytes = try await read()
            guard !bytes.isEmpty else { return }
            received += bytes
            while received.count >= 2 {
                let length = Int(received[0]) << 8 | Int(received[1])
                guard received.count >= 2 + length else { break }
                let message = try Message(decoding: Array(received[2..<(2 + length)]))
                received.removeFirst(2 + length)
                guard let answers = try answer(message) else { return }
                for bytes in answers {
                    try await write(
                        [UInt8(bytes.count >> 8), UInt8(bytes.count & 0xff)] + bytes)
                }
            }
        }
    }
}
