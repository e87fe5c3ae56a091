/// One of each TLS server at the names that `hosts.test.` of the signed tree holds.
package final class TLSPeers: Sendable {
    /// The servers of this process, started at first use.
    package static let shared = Task { try await TLSPeers() }

    package let authority: CertificateAuthority
    private let daemons: [Daemon]

    private init() async throws {
        let ground = try await Ground.shared.value
        let authority = try await CertificateAuthority()
        let web = ["web", "expired", "notyet", "incomplete", "wrong"]
        let identities = try await together(web) { host in
            switch host {
            case "expired": try await authority.issue([host + ".hosts.test"], days: -60...(-2))
            case "notyet": try await authority.issue([host + ".hosts.test"], days: 2...60)
            case "incomplete":
                try await authority.issue([host + ".hosts.test"], sendsIntermediate: false)
            case "wrong": try await authority.issue(["another.example"])
            default: try await authority.issue([host + ".hosts.test"], key: .rsa)
            }
        }
        let sites = zip(web, identities).map { TLSServers.Site($0 + ".hosts.test", $1) }
        let imap = try await authority.issue(["imap.hosts.test"])
        let smtp = try await authority.issue(["smtp.hosts.test"])
        if Ground.hasIPv6 { try await ground.carry(ground.address6(10)) }
        async let first = TLSServers.nginx(
            [ground.address(10)] + (Ground.hasIPv6 ? [ground.address6(10)] : []), sites)
        async let second = TLSServers.dovecot(ground.address(11), imap)
        async let third = TLSServers.postfix(ground.address(12), smtp)
        daemons = try await [first, second, third]
        self.authority = authority
    }

    /// The names and the last part of their addresses 127.53.N.x; at `silent` nothing listens, and
    /// `web` has fd53:0:0:N::a too where there is IPv6.
    package static let hosts = [
        "web": 10, "expired": 10, "notyet": 10, "incomplete": 10, "wrong": 10, "imap": 11,
        "smtp": 12, "silent": 13,
    ]

    /// What the servers wrote.
    package var log: String { daemons.map { $0.log }.joined(separator: "\n") }
}
