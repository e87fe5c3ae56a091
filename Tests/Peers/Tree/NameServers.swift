/// A zone file and the address that serves it.
package struct ServedZone: Sendable {
    package let name: String
    package let file: String
    package let address: String

    package init(name: String, file: String, address: String) {
        (self.name, self.file, self.address) = (name, file, address)
    }
}

/// BIND, NSD and Unbound with nothing of the system's own configuration.
package enum NameServers {
    /// One `named`, a view for each address, so that every address knows its own zones only.
    package static func bind(_ zones: [ServedZone], in directory: String) async throws -> Daemon {
        let views = Dictionary(grouping: zones) { $0.address }
        var text = """
            options {
                directory "\(directory)";
                listen-on port 53 { \(views.keys.map { $0 + "; " }.joined())};
                listen-on-v6 { none; };
                recursion no; allow-transfer { none; }; notify no; dnssec-validation no;
                pid-file none; lock-file none; session-keyfile "\(directory)/session.key";
                empty-zones-enable no; minimal-responses no;
            };
            controls { };

            """
        for (number, address) in views.keys.sorted().enumerated() {
            text += "view v\(number) { match-destinations { \(address); };\n"
            for zone in views[address] ?? [] {
                text += "zone \"\(zone.name)\" { type primary; file \"\(zone.file)\"; "
                text += "check-integrity no; check-names ignore; };\n"
            }
            text += "};\n"
        }
        try write(text, to: directory + "/named.conf")
        return try await Daemon(
            Program.unconfined("named", in: directory),
            ["-g", "-n", "1", "-c", directory + "/named.conf"], in: directory,
            until: .log("running\n"))
    }

    /// One `nsd` at the address of the first zone.
    package static func nsd(_ zones: [ServedZone], in directory: String) async throws -> Daemon {
        guard let address = zones.first?.address else { throw PeerError("no zone for NSD") }
        var text = """
            server:
                ip-address: \(address)
                port: 53
                username: ""
                database: ""
                pidfile: ""
                zonesdir: "\(directory)"
                zonelistfile: "\(directory)/nsd.zones"
                xfrdfile: "\(directory)/nsd.xfrd"
                xfrdir: "\(directory)"
                server-count: 1
                do-ip6: no
                rrl-ratelimit: 0
            remote-control:
                control-enable: no

            """
        for zone in zones {
            text += "zone:\n    name: \"\(zone.name)\"\n    zonefile: \"\(zone.file)\"\n"
        }
        try write(text, to: directory + "/nsd.conf")
        return try await Daemon(
            Program.unconfined("nsd", in: directory), ["-d", "-c", directory + "/nsd.conf"],
            in: directory, until: .log("nsd started"))
    }

    /// A validating resolver that starts at the hints. Without the settings on `test.` and on
    /// loopback servers it would not look at the tree; the skews are off because trustpath has none.
    /// `settings` are further lines of its server clause.
    package static func unbound(
        _ address: String, hints: String, anchors: String, settings: [String] = [],
        in directory: String
    ) async throws -> Daemon {
        let text = """
            server:
                interface: \(address)
                port: 53
                access-control: 127.0.0.0/8 allow
                directory: "\(directory)"
                chroot: ""
                username: ""
                pidfile: ""
                use-syslog: no
                logfile: ""
                do-daemonize: no
                do-ip6: no
                num-threads: 1
                module-config: "validator iterator"
                root-hints: "\(hints)"
                trust-anchor-file: "\(anchors)"
                trust-anchor-signaling: no
                local-zone: "test." nodefault
                do-not-query-localhost: no
                val-sig-skew-min: 0
                val-sig-skew-max: 0
                val-log-level: 2
                aggressive-nsec: no
                ede: yes
                \(settings.joined(separator: "\n                "))
            remote-control:
                control-enable: no

            """
        try write(text, to: directory + "/unbound.conf")
        return try await Daemon(
            Program.unconfined("unbound", in: directory),
            ["-d", "-p", "-c", directory + "/unbound.conf"], in: directory,
            until: .log("start of service"))
    }
}
