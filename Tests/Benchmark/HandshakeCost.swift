import Addresses
import OpenSSL
import Peers
import Probe
import Sockets

/// A full handshake (TLS 1.3, X25519, two P-256 certificates sent and verified) beside a minimal C client's on the same
/// libssl, against the same nginx in the same run, the sides by turns.
enum HandshakeCost {
    /// With `isAlone` only our side runs, to be profiled.
    static func run(_ client: String, isAlone: Bool) async throws {
        let ground = try await Ground.shared.value
        let authority = try await CertificateAuthority()
        let site = TLSServers.Site(name, try await authority.issue([name]))
        let address = ground.freshAddress()
        let server = try await TLSServers.nginx([address], [site])
        defer { withExtendedLifetime(server) {} }
        let ours = try Shaking(name, address, authority)
        if isAlone {
            for _ in 0..<rounds { print(try await ours.cost(of: count)) }
            return
        }
        print(heading(client))
        var comparison = Comparison()
        for _ in 0..<rounds {
            comparison.ours.append(try await ours.cost(of: count))
            let output = try await check(
                client, [address, "443", name, authority.root, "\(count)"], seconds: 120)
            comparison.theirs.append(try cost(told: output, of: count))
        }
        print(comparison.line("TLS 1.3, chain verified"))
        await server.stop()
    }

    private static let name = "web.hosts.test"
    private static let rounds = 15
    private static let count = 200

    private static func heading(_ client: String) -> String {
        """

        CPU (user and system, all threads) per full handshake, in microseconds: TLS 1.3, X25519, two P-256 certificates
        sent and verified for a name, no resumption; \(rounds) rounds a side by turns, \(count) handshakes each.
          trustpath    the probe's handshake stage in this process, through its own sockets
          C client     \(client) ADDRESS PORT NAME CAFILE COUNT
          both against one nginx on loopback

                                                       trustpath        C client
        case                                           min  median    min  median   ratios
        """
    }
}

/// Our side: the handshake stage as the probe runs it, sockets included.
private struct Shaking {
    private let stage: HandshakeStage
    private let endpoint: Endpoint

    init(_ name: String, _ address: String, _ authority: CertificateAuthority) throws {
        guard let address = IPAddress(address) else { throw PeerError("\(address) is no address") }
        endpoint = Endpoint(host: name, address: address, port: Port(443))
        stage = try HandshakeStage(
            trust: TrustStore(pem: Array(read(authority.root).utf8)), intermediates: [],
            serverName: nil, policy: AddressRule())
    }

    /// CPU time of this process per handshake, microseconds; throws where one is not sound.
    func cost(of count: Int) async throws -> Double {
        for _ in 0..<10 { try await shake() }
        let start = cpuTime()
        for _ in 0..<count { try await shake() }
        return (cpuTime() - start) / Double(count)
    }

    private func shake() async throws {
        let (batches, continuation) = AsyncStream<[Endpoint]>.makeStream()
        continuation.yield([endpoint])
        continuation.finish()
        let results = await stage(
            batches, budget: .seconds(20), by: .now + .seconds(20), at: WallClock.now)
        guard let handshake = results.first?.handshake, handshake.isCompleted,
            handshake.version == "TLSv1.3", handshake.group == "X25519",
            let certificate = handshake.certificate, certificate.sentChain.count == 2,
            certificate.verification.isTrusted, certificate.nameMatches
        else { throw PeerError("a handshake was not sound: \(results)") }
    }
}
