import Foundation
import Peers

/// The signed tree with nginx, Dovecot and Postfix in it, and configuration files that see the world through them.
struct PeerWorld {
    static let shared = Task { try await PeerWorld() }

    let tree: SignedTree
    let peers: TLSPeers
    /// A `default` module with the peers' CA, the tree's anchor and its Unbound.
    let configuration: String

    private init() async throws {
        async let tree = SignedTree.shared.value
        async let peers = TLSPeers.shared.value
        (self.tree, self.peers) = try await (tree, peers)
        configuration = try await Ground.shared.value.newDirectory("world") + "/trustpath.yml"
        try write(
            """
            modules:
              default:
                resolvers: [\(self.tree.resolver)]
                ports: [443, {port: 993, optional: true}, {port: 465, optional: true}]
                dnssec: {trust_anchors: \(self.tree.trustAnchors)}
                tls: {ca_file: \(self.peers.authority.root)}
              bare:
                tls: {ca_file: \(self.peers.authority.root)}
              informed:
                tls:
                  ca_file: \(self.peers.authority.root)
                  intermediates_file: \(self.peers.authority.intermediate)

            """, to: configuration)
    }

    /// Runs `trustpath probe` by a module that knows the CA; resolver and anchor come from the command line.
    func probe(_ target: String, _ options: String..., module: String = "bare") async throws
        -> CommandResult
    {
        try await run(
            trustpathBinary(),
            [
                "probe", target, "--config.file", configuration, "--module", module, "--resolver",
                tree.resolver, "--trust-anchor", tree.trustAnchors,
            ] + options)
    }
}

/// The part of a report in JSON that the tests look at.
struct ReportText: Decodable {
    struct Finding: Decodable {
        let `class`: String
        let severity: String
        let confidence: String
        let places: [String]
        let evidence: [String]
    }
    struct Endpoint: Decodable {
        struct State: Decodable { let state: String }
        let address: String
        let port: Int
        let connection: State
        let handshake: State?
    }
    struct Validation: Decodable { let status: String }

    let target: String
    let success: Bool
    let `class`: String?
    let findings: [Finding]
    let endpoints: [Endpoint]
    let dnssec: Validation?

    /// Throws what was printed when it is no report.
    init(_ result: CommandResult) throws {
        do {
            self = try JSONDecoder().decode(ReportText.self, from: Data(result.output.utf8))
        } catch {
            throw PeerError("\(error): status \(result.status) \(result.output)\(result.errors)")
        }
    }
}
