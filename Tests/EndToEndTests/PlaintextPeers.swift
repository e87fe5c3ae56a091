import Foundation
import Peers
import Testing

/// One of each server whose protocol begins in plaintext, with TLS and without.
final class PlaintextPeers: Sendable {
    static let shared = Task { try await PlaintextPeers() }
    static let host = "plain.hosts.test"

    static var arePresent: Bool {
        Program.arePresent(
            "vsftpd", "slapd", "prosody", "mariadbd", "setpriv", "dovecot", "postfix", "nginx",
            "openssl", "unbound", "ip")
    }

    /// The addresses of one setting; Exim has the ports of Postfix.
    struct Site: Sendable {
        let address: String
        let exim: String
    }

    /// A port of one of the programs.
    struct Service: Sendable, CustomTestStringConvertible {
        let program: String
        let port: Int
        /// Nil where the program does not listen then.
        let classWithoutTLS: String?

        init(_ program: String, _ port: Int, _ classWithoutTLS: String? = "starttls_not_offered") {
            (self.program, self.port) = (program, port)
            self.classWithoutTLS = classWithoutTLS
        }

        var testDescription: String { "\(program) \(port)" }

        func report(at site: Site, by world: PeerWorld) async throws -> ReportText {
            try ReportText(
                await world.probe(
                    program == "exim" ? site.exim : site.address, "--hostname",
                    PlaintextPeers.host, "--ports", "\(port)", "--timeout", "20", "--output",
                    "json"))
        }
    }

    static let services = [
        Service("dovecot", 143), Service("dovecot", 110), Service("dovecot", 4190),
        Service("postfix", 25), Service("postfix", 465, nil), Service("postfix", 587),
        Service("exim", 25), Service("exim", 465, nil), Service("exim", 587),
        Service("vsftpd", 21), Service("slapd", 389), Service("prosody", 5222),
        // Between servers Prosody has nothing to offer then, and ends the stream with an error.
        Service("prosody", 5269, "protocol_banner_error"),
        Service("postgres", 5432), Service("mariadb", 3306),
    ]

    let on: Site
    let off: Site
    private let daemons: [Daemon]

    private init() async throws {
        let ground = try await Ground.shared.value
        let authority = try await PeerWorld.shared.value.peers.authority
        let identity = try await authority.issue([Self.host])
        let on = Site(address: ground.freshAddress(), exim: ground.freshAddress())
        let off = Site(address: ground.freshAddress(), exim: ground.freshAddress())
        async let first = Self.start(on, identity)
        async let second = Self.start(off, nil)
        (daemons, self.on, self.off) = (try await first + second, on, off)
    }

    private static func start(
        _ site: Site, _ identity: CertificateAuthority.Identity?
    ) async throws -> [Daemon] {
        let address = site.address
        async let dovecot = PlaintextServers.dovecot(address, identity)
        async let postfix = TLSServers.postfix(address, identity)
        async let exim = Exim.start(site.exim, identity)
        async let vsftpd = PlaintextServers.vsftpd(address, identity)
        async let slapd = PlaintextServers.slapd(address, identity)
        async let prosody = PlaintextServers.prosody(address, host, identity)
        async let postgres = PlaintextServers.postgres(address, identity)
        async let mariadb = PlaintextServers.mariadb(address, identity)
        return try await [dovecot, postfix, exim, vsftpd, slapd, prosody, postgres, mariadb]
    }

    /// What the servers wrote.
    var log: String { daemons.map(\.log).joined(separator: "\n") }
}
