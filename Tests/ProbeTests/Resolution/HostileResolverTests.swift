import Addresses
import DNS
import Hostile
import Sockets
import Testing

@testable import Probe

/// One resolver that misbehaves: what is made of it, and that it ends in time.
@Suite struct HostileResolverTests {
    static let host = "www.example.test"
    static let address = "www.example.test. 300 A 192.0.2.7"
    static let data = Result { try zone(address) }

    /// A way to answer and what must come of it.
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let udp: NameServer.Reaction
        var tcp: NameServer.Reaction?
        let outcome: Resolution.Outcome
        let primary: FailureClass?

        init(
            _ name: String, _ outcome: Resolution.Outcome = .addresses,
            _ primary: FailureClass? = nil, tcp: NameServer.Reaction? = nil,
            udp: @escaping NameServer.Reaction
        ) {
            (testDescription, self.udp, self.tcp) = (name, udp, tcp)
            (self.outcome, self.primary) = (outcome, primary)
        }
    }

    static func good(_ question: Message) -> [NameServer.Act] {
        [.send(question.answer(from: (try? data.get()) ?? []))]
    }
    static func nothing(_ question: Message) -> [NameServer.Act] { [] }
    static func truncated(_ question: Message) -> [NameServer.Act] {
        [.send(question.answer { $0.flags.insert(.truncated) })]
    }
    static func changed(
        _ question: Message, _ change: (inout Message) -> Void
    ) -> [UInt8] {
        guard var answer = try? Message(decoding: question.answer(from: try data.get())) else {
            return []
        }
        change(&answer)
        return answer.encoded()
    }
    /// A header that says one question and one answer, and a name that points at itself.
    static func loop(_ question: Message) -> [UInt8] {
        [UInt8(question.id >> 8), UInt8(question.id & 0xff), 0x81, 0x80, 0, 1, 0, 1, 0, 0, 0, 0]
            + [0xc0, 12, 0, 1, 0, 1] + [0xc0, 18, 0, 1, 0, 1, 0, 0, 0, 9, 0, 4, 1, 2, 3, 4]
    }

    static let cases: [Case] = [
        Case("sound", udp: good),
        Case("wrong ID", .failed, .resolverUnreachable) { [.send(changed($0) { $0.id ^= 1 })] },
        Case("wrong ID, then right") { [.send(changed($0) { $0.id &+= 1 })] + good($0) },
        Case("wrong name", .failed, .resolverUnreachable) {
            [.send(changed($0) { $0.questions[0].name = .root })]
        },
        Case("wrong type", .failed, .resolverUnreachable) {
            [.send(changed($0) { $0.questions[0].type = .txt })]
        },
        Case("no question in a positive answer", .failed, .resolverUnreachable) {
            [.send(changed($0) { $0.questions = [] })]
        },
        Case("a question instead of an answer", .failed, .resolverUnreachable) {
            [.send(changed($0) { $0.flags.remove(.isResponse) })]
        },
        Case("from another port", .failed, .resolverUnreachable) {
            [.sendFromElsewhere($0.answer(from: (try? data.get()) ?? []))]
        },
        Case("from another port, then right") {
            [.sendFromElsewhere($0.answer([], .nameError))] + good($0)
        },
        Case("garbage", .failed, .resolverUnreachable) { _ in
            [.send([]), .send([1, 2, 3]), .send(Array(repeating: 0xff, count: 600))]
        },
        Case("compression loop", .failed, .resolverUnreachable) { [.send(loop($0))] },
        Case("compression loop, then right") { [.send(loop($0))] + good($0) },
        Case("counts that nothing follows", .failed, .resolverUnreachable) { question in
            [.send(Array(loop(question).prefix(6)) + [0xff, 0xff, 0xff, 0xff, 0xff, 0xff])]
        },
        Case("truncated, TCP works", tcp: good, udp: truncated),
        Case("truncated, TCP refused", .failed, .dnsTransportRestricted, udp: truncated),
        Case(
            "truncated, TCP silent", .failed, .dnsTransportRestricted, tcp: nothing, udp: truncated),
        Case(
            "truncated, TCP drips", .failed, .dnsTransportRestricted,
            tcp: { [.drip([0, 40] + $0.answer(from: []))] }, udp: truncated),
        Case(
            "truncated, TCP promises more than comes", .failed, .dnsTransportRestricted,
            tcp: { [.raw([0xff, 0xff] + $0.answer(from: [])), .close] }, udp: truncated),
        Case(
            "truncated, TCP promises less than comes", .failed, .dnsTransportRestricted,
            tcp: { [.raw([0, 5] + $0.answer(from: []))] }, udp: truncated),
        Case(
            "truncated, TCP closes", .failed, .dnsTransportRestricted, tcp: { _ in [.close] },
            udp: truncated),
        Case("silent", .failed, .resolverUnreachable, tcp: nothing, udp: nothing),
        Case("UDP silent, TCP works", tcp: good, udp: nothing),
        Case("REFUSED", .failed, .resolverRefused) { [.send($0.answer([], .refused))] },
        Case("NOTAUTH", .failed, .resolverRefused) { [.send($0.answer([], .notAuthoritative))] },
        Case("NOTIMP", .failed, .resolverRefused) { [.send($0.answer([], .notImplemented))] },
        Case("SERVFAIL", .failed, .unknown) { [.send($0.answer([], .serverFailure))] },
        Case("SERVFAIL unless CD=1", .addresses, .dnssecBogus) {
            $0.flags.contains(.checkingDisabled)
                ? good($0) : [.send($0.answer([], .serverFailure))]
        },
        Case("FORMERR for EDNS") {
            $0.edns == nil ? good($0) : [.send($0.answer([], .formatError) { $0.edns = nil })]
        },
        Case("bare FORMERR for EDNS") { question in
            guard question.edns != nil else { return good(question) }
            return [
                .send(
                    question.answer([], .formatError) { ($0.edns, $0.questions) = (nil, []) })
            ]
        },
        Case(
            "FORMERR for EDNS over TCP",
            tcp: {
                $0.edns == nil ? good($0) : [.send($0.answer([], .formatError) { $0.edns = nil })]
            }, udp: nothing),
        Case("folds to lower case") { question in
            [.send(changed(question) { $0.questions[0].name = $0.questions[0].name.lowercased })]
        },
        Case("folds to upper case", tcp: good) { question in
            [.send(changed(question) { $0.questions[0].name = upper })]
        },
    ]

    private static let upper = Name(host.uppercased()) ?? .root

    @Test(arguments: cases)
    func outcome(_ one: Case) async throws {
        let server = try NameServer(udp: one.udp, tcp: one.tcp)
        let (resolution, elapsed) = try await resolve(Self.host, [server])
        #expect(resolution.outcome == one.outcome)
        #expect(resolution.primary == one.primary)
        if one.outcome == .addresses {
            #expect(resolution.addresses == [try #require(IPAddress("192.0.2.7"))])
        }
        // CD=1 after SERVFAIL and the walk along aliases are three questions at most.
        #expect(elapsed < .seconds(64))
    }

    @Test func floodOfForeignDatagramsEndsInTime() async throws {
        let server = try NameServer(udp: { question in
            Array(
                repeating: .send(Self.changed(question) { $0.id ^= 0x5555 }), count: 2000)
        })
        let (resolution, elapsed) = try await resolve(Self.host, [server])
        #expect(resolution.primary == .resolverUnreachable)
        #expect(elapsed < .seconds(64))
    }

    @Test func casesOfNamesAreRandomAndEDNSIsPlain() async throws {
        let server = try NameServer(udp: Self.good)
        for _ in 0..<4 { _ = try await resolve(Self.host, [server]) }
        let questions = server.questions
        #expect(questions.count >= 8)
        #expect(Set(questions.map(\.id)).count > 1)
        #expect(questions.contains { $0.questions[0].name.text != Self.host })
        for question in questions {
            #expect(question.flags == .recursionDesired)
            #expect(question.edns?.udpPayloadSize == 1232)
            #expect(question.edns?.dnssecOK == false)
        }
    }

    @Test func retriesUntilAnswered() async throws {
        let count = Counter()
        let server = try NameServer(udp: { question in
            // Each of the two questions is lost twice.
            count.next() <= 4 ? [] : Self.good(question)
        })
        let (resolution, _) = try await resolve(Self.host, [server])
        #expect(resolution.outcome == .addresses)
        #expect(server.questions.count >= 5)
    }
}
