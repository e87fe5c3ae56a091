import OpenSSL
import Testing

@testable import Probe

/// Servers with an RSA and an ECDSA certificate, and with one of them.
@Suite struct BothKeysTests {
    let authority: ServerAuthority
    let rsaKey: PrivateKey

    init() throws {
        authority = try ServerAuthority.shared.get()
        rsaKey = try PrivateKey.generate(.rsa(bits: 2048))
    }

    func see(
        _ identities: [ServerIdentity], _ version: TLSVersion, fetchesBoth: Bool = true
    ) async throws -> Seen {
        var extras = HandshakeStage.Extras()
        extras.fetchesBothKeys = fetchesBoth
        let context = try TLSContext(server: identities, versions: version...version)
        let server = try LoopbackServer { try await $0.serveTLS(context) }
        return await (try authority.stage(extras: extras)).see([server.address])
    }

    func identities(_ change: (inout CertificateBuilder) -> Void = { _ in }) throws
        -> [ServerIdentity]
    {
        [
            authority.identity([try authority.leaf(), authority.intermediate]),
            authority.identity(
                [try authority.leaf(for: rsaKey, change), authority.intermediate], key: rsaKey),
        ]
    }

    @Test(arguments: [TLSVersion.tls12, .tls13])
    func `Both certificates are fetched and judged, each by its key`(_ version: TLSVersion)
        async throws
    {
        let seen = try await see(
            try identities { $0.notAfter = ServerAuthority.now - ServerAuthority.day }, version)
        let handshake = try #require(seen.results[0].handshake)
        let types = [handshake.certificate?.keyType, handshake.otherCertificate?.keyType]
        #expect(Set(types) == ["ecdsa", "rsa"])
        #expect(seen.classes == [.certExpired], "\(seen.evidence)")
        #expect(seen.evidence.contains("RSA 2048"))
        #expect(seen.diagnosis.primary?.places.count == 1)
    }

    @Test(arguments: [TLSVersion.tls12, .tls13])
    func `A server with one key has one certificate, and no finding for the other`(
        _ version: TLSVersion
    ) async throws {
        for identity in try identities() {
            let seen = try await see([identity], version)
            #expect(seen.results[0].handshake?.certificate != nil)
            #expect(seen.results[0].handshake?.otherCertificate == nil)
            #expect(seen.classes.isEmpty, "\(seen.evidence)")
        }
    }

    @Test func `The other one is not asked for unless the module says so`() async throws {
        let seen = try await see(try identities(), .tls13, fetchesBoth: false)
        #expect(seen.results[0].handshake?.otherCertificate == nil)
    }
}
