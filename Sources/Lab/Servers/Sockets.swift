import Addresses
import OpenSSL
import Sockets

/// Everything that the lab binds, before anything is served.
struct BoundSockets: Sendable {
    let block: LoopbackBlock
    let resolver: DNSService
    let rootServer, topServer: DNSService
    /// Those that answer.
    let authorities: [(Authority, DNSService)]
    /// Of the names that bring their own, in the catalogue's order.
    let ownResolvers: [OwnResolverSocket]
    let listeners: [(site: Site, application: Application, listener: TCPListener)]
    let silent: [SilentPort]
    let ports: LabPorts
    /// ::1, if this host has it.
    let ipv6: IPAddress?
    private let claim: UDPSocket
    /// Bound and never read.
    private let deaf: [UDPSocket]

    /// Binds a block and ports; `.inUse` asks for another try with another block.
    init(_ block: LoopbackBlock, dnsPort: UInt16, ports: LabPorts) async throws(SocketError) {
        self.block = block
        claim = try UDPSocket(boundTo: SocketAddress(block.claim, port: Self.claimPort))
        resolver = try DNSService(boundTo: SocketAddress(block.resolver, port: dnsPort))
        let port = resolver.address.port
        let service = { (address: IPAddress) throws(SocketError) in
            try DNSService(boundTo: SocketAddress(address, port: port))
        }
        rootServer = try service(block.rootServer)
        topServer = try service(block.topServer)
        var silent: [SilentPort] = []
        var deaf: [UDPSocket] = []
        var authorities: [(Authority, DNSService)] = []
        for authority in Authority.allCases where authority != .gone {
            let address = SocketAddress(block.address(of: authority), port: port)
            if authority.isSilent {
                deaf.append(try UDPSocket(boundTo: address))
                silent.append(try await SilentPort(boundTo: address))
            } else {
                let service = try DNSService(boundTo: address, hasTCP: authority.hasTCP)
                authorities.append((authority, service))
            }
        }
        self.authorities = authorities

        let sites = Site.all(in: block)
        self.ports = try Self.free(ports, at: block.claim)
        var listeners: [(Site, Application, TCPListener)] = []
        var ownResolvers: [OwnResolverSocket] = []
        for entry in Catalogue.all {
            for kind in entry.resolvers where kind != .lab {
                let address = SocketAddress(block.ownResolver(ownResolvers.count), port: port)
                ownResolvers.append(try OwnResolverSocket(entry, kind, address))
                guard kind == .silent else { continue }
                deaf.append(try UDPSocket(boundTo: address))
                silent.append(try await SilentPort(boundTo: address))
            }
        }
        self.ownResolvers = ownResolvers
        self.deaf = deaf
        for site in sites {
            for application in Application.allCases {
                let address = SocketAddress(site.address, port: self.ports[application])
                switch site.host[application] {
                case .refused: continue
                case .silent: silent.append(try await SilentPort(boundTo: address))
                default: listeners.append((site, application, try TCPListener(boundTo: address)))
                }
            }
        }
        self.silent = silent
        let ipv6 = IPAddress(ipv6: 1)
        if (try? UDPSocket(boundTo: SocketAddress(ipv6, port: 0))) != nil {
            for site in sites where site.entry.hasIPv6 {
                for application in Application.allCases {
                    let address = SocketAddress(ipv6, port: self.ports[application])
                    listeners.append((site, application, try TCPListener(boundTo: address)))
                }
            }
            self.ipv6 = ipv6
        } else {
            self.ipv6 = nil
        }
        self.listeners = listeners
    }

    /// Replaces each 0 by a port that is free now.
    private static func free(
        _ ports: LabPorts, at address: IPAddress
    ) throws(SocketError) -> LabPorts {
        var ports = ports
        // All at once, or one number could be given twice.
        var held: [TCPListener] = []
        let paths = [\LabPorts.https, \.imaps, \.smtps, \.smtp, \.imap]
        for path in paths where ports[keyPath: path] == 0 {
            let listener = try TCPListener(boundTo: SocketAddress(address, port: 0))
            ports[keyPath: path] = listener.localAddress.port
            held.append(listener)
        }
        for listener in held { listener.close() }
        return ports
    }

    func close() {
        for service in [resolver, rootServer, topServer] { service.close() }
        for (_, service) in authorities { service.close() }
        for resolver in ownResolvers { resolver.close() }
        for socket in deaf { socket.close() }
        for (_, _, listener) in listeners { listener.close() }
        for port in silent { port.close() }
        claim.close()
    }

    private static let claimPort: UInt16 = 10_853
}

extension Host {
    subscript(application: Application) -> Service {
        switch application {
        case .https: https
        case .imaps: imaps
        case .smtps: smtps
        case .smtp: smtp
        case .imap: imap
        }
    }
}

extension LabPorts {
    subscript(application: Application) -> UInt16 {
        switch application {
        case .https: https
        case .imaps: imaps
        case .smtps: smtps
        case .smtp: smtp
        case .imap: imap
        }
    }
}
