import DNS
import Hostile
import Sockets
import Testing

@testable import Probe

/// What each transport did is told apart, and what each attempt costs is counted.
@Suite struct AttemptTests {
    private static let small = Result { try zone("www.example.test. 300 A 192.0.2.7") }
    /// More than 512 bytes, less than 1232.
    private static let large = Result {
        try zone(
            (1...40).map { "www.example.test. 300 A 192.0.2.\($0)" }.joined(separator: "\n"))
    }

    private static func answer(_ zone: Result<[Record], any Error>) -> NameServer.Reaction {
        { [.send($0.answer(from: (try? zone.get()) ?? []))] }
    }
    private static let truncated: NameServer.Reaction = {
        [.send($0.answer { $0.flags.insert(.truncated) })]
    }
    private static let nothing: NameServer.Reaction = { _ in [] }

    /// The timer is of servers that answer; where one is silent the whole of it is waited for.
    private func ask(
        _ server: NameServer, _ transport: ResolverSpec.Transport = .udp,
        timer: Duration = .seconds(30), deadline: Duration = .seconds(60)
    ) async throws -> Lookup {
        let exchange = Exchange(.init(server.address, transport))
        let question = Question(try #require(Name("www.example.test")), .a)
        return await exchange(question, as: .client, timer: timer, by: .now + deadline)
    }

    @Test func plainAnswer() async throws {
        let server = try NameServer(udp: Self.answer(Self.small))
        let lookup = try await ask(server)
        #expect(lookup.attempts.map(\.transport) == [.udp])
        #expect(lookup.attempts.map(\.outcome) == [.answered])
        #expect(lookup.attempts.first?.usesEDNS == true)
        // Header 12, question 22, record 32 or less as far as the owner is a pointer, OPT 11.
        #expect((61...77).contains(lookup.attempts.first?.size ?? 0))
        #expect(lookup.udpWorks == true && lookup.tcpWorks == nil && lookup.largeUDPWorks == nil)
    }

    @Test func largeAnswer() async throws {
        let server = try NameServer(udp: Self.answer(Self.large))
        let lookup = try await ask(server)
        #expect(lookup.response?.answers.count == 40)
        #expect(lookup.udpWorks == true && lookup.largeUDPWorks == true)
    }

    @Test func truncatedThenTCP() async throws {
        let server = try NameServer(udp: Self.truncated, tcp: Self.answer(Self.large))
        let lookup = try await ask(server)
        #expect(lookup.attempts.map(\.transport) == [.udp, .tcp])
        #expect(lookup.attempts.map(\.outcome) == [.truncated, .answered])
        #expect(lookup.udpWorks == true && lookup.tcpWorks == true && lookup.largeUDPWorks == nil)
    }

    @Test func truncatedAndTCPRefused() async throws {
        let server = try NameServer(udp: Self.truncated)
        let lookup = try await ask(server)
        #expect(lookup.failure?.isTruncated == true)
        #expect(lookup.udpWorks == true && lookup.tcpWorks == false)
        guard case .failed(.unreachable) = lookup.attempts.last?.outcome else {
            Issue.record("TCP was refused, and not \(lookup.attempts)")
            return
        }
    }

    /// What a server does that has more clients than room.
    @Test(arguments: [0, 1, 2, 3], [false, true])
    func closedConnections(_ closed: Int, isReset: Bool) async throws {
        let count = Counter()
        let server = try NameServer(
            udp: Self.answer(Self.small),
            tcp: { query in
                guard count.next() <= closed else { return Self.answer(Self.small)(query) }
                return [isReset ? .reset : .close]
            })
        let lookup = try await ask(server, .tcp, timer: .seconds(16))
        #expect(lookup.attempts.map(\.transport) == [.tcp])
        #expect(count.next() == min(closed, 2) + 2)
        #expect(lookup.tcpWorks == (closed < 3))
        #expect((lookup.response?.answers.count ?? 0) == (closed < 3 ? 1 : 0))
        #expect(lookup.failure?.isClosed == (closed < 3 ? nil : true))
    }

    /// What a firewall does that drops fragments or datagrams over 512 bytes.
    @Test(arguments: [true, false]) func largeDatagramsAreDropped(isTruncated: Bool) async throws {
        let brief = isTruncated ? Self.truncated : Self.answer(Self.small)
        let server = try NameServer(
            udp: { $0.edns == nil ? brief($0) : [] }, tcp: Self.answer(Self.large))
        let lookup = try await ask(server, timer: .seconds(10))
        #expect(lookup.response?.answers.count == 40)
        #expect(lookup.attempts.map(\.transport) == [.udp, .tcp, .udp])
        #expect(lookup.attempts.map(\.usesEDNS) == [true, true, false])
        #expect(
            lookup.attempts.map(\.outcome)
                == [.timedOut, .answered, isTruncated ? .truncated : .answered])
        #expect(lookup.udpWorks == true && lookup.tcpWorks == true && lookup.largeUDPWorks == false)
    }

    /// The same firewall, and TCP closed: the small answer is all there is.
    @Test(arguments: [true, false]) func onlySmallDatagramsPass(isTruncated: Bool) async throws {
        let brief = isTruncated ? Self.truncated : Self.answer(Self.small)
        let server = try NameServer(udp: { $0.edns == nil ? brief($0) : [] })
        let lookup = try await ask(server, timer: .seconds(10))
        #expect(lookup.attempts.map(\.transport) == [.udp, .tcp, .udp])
        #expect(lookup.attempts.map(\.usesEDNS) == [true, true, false])
        #expect(lookup.failure?.isTruncated == (isTruncated ? true : nil))
        #expect(lookup.response?.answers.count == (isTruncated ? nil : 1))
    }

    /// A validator has no use for an answer without signatures.
    @Test func smallAnswerIsNoneToAValidator() async throws {
        let server = try NameServer(
            udp: { $0.edns == nil ? Self.answer(Self.small)($0) : [] })
        let question = Question(try #require(Name("www.example.test")), .a)
        let lookup = await Exchange(.init(server.address, .udp))(
            question, as: .validator, timer: .seconds(10), by: .now + .seconds(60))
        #expect(lookup.failure == .timedOut)
    }

    @Test func allDatagramsAreDropped() async throws {
        let server = try NameServer(udp: Self.nothing, tcp: Self.answer(Self.large))
        let start = Deadline.now
        let lookup = try await ask(server, timer: .seconds(10))
        #expect(lookup.response?.answers.count == 40)
        #expect(lookup.attempts.map(\.outcome) == [.timedOut, .answered, .timedOut])
        #expect(lookup.udpWorks == false && lookup.tcpWorks == true && lookup.largeUDPWorks == nil)
        // Three by UDP, one by TCP, one for less: within the question's own timer.
        #expect(server.questions.count == 5)
        #expect(Deadline.now - start < .seconds(30))
    }

    /// A small answer fits any datagram: asking for less would tell nothing.
    @Test func smallAnswerCostsNoFurtherQuery() async throws {
        let server = try NameServer(udp: Self.nothing, tcp: Self.answer(Self.small))
        let lookup = try await ask(server, timer: .seconds(10))
        #expect(lookup.attempts.map(\.transport) == [.udp, .tcp])
        #expect(lookup.udpWorks == false && lookup.tcpWorks == true && lookup.largeUDPWorks == nil)
        #expect(server.questions.count == 4)
    }

    @Test func withoutEDNS() async throws {
        let server = try NameServer(udp: { question in
            question.edns == nil
                ? Self.answer(Self.small)(question)
                : [.send(question.answer([], .formatError) { $0.edns = nil })]
        })
        let lookup = try await ask(server)
        #expect(lookup.attempts.map(\.usesEDNS) == [true, false])
        #expect(lookup.attempts.map(\.outcome) == [.answered, .answered])
    }

    @Test func silenceCutByTheDeadlineProvesNothing() async throws {
        let server = try NameServer(udp: Self.nothing, tcp: Self.nothing)
        let lookup = try await ask(server, timer: .seconds(60), deadline: .milliseconds(300))
        #expect(lookup.failure == .cutShort)
        #expect(lookup.attempts.map(\.outcome) == [.cutShort, .cutShort, .cutShort])
        #expect(lookup.udpWorks == nil && lookup.tcpWorks == nil && lookup.largeUDPWorks == nil)
    }

    @Test func tcpAlone() async throws {
        let server = try NameServer(udp: Self.nothing, tcp: Self.answer(Self.large))
        let lookup = try await ask(server, .tcp)
        #expect(lookup.attempts.map(\.transport) == [.tcp])
        #expect(lookup.udpWorks == nil && lookup.tcpWorks == true)
    }

    @Test func everyAttemptIsCounted() async throws {
        let server = try NameServer(udp: Self.truncated, tcp: Self.answer(Self.large))
        let counts = ExchangeCounts()
        let exchange = Exchange(.init(server.address), counts: counts)
        let question = Question(try #require(Name("www.example.test")), .a)
        _ = await exchange(question, as: .validator, timer: .seconds(30), by: .now + .seconds(60))
        #expect(
            counts.snapshot == [
                .init(transport: "udp", outcome: "truncated"): 1,
                .init(transport: "tcp", outcome: "answered"): 1,
            ])
    }
}
