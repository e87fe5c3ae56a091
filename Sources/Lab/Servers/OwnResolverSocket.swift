import Addresses
import Sockets

/// Where a name's own resolver is asked.
struct OwnResolverSocket: Sendable {
    let entry: Entry
    let kind: OwnResolver
    /// Nil where nothing answers.
    let service: Service?
    private let address: SocketAddress

    enum Service: Sendable {
        case plain(DNSService)
        case encrypted(EncryptedService)
    }

    init(
        _ entry: Entry, _ kind: OwnResolver, _ address: SocketAddress
    ) throws(SocketError) {
        (self.entry, self.kind, self.address) = (entry, kind, address)
        switch kind {
        case .silent, .overTLS(nil): service = nil
        case .overTLS, .overHTTPS: service = .encrypted(try EncryptedService(boundTo: address))
        default:
            service = .plain(
                try DNSService(
                    boundTo: address, hasTCP: kind != .withoutTCP, hearsUDP: kind != .withoutUDP))
        }
    }

    /// As configuration and command line name it.
    var spec: String {
        let name = OwnResolver.certificateName
        return switch kind {
        case .overTLS: "tls://\(name)@\(address)"
        case .overHTTPS(.post): "https://\(name)@\(address)\(EncryptedService.path)"
        case .overHTTPS(.get): "https://\(name)@\(address)\(EncryptedService.path){?dns}"
        default: address.description
        }
    }

    func close() {
        switch service {
        case .plain(let service): service.close()
        case .encrypted(let service): service.close()
        case nil: break
        }
    }
}
