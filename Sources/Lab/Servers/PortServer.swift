import Addresses
import OpenSSL
import Sockets

/// One listening port of a site and what it does.
struct PortServer: Sendable {
    private let listener: TCPListener
    private let behaviour: PortBehaviour
    private let bound: Bounded

    func run() async {
        await listener.serve(within: bound) { await behaviour.serve($0) }
    }

    /// Makes every site's servers, with certificates of their own.
    static func all(
        _ sockets: BoundSockets, _ certificates: Certificates
    ) throws(OpenSSLError) -> [PortServer] {
        let bound = Bounded(512)
        var contexts: [ContextKey: TLSContext] = [:]
        let context = {
            (site: Site, leaf: Service.Leaf, handshake: Service.Handshake) throws(OpenSSLError) in
            let key = ContextKey(address: site.address, leaf: leaf, handshake: handshake)
            if let made = contexts[key] { return made }
            let identity = try certificates.identity(leaf, for: site.certificateNames)
            let context = try TLSContext(lab: handshake, identity)
            contexts[key] = context
            return context
        }
        var servers: [PortServer] = []
        for (site, application, listener) in sockets.listeners {
            let behaviour: PortBehaviour
            switch site.host[application] {
            case .tls(let leaf, let handshake) where site.entry.answer.mail != nil:
                let policy = site.entry.answer.mail?.policyText(of: site.entry.owner)
                behaviour = .policy(
                    PolicyServer(context: try context(site, leaf, handshake), policy: policy))
            case .tls(let leaf, let handshake):
                behaviour = .tls(try context(site, leaf, handshake), application)
            case .upgrading(let upgrade, let leaf):
                behaviour = .upgrading(
                    UpgradingServer(
                        upgrade: upgrade, context: try context(site, leaf, .modern),
                        application: application))
            case .plaintext: behaviour = .plaintext
            case .mute: behaviour = .mute
            case .reset: behaviour = .reset
            case .alert: behaviour = .alert
            case .refused, .silent: continue
            }
            servers.append(PortServer(listener: listener, behaviour: behaviour, bound: bound))
        }
        return servers
    }

    /// The ports of one address share a context when they show the same.
    private struct ContextKey: Hashable {
        let address: IPAddress
        let leaf: Service.Leaf
        let handshake: Service.Handshake
    }
}
