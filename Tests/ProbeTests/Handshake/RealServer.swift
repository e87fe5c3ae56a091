import Addresses
import OpenSSL
import Peers

import Testing

@testable import Probe

/// A TLS server that nobody here wrote, on a port of its own, with an RSA leaf of the tests' authority.
struct RealServer {
    enum Program: Sendable {
        /// `openssl s_server` with these options; one connection at a time.
        case openssl([String])
        /// `gnutls-serv` with a priority string and these options.
        case gnutls(String, [String] = [])
        /// tlslite-ng with what these lines of Python make of its `settings`.
        case tlslite(String)
        /// nginx with these directives in its server.
        case nginx(String)
    }

    let daemon: Daemon
    let address: SocketAddress

    init(_ program: Program) async throws {
        let folder = try await Ground.shared.value.newDirectory("real")
        let authority = try ServerAuthority.shared.get()
        let key = try Self.key.get()
        let leaf = try authority.leaf(for: key)
        for (name, pem) in [
            ("key", key.pem), ("chain", leaf.pem + authority.intermediate.pem),
            ("leaf", leaf.pem), ("intermediate", authority.intermediate.pem),
        ] {
            try write(String(decoding: pem, as: UTF8.self), to: "\(folder)/\(name).pem")
        }
        let port = freePort()
        address = loopback(port: UInt16(port))
        daemon = try await Self.daemon(program, port, in: folder)
    }

    /// Probes it once and stops it.
    func see(
        _ extras: HandshakeStage.Extras = .init(), budget: Duration = .seconds(60)
    ) async throws -> Seen {
        let stage = try ServerAuthority.shared.get().stage(extras: extras)
        let seen = await stage.see([address], budget: budget)
        await daemon.stop()
        return seen
    }

    private static func daemon(
        _ program: Program, _ port: Int, in folder: String
    ) async throws -> Daemon {
        func start(_ path: String, _ arguments: [String]) async throws -> Daemon {
            try await Daemon(path, arguments, in: folder, until: .port("127.0.0.1", port))
        }
        switch program {
        case .openssl(let options):
            try write(smallGroup, to: folder + "/dh.pem")
            let identity =
                options.contains("-nocert")
                ? [] : ["-key", "key.pem", "-cert", "leaf.pem", "-cert_chain", "intermediate.pem"]
            return try await start(
                "openssl",
                ["s_server", "-accept", "127.0.0.1:\(port)", "-www"] + identity + options)
        case .gnutls(let priority, let options):
            return try await start(
                "gnutls-serv",
                [
                    "--http", "--port", "\(port)", "--priority", priority, "--x509keyfile",
                    "key.pem", "--x509certfile", "chain.pem",
                ] + options)
        case .tlslite(let settings):
            return try await Tlslite.server(
                port: port, chain: "chain.pem", key: "key.pem", settings: settings, in: folder)
        case .nginx(let directives):
            try write(nginx(port, directives, in: folder), to: folder + "/nginx.conf")
            return try await start("nginx", ["-c", folder + "/nginx.conf"])
        }
    }

    private static func nginx(_ port: Int, _ directives: String, in folder: String) -> String {
        let folders = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map {
            "\($0)_temp_path \(folder)/\($0);"
        }
        return """
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
                    ssl_certificate \(folder)/chain.pem;
                    ssl_certificate_key \(folder)/key.pem;
                    \(directives)
                    return 200 "nginx\\n";
                }
            }

            """
    }

    /// The group of 1024 bits of RFC 2409 6.2.
    private static let smallGroup = """
        -----BEGIN DH PARAMETERS-----
        MIGHAoGBAP//////////yQ/aoiFowjTExmKLgNwc0SkCTgiKZ8x0Agu+pjsTmyJR
        Sgh5jjQE3e+VGbPNOkMbMCsKbfJfFDdP4TVtbVHCReSFtXZiXn7G9ExC6aY37WsL
        /1y29Aa37e44a/taiZ+lrp8kEXxLH+ZJKGZR7OZTgf//////////AgEC
        -----END DH PARAMETERS-----

        """

    private static let key = Result { try PrivateKey.generate(.rsa(bits: 2048)) }
}
