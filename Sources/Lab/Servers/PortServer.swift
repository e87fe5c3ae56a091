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
        var servers: [PortServer] = []
        for (site, application, listener) in sockets.listeners {
            let behaviour: PortBehaviour
            switch site.host[application] {
            case .tls(let leaf, let handshake):
                let key = ContextKey(address: site.address, leaf: leaf, handshake: handshake)
                if contexts[key] == nil {
                    let identity = try certificates.identity(leaf, for: site.certificateNames)
                    contexts[key] = try TLSContext(lab: handshake, identity)
                }
                guard let context = contexts[key] else { continue }
                behaviour = .tls(context, application)
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
