import Addresses
package import DNS
import Sockets

/// What this host's own programs resolve names by.
package struct SystemResolvers: Sendable {
    package var resolvConf: String
    package var hosts: String

    package init(resolvConf: String = "/etc/resolv.conf", hosts: String = "/etc/hosts") {
        (self.resolvConf, self.hosts) = (resolvConf, hosts)
    }

    /// The nameservers in the order of the file, each once; none where there is no file. A line that cannot be
    /// read throws the sentence that names it.
    package func servers() throws(InputError) -> [ResolverSpec.Server] {
        guard let text = Self.text(of: resolvConf) else { return [] }
        var servers: [ResolverSpec.Server] = []
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false)
            .enumerated()
        {
            let fields = line.split(whereSeparator: \.isWhitespace)
            guard fields.first == "nameserver" else { continue }
            guard fields.count >= 2 else {
                throw InputError("\(resolvConf):\(index + 1): \"nameserver\" has no address")
            }
            // An address with a zone can be reached on one link only; other nameservers take its place.
            if fields[1].contains("%") { continue }
            guard let address = IPAddress(fields[1]) else {
                throw InputError(
                    "\(resolvConf):\(index + 1): \"\(fields[1])\" is not the address of a nameserver"
                )
            }
            let server = ResolverSpec.Server(SocketAddress(address, port: 53))
            if !servers.contains(server) { servers.append(server) }
        }
        return servers
    }

    /// The entry of the hosts file for a name, which other programs here would use in place of DNS.
    package func hostsEntry(for name: Name) -> HostsEntry? {
        guard let text = Self.text(of: hosts) else { return nil }
        var addresses: [IPAddress] = []
        for line in text.split(separator: "\n") {
            let fields = line.prefix { $0 != "#" }.split(whereSeparator: \.isWhitespace)
            guard let first = fields.first, let address = IPAddress(first),
                fields.dropFirst().contains(where: { Name(String($0)) == name })
            else { continue }
            addresses.append(address)
        }
        return addresses.isEmpty ? nil : HostsEntry(file: hosts, addresses: addresses)
    }

    private static func text(of path: String) -> String? {
        (try? File.read(path, limit: 1 << 20)).map { String(decoding: $0, as: UTF8.self) }
    }
}
