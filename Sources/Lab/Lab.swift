package import Addresses
import DNS
import DNSSEC
import Glibc
package import OpenSSL
package import Sockets
import Synchronization

/// The high ports that stand for 443, 993, 465, 25 and 143, the same numbers on every lab address.
package struct LabPorts: Hashable, Sendable {
    /// 0 takes a free one.
    package var https: UInt16
    package var imaps: UInt16
    package var smtps: UInt16
    package var smtp: UInt16
    package var imap: UInt16

    package init(
        https: UInt16 = 0, imaps: UInt16 = 0, smtps: UInt16 = 0, smtp: UInt16 = 0, imap: UInt16 = 0
    ) {
        (self.https, self.imaps, self.smtps) = (https, imaps, smtps)
        (self.smtp, self.imap) = (smtp, imap)
    }
}

/// Why the lab cannot start.
package enum LabError: Error, Hashable, Sendable, CustomStringConvertible {
    case socket(SocketError)
    case keys(OpenSSLError)
    /// A name of the catalogue that is none: a fault of this program.
    case name(String)

    package var description: String {
        switch self {
        case .socket(.system(let call, EADDRINUSE)):
            "the lab's ports on loopback are taken (\(call)): stop what uses them or choose others"
        case .socket(let error): "the lab cannot open its sockets on loopback: \(error)"
        case .keys(let error): "the lab cannot make its keys and certificates: \(error)"
        case .name(let text): "the lab's catalogue holds \"\(text)\", which is no name"
        }
    }
}

/// The embedded world: a signed DNS tree and TLS servers on loopback, one name per failure class.
///
/// In process, no root, no file. Every zone, key and certificate is made at start; nothing that it
/// sends leaves loopback.
package final class Lab: Sendable {
    /// The recursive resolver, UDP and TCP; the authoritative servers use the same port.
    package let resolver: SocketAddress
    /// Where the root zone is served.
    package let rootServer: SocketAddress
    package let ports: LabPorts
    /// The DS of the lab's root in presentation format, one line.
    package let trustAnchorText: String
    /// NS and address of the lab's root server, in the form of a root hints file.
    package let rootHintsText: String
    /// The CA that the lab's clients are to trust.
    package let rootCertificate: Certificate
    /// Intermediates that a client may know beforehand.
    package let intermediates: [Certificate]
    /// SPECs of the names that bring their own resolvers.
    private let ownResolvers: [String: [String]]
    private let sockets: BoundSockets
    private let running: Task<Void, Never>

    package static var names: [LabName] { Catalogue.all.map(\.name) }

    /// Resolver SPECs to probe a name with, the first as its users' view.
    package func resolvers(of name: LabName) -> [String] {
        ownResolvers[name.name] ?? [resolver.description]
    }

    /// Binds, makes keys and starts to serve; answers when every server listens. Port 0 is a free one.
    package static func start(
        dnsPort: UInt16 = 0, ports: LabPorts = LabPorts()
    ) async throws(LabError) -> Lab {
        let sockets = try await bind(dnsPort: dnsPort, ports: ports)
        do throws(LabError) {
            return try Lab(sockets)
        } catch {
            sockets.close()
            throw error
        }
    }

    private init(_ sockets: BoundSockets) throws(LabError) {
        let (now, block) = (WallClock.now, sockets.block)
        let sites = Site.all(in: block)
        let web: (certificates: Certificates, servers: [PortServer])
        let digest: [UInt8]
        do throws(OpenSSLError) {
            let certificates = try Certificates(at: now)
            digest = try certificates.keyDigest
            web = (certificates, try PortServer.all(sockets, certificates))
        } catch {
            throw .keys(error)
        }
        let ports = sockets.ports
        let tlsa = TLSARecords(
            ports: [ports.https, ports.imaps, ports.smtps, ports.smtp], digest: digest)
        let tree = try Tree(block, sites, ipv6: sockets.ipv6, tlsa, at: now)
        self.sockets = sockets
        (resolver, self.ports) = (sockets.resolver.address, sockets.ports)
        rootServer = SocketAddress(block.rootServer, port: sockets.resolver.address.port)
        (rootCertificate, intermediates) = (web.certificates.root, web.certificates.intermediates)
        trustAnchorText = tree.anchors.map { ds in
            "\(Record(owner: .root, type: .ds, ttl: 3600, data: .ds(ds)))\n"
        }.joined()
        rootHintsText = """
            . 3600 NS root.nic.test.
            root.nic.test. 3600 A \(block.rootServer)

            """
        let anchors = TrustAnchors([.root: tree.anchors.map { .ds($0) }])
        let recursion = Recursion(roots: [block.rootServer], port: resolver.port)
        let labResolver = LabResolver(sockets.resolver, recursion, anchors: anchors)
        let authorities =
            [
                AuthoritativeServer(sockets.rootServer, zones: [tree.root]),
                AuthoritativeServer(sockets.topServer, zones: [tree.top]),
            ] + AuthoritativeServer.all(sockets, tree)
        let backwards = Recursion(
            roots: [block.rootServer], port: resolver.port, isBackwards: true)
        let own: [OwnResolverServer]
        do throws(OpenSSLError) {
            own = try OwnResolverServer.all(
                sockets, tree, web.certificates, labResolver,
                backwards: LabResolver(nil, backwards, anchors: anchors))
        } catch {
            throw .keys(error)
        }
        ownResolvers = Self.specs(sockets)
        running = Task.detached {
            await withDiscardingTaskGroup { group in
                group.addTask { await labResolver.run() }
                for authority in authorities { group.addTask { await authority.run() } }
                for server in own { group.addTask { await server.run() } }
                for server in web.servers { group.addTask { await server.run() } }
            }
        }
    }

    deinit {
        running.cancel()
        sockets.close()
    }

    /// Ends every server and connection; the ports are free when it returns.
    package func stop() async {
        running.cancel()
        sockets.close()
        await running.value
    }

    /// The port to probe a name on that has no other, and its protocol; nil where it has the usual three.
    package func upgradedPort(of name: LabName) -> (number: UInt16, protocol: String)? {
        switch name.upgradedProtocol {
        case "smtp": (ports.smtp, "smtp")
        case "imap": (ports.imap, "imap")
        default: nil
        }
    }

    private static func specs(_ sockets: BoundSockets) -> [String: [String]] {
        var specs: [String: [String]] = [:]
        for entry in Catalogue.all where !entry.resolvers.isEmpty {
            var own = sockets.ownResolvers.filter { $0.entry.name == entry.name }[...]
            specs[entry.name.name] = entry.resolvers.map { kind in
                kind == .lab
                    ? sockets.resolver.address.description
                    : own.popFirst()?.spec ?? ""
            }
        }
        return specs
    }

    /// Tries some blocks of loopback and ports; with every port fixed the first collision tells all.
    private static func bind(
        dnsPort: UInt16, ports: LabPorts
    ) async throws(LabError) -> BoundSockets {
        var last = SocketError.cancelled
        for attempt in 0..<8 {
            let number = Int(getpid()) &* 31 + started.add(1, ordering: .relaxed).newValue
            do throws(SocketError) {
                return try await BoundSockets(
                    LoopbackBlock(number: number + attempt), dnsPort: dnsPort, ports: ports)
            } catch {
                last = error
            }
        }
        throw .socket(last)
    }

    private static let started = Atomic(0)
}
