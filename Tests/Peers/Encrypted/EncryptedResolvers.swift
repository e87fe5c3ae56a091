/// Resolvers that others wrote, which answer over TLS on port 853 and over HTTPS on 443 of an address each, and pass
/// questions on to the sound resolver of the path tests.
package final class EncryptedResolvers: Sendable {
    /// On loopback, started at first use.
    package static let shared = Task { try await EncryptedResolvers() }

    package enum Kind: String, Sendable, CaseIterable {
        case unbound, knot, dnsdist, bind

        /// The last part of its address.
        package var host: Int {
            switch self {
            case .unbound: PathWorld.encrypted
            case .knot: 82
            case .dnsdist: 83
            case .bind: 84
            }
        }
    }

    /// HTTPS without HTTP/2; nothing listens; Unbound with a certificate of an unknown authority; Unbound that closes
    /// connections after a tenth of a second.
    package static let (oldHTTP, closed, intercepted, hasty) = (85, 86, 87, 88)
    /// What the certificates cover, beside the addresses; the path tests' zones lead it to `Kind.unbound`.
    package static let name = "dns.steady.test"

    package let world: PathWorld
    private let daemons: [Daemon]

    private init() async throws {
        let world = try await PathWorld.shared.value
        let place = world.place
        let addresses = (80...89).map { place.address($0) }
        let identity = try await world.authority.issue([Self.name], addresses: addresses)
        let foreign = try await CertificateAuthority().issue([Self.name], addresses: addresses)
        async let unbound = Self.unbound(at: Kind.unbound.host, identity, on: place)
        async let knot = Self.knot(identity, on: place)
        async let dnsdist = Self.dnsdist(identity, on: place)
        async let bind = Self.bind(identity, on: place)
        async let old = TLSServers.nginx(
            [place.address(Self.oldHTTP)], [TLSServers.Site(Self.name, identity)])
        async let intercepted = Self.unbound(at: Self.intercepted, foreign, on: place)
        async let hasty = Self.unbound(
            at: Self.hasty, identity, settings: "tcp-idle-timeout: 100", on: place)
        daemons = try await [unbound, knot, dnsdist, bind, old, intercepted, hasty]
        self.world = world
    }

    private static func unbound(
        at host: Int, _ identity: CertificateAuthority.Identity, settings: String = "",
        on place: PathPlace
    ) async throws -> Daemon {
        let directory = try place.ground.newDirectory("unbound")
        let address = place.address(host)
        let text = """
            server:
                interface: \(address)@53
                interface: \(address)@853
                interface: \(address)@443
                tls-port: 853
                https-port: 443
                tls-service-pem: "\(identity.chain)"
                tls-service-key: "\(identity.key)"
                access-control: 0.0.0.0/0 allow
                directory: "\(directory)"
                chroot: ""
                username: ""
                pidfile: ""
                use-syslog: no
                logfile: ""
                do-daemonize: no
                do-ip6: no
                num-threads: 1
                module-config: "iterator"
                local-zone: "test." nodefault
                do-not-query-localhost: no
                \(settings)
            remote-control:
                control-enable: no
            forward-zone:
                name: "."
                forward-addr: \(place.address(PathWorld.resolver))

            """
        try write(text, to: directory + "/unbound.conf")
        return try await place.start(
            "unbound", ["-d", "-p", "-c", directory + "/unbound.conf"], in: directory,
            until: "start of service")
    }

    private static func knot(
        _ identity: CertificateAuthority.Identity, on place: PathPlace
    ) async throws -> Daemon {
        let directory = try place.ground.newDirectory("kresd")
        let address = place.address(Kind.knot.host)
        let text = """
            log_target('stderr')
            log_level('notice')
            net.ipv6 = false
            cache.open(20 * MB, 'lmdb://\(directory)/cache')
            modules.unload('ta_update')
            modules.unload('ta_signal_query')
            modules.unload('priming')
            modules.unload('detect_time_skew')
            policy.special_names = {}
            trust_anchors.remove('.')
            policy.add(policy.all(policy.STUB({'\(place.address(PathWorld.resolver))'})))
            net.tls('\(identity.chain)', '\(identity.key)')
            net.listen('\(address)', 853, { kind = 'tls', freebind = true })
            net.listen('\(address)', 443, { kind = 'doh2', freebind = true })
            io.stderr:write('this is all\\n')

            """
        try write(text, to: directory + "/kresd.conf")
        return try await place.start(
            "kresd", ["-n", "-c", directory + "/kresd.conf", directory], in: directory,
            until: "this is all")
    }

    private static func dnsdist(
        _ identity: CertificateAuthority.Identity, on place: PathPlace
    ) async throws -> Daemon {
        let directory = try place.ground.newDirectory("front")
        let address = place.address(Kind.dnsdist.host)
        let files = "'\(identity.chain)', '\(identity.key)'"
        let text = """
            setSecurityPollSuffix('')
            setACL({'0.0.0.0/0'})
            setLocal('\(address):53')
            addTLSLocal('\(address):853', \(files))
            addDOHLocal('\(address):443', \(files), '/dns-query')
            newServer({address = '\(place.address(PathWorld.resolver)):53'})
            getServer(0):setUp()

            """
        try write(text, to: directory + "/dnsdist.conf")
        return try await place.start(
            "dnsdist", ["--supervised", "--disable-syslog", "-C", directory + "/dnsdist.conf"],
            in: directory, until: "Console ACL")
    }

    private static func bind(
        _ identity: CertificateAuthority.Identity, on place: PathPlace
    ) async throws -> Daemon {
        let directory = try place.ground.newDirectory("bind")
        try await place.carry(Kind.bind.host)
        let address = place.address(Kind.bind.host)
        let text = """
            tls here { cert-file "\(identity.chain)"; key-file "\(identity.key)"; };
            http here { endpoints { "/dns-query"; }; };
            options {
                directory "\(directory)";
                listen-on port 853 tls here { \(address); };
                listen-on port 443 tls here http here { \(address); };
                listen-on-v6 { none; };
                recursion yes; allow-recursion { any; }; dnssec-validation no;
                forward only; forwarders { \(place.address(PathWorld.resolver)); };
                pid-file none; lock-file none; session-keyfile "\(directory)/session.key";
                empty-zones-enable no; trust-anchor-telemetry no;
            };
            controls { };

            """
        try write(text, to: directory + "/named.conf")
        return try await place.start(
            "named", ["-g", "-4", "-n", "1", "-c", directory + "/named.conf"], in: directory,
            until: "running\n")
    }
}
