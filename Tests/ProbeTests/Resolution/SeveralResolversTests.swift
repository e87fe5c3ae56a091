import Addresses
import DNS
import Hostile
import Sockets
import Testing

@testable import Probe

/// The first resolver is the clients' view; the others are compared only.
@Suite struct SeveralResolversTests {
    enum Kind: String, Sendable, CaseIterable {
        case sound, other, silent, refusing, failing, denying, empty

        func server() throws -> NameServer {
            let data = try zone(
                "www.example.test. 300 A \(self == .other ? "192.0.2.8" : "192.0.2.7")")
            return try NameServer(udp: { question in
                switch self {
                case .sound, .other: [.send(question.answer(from: data))]
                case .silent: []
                case .refusing: [.send(question.answer([], .refused))]
                case .failing: [.send(question.answer([], .serverFailure))]
                case .denying: [.send(question.answer([], .nameError))]
                case .empty: [.send(question.answer())]
                }
            })
        }
    }

    static let cases: [([Kind], primary: FailureClass?, warnings: [FailureClass])] = [
        ([.sound, .sound], nil, []),
        ([.sound, .other], nil, [.resolverDisagreement]),
        ([.silent, .sound], .resolverUnreachable, []),
        ([.sound, .silent], nil, [.resolverUnreachable]),
        ([.silent, .silent], .dnsBlocked, []),
        ([.refusing, .sound], .resolverRefused, []),
        ([.sound, .refusing], nil, [.resolverRefused]),
        ([.refusing, .refusing], .resolverRefused, [.resolverRefused]),
        ([.failing, .sound], .unknown, []),
        ([.sound, .failing], nil, []),
        ([.failing, .failing], .unknown, []),
        ([.denying, .sound], .unknown, [.resolverDisagreement]),
        ([.sound, .denying], nil, [.resolverDisagreement]),
        ([.denying, .denying], .nameNotFound, []),
        ([.denying, .silent], .nameNotFound, [.resolverUnreachable]),
        ([.silent, .denying], .resolverUnreachable, []),
        ([.empty, .empty], .nameNoAddress, []),
        ([.sound, .empty], nil, [.resolverDisagreement]),
    ]

    @Test(arguments: cases)
    func severity(
        _ kinds: [Kind], _ primary: FailureClass?, _ warnings: [FailureClass]
    ) async throws {
        let servers = try kinds.map { try $0.server() }
        let (resolution, _) = try await resolve("www.example.test", servers)
        #expect(resolution.primary == primary)
        #expect(resolution.warnings == warnings)
        #expect(resolution.resolvers.map(\.resolver) == servers.map { "\($0.address)" })
    }

    @Test func evidenceNamesBothSides() async throws {
        let servers = [try Kind.sound.server(), try Kind.other.server()]
        let (resolution, _) = try await resolve("www.example.test", servers)
        let finding = try #require(resolution.diagnosis.findings.first)
        #expect(
            finding.evidence == [
                "\(servers[0].address) gives 192.0.2.7, TTL 300 s left",
                "\(servers[1].address) gives 192.0.2.8, TTL 300 s left",
            ])
        #expect(resolution.addresses.map(\.description) == ["192.0.2.7", "192.0.2.8"])
    }

    @Test func unreachableSaysWhoAnswers() async throws {
        let servers = [try Kind.silent.server(), try Kind.sound.server()]
        let (resolution, _) = try await resolve("www.example.test", servers)
        let finding = try #require(resolution.diagnosis.primary)
        #expect(finding.places == ["resolver \(servers[0].address)"])
        #expect(finding.evidence.count == 1)
        #expect(finding.evidence[0].hasSuffix("while \(servers[1].address) answers"))
    }

    @Test func tcpOnlyResolverIsNotAskedOverUDP() async throws {
        let data = try zone("www.example.test. 300 A 192.0.2.7")
        let counter = Counter()
        let server = try NameServer(
            udp: { _ in
                _ = counter.next()
                return []
            }, tcp: { [.send($0.answer(from: data))] })
        let (resolution, _) = try await resolve("www.example.test", [server], transport: .tcp)
        #expect(resolution.outcome == .addresses)
        #expect(resolution.resolvers.map(\.resolver) == ["tcp://\(server.address)"])
        #expect(counter.next() == 1)
    }

    @Test func noResolverIsALocalError() async throws {
        let (resolution, _) = try await resolve("www.example.test", [])
        #expect(resolution.outcome == .unavailable("no resolver is configured"))
        #expect(resolution.primary == .probeLocalError)
    }

    /// Without its full time a question is no evidence against the resolver.
    @Test func deadlineCutsShort() async throws {
        let server = try Kind.silent.server()
        let stage = ResolutionStage(resolvers: [.server(Exchange(.init(server.address)))])
        let name = try #require(Name("www.example.test"))
        let start = Deadline.now
        let resolution = await stage(
            .name(name), budget: .seconds(200), by: start + .milliseconds(300))
        #expect(resolution.outcome == .cutShort)
        #expect(resolution.primary == .probeDeadlineExceeded)
        #expect(Deadline.now - start < .seconds(30))
    }

    @Test func cancellationEndsTheWait() async throws {
        let server = try Kind.silent.server()
        let stage = ResolutionStage(resolvers: [.server(Exchange(.init(server.address)))])
        let name = try #require(Name("www.example.test"))
        let start = Deadline.now
        let task = Task {
            await stage(.name(name), budget: .seconds(200), by: start + .seconds(200))
        }
        task.cancel()
        #expect(await task.value.outcome == .cutShort)
        #expect(Deadline.now - start < .seconds(30))
    }
}
