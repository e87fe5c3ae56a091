import Addresses
import DNS
import DNSSEC
import Lab
import OpenSSL
import Sockets
import Testing

/// Asks one server, by UDP and by TCP where the answer is cut.
final class Client: Sendable {
    private let server: SocketAddress

    init(_ server: SocketAddress) { self.server = server }

    func ask(_ query: Message) async throws -> Message {
        let reply = try Message(decoding: await byUDP(query.encoded()))
        guard reply.flags.contains(.truncated) else { return reply }
        return try Message(decoding: await byTCP(query.encoded()))
    }

    func byUDP(_ query: [UInt8]) async throws -> [UInt8] {
        let socket = try UDPSocket(connectedTo: server)
        try socket.send(query)
        return try await socket.receive(by: .now + .seconds(5))
    }

    func byTCP(_ query: [UInt8]) async throws -> [UInt8] {
        let deadline = Deadline.now + .seconds(5)
        let connection = try await TCPConnection.connect(to: server, by: deadline)
        try await connection.write([0, UInt8(query.count)] + query, by: deadline)
        var received: [UInt8] = []
        while received.count < 2
            || received.count < 2 + (Int(received[0]) << 8 | Int(received[1]))
        {
            let more = try await connection.read(atMost: 65_537, by: deadline)
            try #require(!more.isEmpty)
            received += more
        }
        return Array(received[2...])
    }
}

extension Message {
    /// A query with DO; `checks` leaves CD unset.
    init(_ question: Question, checks: Bool = false) {
        self.init(
            id: .random(in: .min ... .max),
            flags: checks ? .recursionDesired : [.recursionDesired, .checkingDisabled],
            questions: [question], edns: EDNS(dnssecOK: true))
    }
}

extension Lab {
    /// The lab of all tests that only look; it ends with the process.
    static func shared() async throws -> Lab { try await starting.value }

    private static let starting = Task { try await Lab.start() }

    /// Our validator over the lab's resolver, or over another, as the agent uses it.
    func validator(over resolver: String? = nil) throws -> Validator {
        let address = try #require(resolver.map { SocketAddress($0) } ?? self.resolver)
        let client = Client(address)
        return Validator(anchors: try TrustAnchors(text: Array(trustAnchorText.utf8))) {
            question in
            guard let reply = try? await client.ask(Message(question)) else {
                return .failure(.init("no answer"))
            }
            return .success(reply)
        }
    }
}

/// One after another: each is about time, ports or a lab of its own.
@Suite(.serialized) struct LabTests {
    @Test func everyNameHasItsStatus() async throws {
        let lab = try await Lab.shared()
        for entry in Lab.names {
            let name = try #require(Name(entry.name))
            // The last of its resolvers is a sound one, if there is one.
            let validator = try lab.validator(over: lab.resolvers(of: entry).last)
            async let first = validator.validate(Question(name, .a), at: WallClock.now)
            let others = await validator.validate(Question(name, .aaaa), at: WallClock.now)
            let addresses = await first
            let verdict = others.status > addresses.status ? others : addresses
            #expect(
                verdict.status == entry.expectedStatus,
                "\(entry.name): \(verdict.fault?.detail ?? "")")
            if let expected = entry.expectedClass, expected.hasPrefix("dnssec_") {
                #expect(verdict.fault?.kind.rawValue == expected, "\(entry.name)")
            }
        }
    }
}
