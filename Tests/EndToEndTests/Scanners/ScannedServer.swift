import Foundation
import Peers

/// A TLS server for the scanners: one of three programs on a port of its own, its certificate by `openssl`.
struct ScannedServer {
    enum Program: Sendable {
        /// Sends leaf and intermediate, and a staple; TLS 1.2 and 1.3.
        case nginx
        /// Sends an expired leaf for another name, and nothing else.
        case brokenNginx
        /// TLS 1.0 and 1.2.
        case gnutls
        /// SSL 3.0 and TLS 1.1.
        case tlslite
    }

    /// What it is asked for as.
    static let name = "scanned.test"

    let port: Int
    let authority: CertificateAuthority
    /// Holds nothing but what this server and its scanners write.
    let folder: String
    let daemon: Daemon

    init(_ program: Program) async throws {
        folder = try await Ground.shared.value.newDirectory("scanned")
        let authority = try await CertificateAuthority()
        let isBroken = program == .brokenNginx
        let identity = try await authority.issue(
            isBroken ? ["other.test"] : [Self.name, "www." + Self.name],
            days: isBroken ? -60...(-2) : -1...90, key: .rsa, sendsIntermediate: !isBroken)
        let port = freePort()
        (self.port, self.authority) = (port, authority)
        switch program {
        case .nginx:
            let staple = try await Self.staple(identity, authority, in: folder)
            daemon = try await Self.nginx(
                port, identity, "ssl_stapling on; ssl_stapling_file \(staple);", in: folder)
        case .brokenNginx: daemon = try await Self.nginx(port, identity, "", in: folder)
        case .gnutls:
            daemon = try await Daemon(
                "gnutls-serv",
                [
                    "--http", "--port", "\(port)", "--priority",
                    "NORMAL:-VERS-ALL:+VERS-TLS1.0:+VERS-TLS1.2", "--x509keyfile", identity.key,
                    "--x509certfile", identity.chain,
                ], in: folder, until: .port("127.0.0.1", port))
        case .tlslite:
            daemon = try await Tlslite.server(
                port: port, chain: identity.chain, key: identity.key,
                settings: """
                    settings.minVersion, settings.maxVersion = (3, 0), (3, 2)
                    settings.versions = [(3, 2), (3, 0)]
                    """, in: folder)
        }
    }

    private static func nginx(
        _ port: Int, _ identity: CertificateAuthority.Identity, _ more: String, in folder: String
    ) async throws -> Daemon {
        let folders = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map {
            "\($0)_temp_path \(folder)/\($0);"
        }
        try write(
            """
            daemon off;
            user root;
            worker_processes 1;
            pid \(folder)/pid;
            error_log stderr;
            events { }
            http {
                access_log off;
                \(folders.joined(separator: "\n    "))
                server {
                    listen 127.0.0.1:\(port) ssl;
                    ssl_certificate \(identity.chain);
                    ssl_certificate_key \(identity.key);
                    ssl_protocols TLSv1.2 TLSv1.3;
                    \(more)
                    return 200 "scanned\\n";
                }
            }

            """, to: folder + "/nginx.conf")
        return try await Daemon(
            "nginx", ["-c", folder + "/nginx.conf"], in: folder, until: .port("127.0.0.1", port))
    }

    /// An OCSP response that says good, signed by the intermediate itself.
    private static func staple(
        _ identity: CertificateAuthority.Identity, _ authority: CertificateAuthority,
        in folder: String
    ) async throws -> String {
        let name = identity.key.dropLast(".key".count)
        let issuer = authority.directory + "/intermediate"
        try await check(
            "openssl",
            [
                "ocsp", "-index", "\(name)-database/index", "-CA", issuer + ".pem", "-rsigner",
                issuer + ".pem", "-rkey", issuer + ".key", "-issuer", issuer + ".pem", "-cert",
                "\(name).pem", "-ndays", "7", "-noverify", "-respout", folder + "/staple.der",
            ])
        return folder + "/staple.der"
    }
}
