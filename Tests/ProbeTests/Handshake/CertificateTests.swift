import Addresses
import Hostile
import OpenSSL
import Sockets
import Testing

@testable import Probe

/// Handshakes that complete, and what their certificates show.
@Suite struct CertificateTests {
    let peer: TLSPeer

    init() async throws {
        try await LabWorld.isUp()
        peer = try TLSPeer.shared.get()
    }

    private func findings(_ certificates: [Certificate]) async throws -> Diagnosis {
        let server = try TCPServer(tls: try peer.context(certificates))
        return try await peer.shake([server]).diagnosis
    }

    @Test func soundServerHasNoFinding() async throws {
        let server = try TCPServer(tls: try peer.context([try peer.leaf(), peer.intermediate]))
        let (results, diagnosis, _) = try await peer.shake([server])
        #expect(diagnosis.findings.isEmpty)
        let handshake = try #require(results.first?.handshake)
        #expect(handshake.isCompleted)
        #expect(handshake.version == "TLSv1.3")
        #expect(handshake.certificate?.sentChain.count == 2)
        #expect(handshake.certificate?.verifiedChain?.count == 3)
    }

    @Test func expiringSoonIsAWarning() async throws {
        let soon = try await findings([try peer.leaf(life: -85...5), peer.intermediate])
        #expect(soon.findings.map(\.failureClass) == [.certExpiring])
        #expect(soon.primary == nil)
        // A short life is renewed late: more than a fifth of it is left.
        let short = try await findings([try peer.leaf(life: -3...4), peer.intermediate])
        #expect(short.findings.isEmpty)
    }

    @Test func wrongOrderAndDuplicatesAreMisordered() async throws {
        let (leaf, root) = (try peer.leaf(), peer.root)
        for chain in [
            [leaf, root, peer.intermediate], [leaf, peer.intermediate, peer.intermediate],
        ] {
            let diagnosis = try await findings(chain)
            #expect(diagnosis.findings.map(\.failureClass) == [.chainMisordered])
            #expect(diagnosis.primary == nil)
        }
        let withRoot = try await findings([leaf, peer.intermediate, root])
        #expect(withRoot.findings.isEmpty)
    }

    @Test func expiredLeafOfAWrongNameIsBoth() async throws {
        let diagnosis = try await findings(
            [try peer.leaf("example.test", life: -90 ... -1), peer.intermediate])
        #expect(diagnosis.findings.map(\.failureClass) == [.certExpired, .certNameMismatch])
        #expect(
            diagnosis.findings.last?.evidence.first?.hasSuffix(
                "the certificate names example.test and not www.example.test; it does cover example.test"
            ) == true)
    }

    @Test func oneFindingForSeveralPlaces() async throws {
        let context = try peer.context([try peer.leaf(life: -90 ... -1), peer.intermediate])
        let servers = [try TCPServer(tls: context), try TCPServer(tls: context)]
        let diagnosis = try await peer.shake(servers).diagnosis
        #expect(diagnosis.findings.count == 1)
        #expect(diagnosis.primary?.failureClass == .certExpired)
        #expect(diagnosis.primary?.places == servers.map { "\($0.address)" })
        #expect(diagnosis.primary?.evidence.count == 2)
    }

    /// Two addresses of one name and port, one of which leads to somebody else.
    @Test func foreignCertificateBesideOursIsAWrongRecord() async throws {
        let ours = try TCPServer(
            on: try #require(IPAddress("127.0.77.1")),
            tls: try peer.context([try peer.leaf(), peer.intermediate]))
        let theirs = try TCPServer(
            on: try #require(IPAddress("127.0.77.2")), port: ours.address.port,
            tls: try peer.context([try peer.leaf("shop.example.org"), peer.intermediate]))
        let diagnosis = try await peer.shake([ours, theirs]).diagnosis
        let primary = try #require(diagnosis.primary)
        #expect(primary.failureClass == .recordPointsToWrongHost)
        #expect(primary.places == ["\(theirs.address)"])
        #expect(
            primary.evidence == [
                "\(theirs.address) presents a certificate for shop.example.org only, while "
                    + "\(ours.address) presents one for www.example.test"
            ])
        #expect(
            diagnosis.findings.map(\.failureClass) == [
                .recordPointsToWrongHost, .certNameMismatch, .endpointCertDisagreement,
            ])
    }

    @Test(arguments: [TLSVersion.tls12, .tls13])
    func demandedClientCertificate(_ version: TLSVersion) async throws {
        let context = try peer.context(
            [try peer.leaf(), peer.intermediate], requiresClientCertificate: true,
            versions: version...version)
        let (results, diagnosis, _) = try await peer.shake([try TCPServer(tls: context)])
        #expect(diagnosis.findings.map(\.failureClass) == [.clientCertificateRequired])
        #expect(results.first?.handshake?.clientCertificateRequested == true)
        #expect(results.first?.handshake?.certificate?.nameMatches == true)
    }

    /// An address has no name to send; its certificate is judged by the address.
    @Test func addressTargetIsMatchedByAddress() async throws {
        var draft = TLSPeer.draft("x")
        (draft.dnsNames, draft.ipAddresses) = ([], [[127, 0, 0, 1]])
        let leaf = try draft.issued(by: peer.intermediate, key: peer.key, for: peer.leafKey)
        let server = try TCPServer(tls: try peer.context([leaf, peer.intermediate]))
        let same = try await peer.shake([server], host: "127.0.0.1").diagnosis
        #expect(same.findings.isEmpty)
        let other = try await peer.shake([server], host: "127.0.0.2").diagnosis
        #expect(other.findings.map(\.failureClass) == [.certNameMismatch])
    }
}
