import Addresses
import OpenSSL
import Testing

@testable import Probe

/// Facts beside the verdict: timestamps of the logs, names of addresses.
@Suite struct CertificateFactsTests {
    static let (now, day) = (ServerAuthority.now, ServerAuthority.day)
    let authority: ServerAuthority

    init() throws { authority = try ServerAuthority.shared.get() }

    /// A list of one timestamp of version 1, in TLS form (RFC 6962 3.2, 3.3).
    static let timestamps: [UInt8] = {
        let signature: [UInt8] = [4, 3, 0, 8] + [UInt8](repeating: 9, count: 8)
        let one = [0] + [UInt8](repeating: 7, count: 40) + [0, 0] + signature
        return [0, UInt8(one.count + 2), 0, UInt8(one.count)] + one
    }()

    func see(
        _ change: (inout CertificateBuilder) -> Void, staple: OCSPBuilder? = nil
    ) async throws -> Seen {
        let leaf = try authority.leaf(ServerAuthority.host, for: nil, change)
        var identity = authority.identity([leaf, authority.intermediate])
        identity.ocspResponse = try staple?.response(
            about: leaf, issuedBy: authority.intermediate, signer: authority.intermediate,
            key: authority.key)
        let context = try TLSContext(server: [identity])
        let server = try LoopbackServer { try await $0.serveTLS(context) }
        return await (try authority.stage()).see([server.address])
    }

    func words(_ seen: Seen) throws -> String? {
        let handshake = try #require(seen.results[0].handshake)
        return handshake.certificate?.attachmentWords(handshake)
    }

    @Test func `Timestamps are told by where they came`() async throws {
        #expect(try words(await see({ _ in })) == nil)

        let value = [4, UInt8(Self.timestamps.count)] + Self.timestamps
        let embedded = try await see { $0.others = [("1.3.6.1.4.1.11129.2.4.2", value)] }
        #expect(embedded.classes.isEmpty, "\(embedded.evidence)")
        #expect(try words(embedded) == "certificate timestamps in the certificate")

        var builder = OCSPBuilder(
            .good, thisUpdate: Self.now - Self.day, nextUpdate: Self.now + Self.day)
        builder.timestamps = Self.timestamps
        let stapled = try await see({ _ in }, staple: builder)
        #expect(stapled.classes.isEmpty, "\(stapled.evidence)")
        #expect(try words(stapled)?.hasSuffix("timestamps in the OCSP staple") == true)
    }

    @Test func `A broken list of timestamps is a warning`() async throws {
        let seen = try await see { $0.others = [("1.3.6.1.4.1.11129.2.4.2", [4, 2, 0, 9])] }
        #expect(seen.classes == [.certInvalid])
        #expect(seen.primary == nil)
        #expect(seen.evidence.contains("cannot be read: ct_precert_scts"))
    }

    @Test(
        arguments: [
            ("192.0.2.7", [192, 0, 2, 7], nil), ("192.0.2.7", [192, 0, 2, 8], "192.0.2.8 and not"),
            (
                "2001:db8::7", [0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7], nil
            ),
            ("2001:db8::7", [192, 0, 2, 7], "192.0.2.7 and not for 2001:db8::7"),
            ("::ffff:192.0.2.7", [192, 0, 2, 7], "and not for ::ffff:192.0.2.7"),
            ("192.0.2.7", [], "192.0.2.7 stands among its DNS names, and an address must be an"),
        ] as [(String, [UInt8], String?)])
    func `An address is covered by an iPAddress entry alone`(
        _ host: String, _ entry: [UInt8], _ evidence: String?
    ) throws {
        let leaf = try authority.leaf {
            $0.dnsNames = ["192.0.2.7"]
            if !entry.isEmpty { ($0.dnsNames, $0.ipAddresses) = ([], [entry]) }
        }
        let address = try #require(IPAddress(host))
        var sighting = Sighting(
            Endpoint(host: host, address: address, port: Port(443, .https)),
            .connected(.milliseconds(1)), serverName: host)
        sighting.result.handshake = Handshake(outcome: .completed, duration: .milliseconds(5))
        sighting.sentChain = [leaf, authority.intermediate]
        let judge = CertificateJudge(
            trust: TrustStore(certificates: [authority.root]), intermediates: [])
        let seen = Seen(judge([sighting], at: Self.now))
        #expect(seen.classes == (evidence == nil ? [] : [.certNameMismatch]))
        #expect(seen.evidence.contains(evidence ?? ""), "\(seen.evidence)")
    }

    @Test func `Of a chain that two servers send, what is read is read once`() throws {
        let chain = [try authority.leaf(), authority.intermediate]
        let again = try chain.map { try #require(Certificate(der: $0.der)) }
        let seen = try authority.judged([chain, again]).results.compactMap {
            $0.handshake?.certificate
        }
        #expect(seen.count == 2)
        #expect(seen[0].leaf === seen[1].leaf)
        #expect(seen[0].sentChain[1] === seen[1].sentChain[1])
    }
}
