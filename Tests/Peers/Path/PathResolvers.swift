/// Resolvers of the path tests: they start at the hints, validate nothing, and ask from their own address.
package enum PathResolvers {
    /// `settings` are further lines of the server clause, `clauses` whole clauses after it.
    package static func unbound(
        at host: Int, hints: String, modules: String = "iterator", settings: [String] = [],
        clauses: String = "", on place: PathPlace
    ) async throws -> Daemon {
        let directory = try place.ground.newDirectory("unbound")
        let text = """
            server:
                interface: \(place.address(host))
                outgoing-interface: \(place.address(host))
                port: 53
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
                incoming-num-tcp: 200
                module-config: "\(modules)"
                root-hints: "\(hints)"
                local-zone: "test." nodefault
                do-not-query-localhost: no
                ede: yes
                log-queries: yes
                rrset-roundrobin: yes
                \(settings.joined(separator: "\n    "))
            remote-control:
                control-enable: no
            \(clauses)

            """
        try write(text, to: directory + "/unbound.conf")
        return try await place.start(
            "unbound", ["-d", "-p", "-c", directory + "/unbound.conf"], in: directory,
            until: "start of service")
    }

    /// One `named`, a view for each address; the clauses of a host stand in its view.
    package static func bind(
        _ views: [Int: String], hints: String, on place: PathPlace
    ) async throws -> Daemon {
        let directory = try place.ground.newDirectory("bind")
        let hosts = views.keys.sorted()
        for host in hosts { try await place.carry(host) }
        var text = """
            options {
                directory "\(directory)";
                listen-on port 53 { \(hosts.map { place.address($0) + "; " }.joined())};
                listen-on-v6 { none; };
                recursion yes; allow-recursion { any; }; dnssec-validation no;
                pid-file none; lock-file none; session-keyfile "\(directory)/session.key";
                empty-zones-enable no; trust-anchor-telemetry no;
            };
            controls { };

            """
        for host in hosts {
            text += """
                view v\(host) {
                    match-destinations { \(place.address(host)); };
                    query-source address \(place.address(host));
                    zone "." { type hint; file "\(hints)"; };
                    \(views[host] ?? "")
                };

                """
        }
        try write(text, to: directory + "/named.conf")
        return try await place.start(
            "named", ["-g", "-4", "-n", "1", "-c", directory + "/named.conf"], in: directory,
            until: "running\n")
    }

    /// `kresd`; `settings` are further lines of its Lua.
    package static func knot(
        at host: Int, hints: String, settings: String = "", on place: PathPlace
    ) async throws -> Daemon {
        let directory = try place.ground.newDirectory("kresd")
        let text = """
            log_target('stderr')
            log_level('notice')
            option('ALLOW_LOCAL', true)
            net.ipv6 = false
            net.outgoing_v4('\(place.address(host))')
            cache.open(20 * MB, 'lmdb://\(directory)/cache')
            modules.load('hints > iterate')
            modules.unload('ta_update')
            modules.unload('ta_signal_query')
            modules.unload('priming')
            modules.unload('detect_time_skew')
            policy.special_names = {}
            hints.root_file('\(hints)')
            trust_anchors.remove('.')
            \(settings)
            net.listen('\(place.address(host))', 53, { kind = 'dns', freebind = true })
            io.stderr:write('this is all\\n')

            """
        try write(text, to: directory + "/kresd.conf")
        return try await place.start(
            "kresd", ["-n", "-c", directory + "/kresd.conf", directory], in: directory,
            until: "this is all")
    }

    package static func powerDNS(
        at host: Int, hints: String, on place: PathPlace
    ) async throws -> Daemon {
        let directory = try place.ground.newDirectory("recursor")
        let text = """
            local-address=\(place.address(host))
            query-local-address=\(place.address(host))
            local-port=53
            allow-from=0.0.0.0/0
            dont-query=
            hint-file=\(hints)
            dnssec=off
            security-poll-suffix=
            extended-resolution-errors=yes
            socket-dir=\(directory)
            write-pid=no
            daemon=no
            disable-syslog=yes
            threads=1

            """
        try write(text, to: directory + "/recursor.conf")
        return try await place.start(
            "pdns_recursor", ["--config-dir=\(directory)"], in: directory,
            until: "Enabled")
    }

    /// `dnsmasq` as home routers run it: it asks another resolver, and keeps what it hears.
    package static func dnsmasq(
        at host: Int, before resolver: Int, on place: PathPlace
    ) async throws -> Daemon {
        let directory = try place.ground.newDirectory("dnsmasq")
        return try await place.start(
            "dnsmasq",
            [
                "--keep-in-foreground", "--conf-file=/dev/null", "--no-resolv", "--no-hosts",
                "--listen-address=\(place.address(host))", "--bind-interfaces",
                "--server=\(place.address(resolver))", "--user=root", "--pid-file=",
                "--log-facility=-",
            ], in: directory, until: "using nameserver")
    }
}
