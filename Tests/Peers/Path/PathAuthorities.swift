import Foundation
import Glibc

/// A name server whose zones change while it runs.
package final class PathAuthority: Sendable {
    private let daemon: Daemon
    private let directory: String
    private let place: PathPlace

    private init(_ daemon: Daemon, in directory: String, on place: PathPlace) {
        (self.daemon, self.directory, self.place) = (daemon, directory, place)
    }

    /// What the server wrote; BIND tells every question there.
    package var log: String { daemon.log }

    /// One `named`, each address with zones of its own; any other zone is refused there.
    /// `options` stand in the options clause, `settings` in the clause of every zone.
    package static func bind(
        _ zones: [Int: [PathZone]], options: String = "", settings: String = "", on place: PathPlace
    ) async throws -> PathAuthority {
        let directory = try place.ground.newDirectory("authority")
        for host in zones.keys { try await place.carry(host) }
        for zone in Set(zones.values.joined().map(\.name)) {
            let plan = zones.values.joined().first { $0.name == zone }
            try write(plan?.text(on: place) ?? "", to: "\(directory)/\(zone)zone")
        }
        try write(
            configuration(zones, options: options, settings: settings, in: directory, on: place),
            to: directory + "/named.conf")
        let daemon = try await place.start(
            "named", ["-g", "-n", "1", "-c", directory + "/named.conf"], in: directory,
            until: "running\n")
        return PathAuthority(daemon, in: directory, on: place)
    }

    private static func configuration(
        _ zones: [Int: [PathZone]], options: String, settings: String, in directory: String,
        on place: PathPlace
    ) -> String {
        let hosts = zones.keys.sorted()
        var text = """
            options {
                directory "\(directory)";
                listen-on port 53 { \(hosts.map { place.address($0) + "; " }.joined())};
                listen-on-v6 { none; };
                recursion no; notify no; dnssec-validation no; querylog yes;
                pid-file "\(directory)/pid"; lock-file none;
                session-keyfile "\(directory)/session.key";
                empty-zones-enable no; minimal-responses no;
                \(options)
            };
            controls { };

            """
        for host in hosts {
            text += "view v\(host) { match-destinations { \(place.address(host)); };\n"
            for zone in zones[host] ?? [] {
                text += "zone \"\(zone.name)\" { type primary; "
                text +=
                    "file \"\(directory)/\(zone.name)zone\"; check-integrity no; \(settings) };\n"
            }
            text += "};\n"
        }
        return text
    }

    /// One `nsd` with zones of its own, or transferred from the address of a primary.
    package static func nsd(
        at host: Int, _ zones: [PathZone], from primary: Int? = nil, on place: PathPlace
    ) async throws -> PathAuthority {
        let directory = try place.ground.newDirectory("authority")
        var text = """
            server:
                ip-address: \(place.address(host))
                port: 53
                username: ""
                database: ""
                pidfile: "\(directory)/pid"
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
            text += "zone:\n    name: \"\(zone.name)\"\n    zonefile: \"\(zone.name)zone\"\n"
            if let primary {
                text += "    request-xfr: AXFR \(place.address(primary)) NOKEY\n"
                text += "    outgoing-interface: \(place.address(host))\n"
                text += "    allow-notify: 127.0.0.0/8 NOKEY\n"
            } else {
                try write(zone.text(on: place), to: "\(directory)/\(zone.name)zone")
            }
        }
        try write(text, to: directory + "/nsd.conf")
        let daemon = try await place.start(
            "nsd", ["-d", "-c", directory + "/nsd.conf"], in: directory, until: "nsd started")
        return PathAuthority(daemon, in: directory, on: place)
    }

    /// Serves another version of zones, and returns once each server that is named does so.
    package func replace(_ zones: [PathZone], at hosts: Int...) async throws {
        for zone in zones { try write(zone.text(on: place), to: "\(directory)/\(zone.name)zone") }
        try reload()
        for host in hosts {
            for zone in zones { try await place.wait(for: zone, at: host) }
        }
    }

    /// Changes a word of BIND's configuration; a reload makes it count.
    package func edit(_ word: String, to other: String) throws {
        let file = directory + "/named.conf"
        try write(read(file).replacingOccurrences(of: word, with: other), to: file)
    }

    private func reload() throws {
        guard
            let pid = pid_t(
                read(directory + "/pid").trimmingCharacters(in: .whitespacesAndNewlines)),
            kill(pid, SIGHUP) == 0
        else { throw PeerError("no server to reload in \(directory)") }
    }

    package func stop() async { await daemon.stop() }
}

extension PathPlace {
    /// The short answers of `dig`, sorted, one a line; any further words are its options.
    package func dig(_ host: Int, _ name: String, _ type: String, _ options: String...)
        async throws -> String
    {
        let inside = namespace.map { ["ip", "netns", "exec", $0] } ?? []
        return try await run(
            "env",
            inside + ["dig", "@\(address(host))", "-q", name, "-t", type, "+tries=2", "+time=5"]
                + (options.isEmpty ? ["+short"] : options)
        ).output.split(separator: "\n").sorted().joined(separator: "\n")
    }

    /// Returns once the server answers with the zone's serial; throws after ten seconds.
    package func wait(for zone: PathZone, at host: Int) async throws {
        try await wait("serial \(zone.serial) of \(zone.name) at \(address(host))") {
            let words = try await dig(host, zone.name, "SOA").split(separator: " ")
            return words.count == 7 && words[2] == "\(zone.serial)"
        }
    }

    /// Returns once something has come true; throws after ten seconds.
    package func wait(
        _ what: String, until isSo: () async throws -> Bool
    ) async throws {
        let deadline = ContinuousClock.now + .seconds(10)
        while try await !isSo() {
            guard ContinuousClock.now < deadline else { throw PeerError("waited for \(what)") }
            try await Task.sleep(for: .milliseconds(50))
        }
    }
}
