import Addresses
import Configuration
import DNS
import Probe

@testable import DNSSEC

// What operators write: files and command lines.
extension FuzzBody {
    /// Anchors that can be read are written and read again to the same, and each of them can be matched.
    @Sendable public static func trustAnchors(_ bytes: [UInt8]) {
        guard let anchors = try? TrustAnchors(text: bytes) else { return }
        promise(!anchors.byZone.isEmpty, "nothing is trusted")
        var text = ""
        for (zone, trusted) in anchors.byZone {
            promise(anchors.closest(to: zone) == zone, "\(zone) is not found")
            promise(
                anchors.delegationSigners(of: zone).count == trusted.count, "\(zone) lost an anchor"
            )
            for anchor in trusted {
                let (type, data): (RecordType, RecordData) =
                    switch anchor {
                    case .ds(let ds): (.ds, .ds(ds))
                    case .dnskey(let key): (.dnskey, .dnskey(key))
                    }
                text += "\(Record(owner: zone, type: type, ttl: 0, data: data))\n"
            }
        }
        let again = try? TrustAnchors(text: Array(text.utf8))
        promise(again == anchors, "reads otherwise: \(text)")
    }

    /// What is written of a configuration reads the same; what is wrong in one is told with its place.
    @Sendable public static func configuration(_ bytes: [UInt8]) {
        do {
            let text = try Configuration(yaml: bytes, file: "f").yaml()
            let again = try? Configuration(yaml: Array(text.utf8), file: "f").yaml()
            promise(again == text, "reads otherwise: \(text)")
        } catch {
            promiseAPlace(error, in: bytes)
        }
        do { _ = try WebConfiguration(yaml: bytes, file: "f") } catch {
            promiseAPlace(error, in: bytes)
        }
    }

    private static func promiseAPlace(_ error: ConfigurationError, in bytes: [UInt8]) {
        let lines = 2 + bytes.count { $0 == 0x0a || $0 == 0x0d || $0 == 0x85 || $0 > 0x7f }
        promise(!error.message.isEmpty, "nothing is said")
        promise((0...lines).contains(error.position.line), "\(error) stands nowhere")
    }

    /// Targets, ports, resolvers and addresses, as command line and requests give them: what is taken is taken again
    /// from its own text.
    @Sendable public static func target(_ bytes: [UInt8]) {
        let text = String(decoding: bytes, as: UTF8.self)
        if let target = try? Target(parsing: text) {
            let again = try? Target(parsing: target.hostText)
            promise(again?.host == target.host, "\(target.hostText) is another host")
            promise(TargetRule([target.hostText]).permits(target), "\(text) is not itself")
        }
        if let ports = try? Port.list(parsing: text) {
            promise(!ports.isEmpty && ports.count <= 32, "\(ports.count) ports")
        }
        if case .server(let server) = try? ResolverSpec(parsing: text) {
            let again = try? ResolverSpec(parsing: server.label)
            promise(again == .server(server), "\(server.label) is another resolver")
        }
        if let server = (try? ResolverSpec(parsing: text))?.encrypted {
            let again = (try? ResolverSpec(parsing: server.label))?.encrypted
            promise(again == server, "\(server.label) is another resolver")
        }
        if let address = IPAddress(text) {
            promise(IPAddress(address.description) == address, "\(address) is another address")
        }
        if let address = SocketAddress(text) {
            promise(SocketAddress(address.description) == address, "\(address) is another")
        }
        if let network = IPNetwork(text) {
            promise(IPNetwork(network.description) == network, "\(network) is another network")
        }
    }
}
