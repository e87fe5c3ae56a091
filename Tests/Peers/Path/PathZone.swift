/// An unsigned zone of the path tests, its delegation apart from what it says of itself.
package struct PathZone: Sendable {
    /// A nameserver by the last part of its address; its name is `label.` and the zone.
    package struct Server: Sendable, Hashable {
        package let label: String
        package let host: Int

        package init(_ label: String, _ host: Int) { (self.label, self.host) = (label, host) }
    }

    /// Absolute and in lower case.
    package let name: String
    package var serial: Int
    /// What the zone says of its own nameservers.
    package var servers: [Server]
    /// What its parent says of them.
    package let delegated: [Server]
    /// Seconds that its SOA and its denials live in caches.
    package let memory: Int
    /// Records besides SOA, NS and the nameservers' addresses, in master-file form.
    package var records: String

    package init(
        _ name: String, serial: Int = 2026_0101, servers: [Server], delegated: [Server]? = nil,
        memory: Int = 3600, records: String
    ) {
        (self.name, self.serial, self.servers, self.memory) = (name, serial, servers, memory)
        (self.delegated, self.records) = (delegated ?? servers, records)
    }

    package static func servers(_ hosts: Int...) -> [Server] {
        hosts.enumerated().map { Server("ns\($0.offset + 1)", $0.element) }
    }

    /// The zone file.
    package func text(on place: PathPlace) -> String {
        """
        $ORIGIN \(name)
        $TTL 300
        @ \(memory) SOA ns1 hostmaster \(serial) 86400 86400 864000 \(memory)
        \(Self.records(of: servers, at: "@", on: place))
        \(records)

        """
    }

    /// What the parent holds of it.
    package func delegation(on place: PathPlace) -> String {
        "$ORIGIN \(name)\n\(Self.records(of: delegated, at: name, on: place))\n"
    }

    private static func records(
        of servers: [Server], at apex: String, on place: PathPlace
    ) -> String {
        servers.map {
            "\(apex) 3600 NS \($0.label)\n\($0.label) 3600 A \(place.address($0.host))"
        }.joined(separator: "\n")
    }
}

/// Where servers of the path tests stand: this host's loopback, or a network namespace.
package struct PathPlace: Sendable {
    package let ground: Ground
    /// Nil for this host's own network.
    package let namespace: String?

    package init(namespace: String? = nil) async throws {
        ground = try await Ground.shared.value
        self.namespace = namespace
    }

    /// 127.53.N.`host`; in a namespace 198.51.100.`host`, which is no private address.
    package func address(_ host: Int) -> String {
        namespace == nil ? ground.address(host) : "198.51.100.\(host)"
    }

    /// Makes the address one that BIND binds, too.
    package func carry(_ host: Int) async throws {
        guard let namespace else { return try await ground.carry(address(host)) }
        try await check("ip", ["-n", namespace, "addr", "add", address(host) + "/32", "dev", "lo"])
    }

    /// Starts a daemon here that tells by its log that it answers.
    func start(
        _ program: String, _ arguments: [String], in directory: String, until text: String
    ) async throws -> Daemon {
        let path = try Program.unconfined(program, in: directory)
        guard let namespace else {
            return try await Daemon(path, arguments, in: directory, until: .log(text))
        }
        return try await Daemon(
            "ip", ["netns", "exec", namespace, path] + arguments, in: directory, until: .log(text))
    }
}
