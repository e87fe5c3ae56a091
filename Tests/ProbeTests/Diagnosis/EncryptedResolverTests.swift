import Addresses
import DNS
import Testing

@testable import Probe

/// A resolver inside TLS that cannot be asked, beside others.
@Suite struct EncryptedResolverTests {
    private enum Kind: Sendable { case plain, encrypted }

    static let failures: [ExchangeFailure] = [
        .timedOut, .unreachable("the peer refused"), .tls("an alert"), .untrusted("a stranger"),
        .http("no HTTP/2"), .httpStatus(403, "forbidden"),
    ]

    @Test(arguments: failures)
    func isRestrictedWhilePort53Works(_ failure: ExchangeFailure) throws {
        let first = try findings([(.encrypted, failure), (.plain, nil)])
        #expect(first.map(\.failureClass) == [.encryptedDNSRestricted])
        #expect(first.map(\.severity) == [.failure])
        let evidence = try #require(first.first?.evidence.first)
        #expect(evidence.contains(failure.description) && evidence.contains("resolver 1"))
        let second = try findings([(.plain, nil), (.encrypted, failure)])
        #expect(second.map(\.failureClass) == [.encryptedDNSRestricted])
        #expect(second.map(\.severity) == [.warning])
    }

    /// Another encrypted one says nothing of port 53, and one alone has nothing to be compared with.
    @Test func isUnreachableOtherwise() throws {
        let beside = try findings([(.encrypted, .timedOut), (.encrypted, nil)])
        #expect(beside.map(\.failureClass) == [.resolverUnreachable])
        let alone = try findings([(.encrypted, .timedOut)])
        #expect(alone.map(\.failureClass) == [.resolverUnreachable])
        let both = try findings([(.encrypted, .timedOut), (.encrypted, .timedOut)])
        #expect(both.map(\.failureClass) == [.resolverUnreachable, .resolverUnreachable])
        let plain = try findings([(.plain, .timedOut), (.encrypted, nil)])
        #expect(plain.map(\.failureClass) == [.resolverUnreachable])
    }

    private func findings(_ resolvers: [(Kind, ExchangeFailure?)]) throws -> [Finding] {
        let name = try #require(Name("a.test"))
        let views = resolvers.enumerated().map { index, resolver in
            let lookups = [RecordType.a, .aaaa].map { type in
                let reply = Message(id: 1, flags: .isResponse)
                return Lookup(
                    question: Question(name, type),
                    outcome: resolver.1.map { .failure($0) } ?? .success(reply), duration: .zero)
            }
            var view = ResolverView(resolver: "resolver \(index)", lookups: lookups)
            view.isEncrypted = resolver.0 == .encrypted
            return view
        }
        let resolution = Resolution(
            host: "a.test", name: name, resolvers: views, outcome: .noAddress)
        return ResolverRules(resolution: resolution).findings
    }
}
