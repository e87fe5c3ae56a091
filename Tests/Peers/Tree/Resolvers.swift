/// Who resolves names of the tree for others.
package enum ResolverKind: String, Sendable, Hashable, CaseIterable {
    case unbound = "Unbound"
    case knot = "Knot Resolver"
    case powerDNS = "PowerDNS Recursor"
    case bind = "BIND"
    /// It answers without DNSSEC records and without the DO bit.
    case powerDNSWithoutDNSSEC = "PowerDNS Recursor with dnssec=off"
    /// A forwarder to the tree's Unbound that keeps all it gets.
    case dnsmasq
    /// A load balancer before the tree's Unbound; the second clears the DO bit of what passes.
    case dnsdist
    case dnsdistClearingDO = "dnsdist that clears DO"
}

/// A resolver of the tree's names on port 53 of an address of its own; those that validate trust the root's key.
package final class RecursiveResolver: Sendable {
    package let kind: ResolverKind
    package let address: String
    /// Nil for Unbound, which the tree keeps.
    private let daemon: Daemon?

    package init(_ kind: ResolverKind, of tree: SignedTree) async throws {
        let ground = try await Ground.shared.value
        let directory = try ground.newDirectory("resolver")
        self.kind = kind
        address = kind == .unbound ? tree.resolver : ground.freshAddress()
        daemon =
            switch kind {
            case .unbound: nil
            case .knot: try await NameServers.knot(address, of: tree, in: directory)
            case .powerDNS: try await NameServers.powerDNS(address, of: tree, in: directory)
            case .powerDNSWithoutDNSSEC:
                try await NameServers.powerDNS(address, of: tree, dnssec: "off", in: directory)
            case .dnsmasq: try await NameServers.dnsmasq(address, of: tree, in: directory)
            case .dnsdist, .dnsdistClearingDO:
                try await NameServers.dnsdist(
                    address, of: tree, clearingDO: kind == .dnsdistClearingDO, in: directory)
            case .bind:
                try await NameServers.recursiveBIND(
                    address, of: tree, in: directory, carriedBy: ground)
            }
    }

    package var log: String { daemon?.log ?? "" }
    package func stop() async { await daemon?.stop() }
}

extension NameServers {
    /// `kresd` that asks loopback servers, without its list of special names, on which `test.` stands.
    static func knot(
        _ address: String, of tree: SignedTree, in directory: String
    ) async throws -> Daemon {
        let text = """
            log_target('stderr')
            log_level('notice')
            option('ALLOW_LOCAL', true)
            net.ipv6 = false
            cache.open(20 * MB, 'lmdb://\(directory)/cache')
            modules.load('hints > iterate')
            modules.unload('ta_update')
            modules.unload('ta_signal_query')
            modules.unload('priming')
            modules.unload('detect_time_skew')
            policy.special_names = {}
            hints.root_file('\(tree.rootHints)')
            trust_anchors.remove('.')
            trust_anchors.add_file('\(tree.trustAnchors)', true)
            net.listen('\(address)', 53, { kind = 'dns', freebind = true })

            """
        try write(text, to: directory + "/kresd.conf")
        return try await Daemon(
            Program.unconfined("kresd", in: directory),
            ["-n", "-c", directory + "/kresd.conf", directory], in: directory,
            until: .port(address, 53))
    }

    /// `pdns_recursor`; `dnssec` is `validate` or, for one that strips, `off`. What it concludes from
    /// cached denials it answers with AD even for an island of security, so it is to conclude nothing. On a busy
    /// machine a server that is late stays asked: its own limits and the throttling of late servers would decide.
    static func powerDNS(
        _ address: String, of tree: SignedTree, dnssec: String = "validate", in directory: String
    ) async throws -> Daemon {
        let lua = """
            clearTA()
            readTrustAnchorsFromFile("\(tree.trustAnchors)", 0)

            """
        let text = """
            local-address=\(address)
            local-port=53
            allow-from=127.0.0.0/8
            dont-query=
            hint-file=\(tree.rootHints)
            lua-config-file=\(directory)/recursor.lua
            dnssec=\(dnssec)
            security-poll-suffix=
            signature-inception-skew=0
            aggressive-nsec-cache-size=0
            nothing-below-nxdomain=no
            network-timeout=10000
            max-total-msec=14000
            server-down-max-fails=0
            non-resolving-ns-max-fails=0
            dont-throttle-netmasks=127.0.0.0/8
            packetcache-servfail-ttl=0
            extended-resolution-errors=yes
            socket-dir=\(directory)
            write-pid=no
            daemon=no
            disable-syslog=yes
            threads=1

            """
        try write(lua, to: directory + "/recursor.lua")
        try write(text, to: directory + "/recursor.conf")
        return try await Daemon(
            Program.unconfined("pdns_recursor", in: directory), ["--config-dir=\(directory)"],
            in: directory, until: .port(address, 53))
    }

    /// One `named` that serves no zone and validates.
    static func recursiveBIND(
        _ address: String, of tree: SignedTree, in directory: String, carriedBy ground: Ground
    ) async throws -> Daemon {
        let text = """
            options {
                directory "\(directory)";
                listen-on port 53 { \(address); };
                listen-on-v6 { none; };
                recursion yes; allow-recursion { 127.0.0.0/8; }; dnssec-validation yes;
                pid-file none; lock-file none; session-keyfile "\(directory)/session.key";
                empty-zones-enable no; trust-anchor-telemetry no; root-key-sentinel no;
            };
            controls { };
            zone "." { type hint; file "\(tree.rootHints)"; };

            """
        try await ground.carry(address)
        try write(text + read(tree.delvAnchors), to: directory + "/named.conf")
        return try await Daemon(
            Program.unconfined("named", in: directory),
            ["-g", "-4", "-n", "1", "-c", directory + "/named.conf"], in: directory,
            until: .log("running\n"))
    }

    /// `dnsmasq` as home routers run it: it neither resolves nor validates.
    static func dnsmasq(
        _ address: String, of tree: SignedTree, in directory: String
    ) async throws -> Daemon {
        try await Daemon(
            Program.unconfined("dnsmasq", in: directory),
            [
                "--keep-in-foreground", "--conf-file=/dev/null", "--no-resolv", "--no-hosts",
                "--listen-address=\(address)", "--bind-interfaces", "--server=\(tree.resolver)",
                "--user=root", "--pid-file=", "--log-facility=-",
            ], in: directory, until: .port(address, 53))
    }
}
