import Addresses
package import DNS
import Sockets

/// What this host's own programs resolve names by. Both files are read at each call: laptops and containers change them
/// under a running program.
package struct SystemResolvers: Sendable {
    private let resolvConf: String
    private let hosts: String
    private let serversRead: FileReading<[ResolverSpec.Server]>
    private let entriesRead: FileReading<[Name: [IPAddress]]>

    package init(resolvConf: String = "/etc/resolv.conf", hosts: String = "/etc/hosts") {
        (self.resolvConf, self.hosts) = (resolvConf, hosts)
        (serversRead, entriesRead) = (FileReading(resolvConf), FileReading(hosts))
    }

    /// The nameservers in the order of the file, each once; none where there is no file. A line that cannot be
    /// read throws the sentence that names it.
    package func servers() throws(InputError) -> [ResolverSpec.Server] {
        try serversRead.value { text throws(InputError) in
            var servers: [ResolverSpec.Server] = []
            for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false)
                .enumerated()
            {
                guard let server = try nameserver(line, at: index + 1), !servers.contains(server)
                else { continue }
                servers.append(server)
            }
            return servers
        } ?? []
    }

    /// Nil where the line names none that can be asked.
    private func nameserver(
        _ line: Substring, at number: Int
    ) throws(InputError) -> ResolverSpec.Server? {
        let fields = line.split(whereSeparator: \.isWhitespace)
        guard fields.first == "nameserver" else { return nil }
        guard fields.count >= 2 else {
            throw InputError("\(resolvConf):\(number): \"nameserver\" has no address")
        }
        // An address with a zone can be reached on one link only; other nameservers take its place.
        if fields[1].contains("%") { return nil }
        guard let address = IPAddress(fields[1]) else {
            throw InputError(
                "\(resolvConf):\(number): \"\(fields[1])\" is not the address of a nameserver")
        }
        return ResolverSpec.Server(SocketAddress(address, port: 53))
    }

    /// The entry of the hosts file for a name, which other programs here would use in place of DNS.
    package func hostsEntry(for name: Name) -> HostsEntry? {
        let all = try? entriesRead.value { text throws(InputError) in
            var entries: [Name: [IPAddress]] = [:]
            for line in text.split(separator: "\n") {
                let fields = line.prefix { $0 != "#" }.split(whereSeparator: \.isWhitespace)
                guard let first = fields.first, let address = IPAddress(first) else { continue }
                for name in Set(fields.dropFirst().compactMap({ Name(String($0)) })) {
                    entries[name, default: []].append(address)
                }
            }
            return entries
        }
        return all?[name].map { HostsEntry(file: hosts, addresses: $0) }
    }
}
