import OpenSSL
import Testing

@testable import Probe

/// Certificates with and without an OCSP response, through a handshake and the rules.
@Suite struct StapleTests {
    static let (now, day) = (ServerAuthority.now, ServerAuthority.day)
    let authority: ServerAuthority

    init() throws { authority = try ServerAuthority.shared.get() }

    func see(
        mustStaple: Bool = false, versions: ClosedRange<TLSVersion> = .tls12 ... .tls13,
        _ staple: (Certificate) throws -> [UInt8]?
    ) async throws -> Seen {
        let leaf = try authority.leaf { $0.hasMustStaple = mustStaple }
        var identity = authority.identity([leaf, authority.intermediate])
        identity.ocspResponse = try staple(leaf)
        let context = try TLSContext(server: [identity], versions: versions)
        let server = try LoopbackServer { try await $0.serveTLS(context) }
        return await (try authority.stage()).see([server.address])
    }

    func response(_ builder: OCSPBuilder, _ leaf: Certificate) throws -> [UInt8] {
        try builder.response(
            about: leaf, issuedBy: authority.intermediate, signer: authority.intermediate,
            key: authority.key)
    }

    @Test(arguments: [TLSVersion.tls12, .tls13])
    func `A good staple is a fact and no finding`(_ version: TLSVersion) async throws {
        let builder = OCSPBuilder(
            .good, thisUpdate: Self.now - Self.day, nextUpdate: Self.now + Self.day)
        let seen = try await see(mustStaple: true, versions: version...version) {
            try response(builder, $0)
        }
        #expect(seen.classes.isEmpty, "\(seen.evidence)")
        let staple = seen.results[0].handshake?.certificate?.staple
        #expect(staple?.status == .good)
        #expect(staple?.nextUpdate == Self.now + Self.day)
    }

    @Test func `A revoked certificate is told with its time`() async throws {
        let builder = OCSPBuilder(
            .revoked(at: Self.now - Self.day), thisUpdate: Self.now - 60,
            nextUpdate: Self.now + Self.day)
        let seen = try await see { try response(builder, $0) }
        #expect(seen.classes == [.certRevoked])
        #expect(seen.evidence.contains("was revoked at 2027-01-14T08:00:00Z (keyCompromise)"))
    }

    @Test func `A promised staple that is missing fails, one that nobody promised does not`()
        async throws
    {
        #expect(try await see(mustStaple: true) { _ in nil }.classes == [.ocspStapleInvalid])
        #expect(try await see { _ in nil }.classes.isEmpty)
    }

    @Test func `A stale staple and one that is none are told`() async throws {
        let old = OCSPBuilder(
            .good, thisUpdate: Self.now - 9 * Self.day, nextUpdate: Self.now - 2 * Self.day)
        let stale = try await see { try response(old, $0) }
        #expect(stale.classes == [.ocspStapleInvalid])
        #expect(stale.evidence.contains("it is stale, it ended at 2027-01-13"))
        let rubbish = try await see { _ in [1, 2, 3] }
        #expect(rubbish.classes == [.ocspStapleInvalid])
        #expect(rubbish.evidence.contains("it cannot be read"))
        let refusal = try await see { _ in [0x30, 3, 0x0a, 1, 3] }
        #expect(refusal.evidence.contains("the responder answered trylater"))
    }
}
