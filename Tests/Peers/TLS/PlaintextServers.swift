import Foundation

/// Servers whose protocols begin in plaintext, each at an address of its own choice in the foreground; without an
/// identity TLS is off.
package enum PlaintextServers {
    /// IMAP on port 143, POP3 on 110 and ManageSieve on 4190.
    package static func dovecot(
        _ address: String, _ identity: CertificateAuthority.Identity?
    ) async throws -> Daemon {
        let directory = try await Ground.shared.value.newDirectory("dovecot")
        let isNew = try await check("dovecot", ["--version"]).hasPrefix("2.4")
        let (certificate, key) =
            isNew
            ? ("ssl_server_cert_file = ", "ssl_server_key_file = ")
            : ("ssl_cert = <", "ssl_key = <")
        let keys = identity.map { "\(certificate)\($0.chain)\n\(key)\($0.key)" } ?? ""
        let head = "dovecot_config_version = 2.4.0\ndovecot_storage_version = 2.4.0"
        let passwords =
            isNew
            ? "passdb static {\n  password = none\n}"
            : "passdb {\n  driver = static\n  args = password=none\n}"
        var text = """
            \(isNew ? head : "")
            base_dir = \(directory)/run
            state_dir = \(directory)/state
            log_path = /dev/stderr
            protocols = imap pop3 sieve
            listen = \(address)
            ssl = \(identity == nil ? "no" : "required")
            \(keys)
            \(passwords)

            """
        let services = [
            ("imap", "imap", 143), ("imap", "imaps", 0), ("pop3", "pop3", 110),
            ("pop3", "pop3s", 0), ("managesieve", "sieve", 4190),
        ]
        for (service, listener, port) in services {
            text += """
                service \(service)-login {
                  chroot =
                  inet_listener \(listener) {
                    port = \(port)
                  }
                }

                """
        }
        let file = directory + "/dovecot.conf"
        try write(text, to: file)
        return try await Daemon(
            "dovecot", ["-F", "-c", file], in: directory, until: .port(address, 4190), seconds: 60)
    }

    /// FTP on port 21.
    package static func vsftpd(
        _ address: String, _ identity: CertificateAuthority.Identity?
    ) async throws -> Daemon {
        let directory = try await Ground.shared.value.newDirectory("vsftpd")
        let keys =
            identity.map { "rsa_cert_file=\($0.chain)\nrsa_private_key_file=\($0.key)" } ?? ""
        let text = """
            listen=YES
            listen_address=\(address)
            background=NO
            anonymous_enable=YES
            ssl_enable=\(identity == nil ? "NO" : "YES")
            \(keys)
            secure_chroot_dir=\(directory)
            seccomp_sandbox=NO

            """
        let file = directory + "/vsftpd.conf"
        try write(text, to: file)
        return try await Daemon(
            "vsftpd", [file], in: directory, until: .port(address, 21), seconds: 60)
    }

    /// LDAP on port 389, with no database behind it.
    package static func slapd(
        _ address: String, _ identity: CertificateAuthority.Identity?
    ) async throws -> Daemon {
        let directory = try await Ground.shared.value.newDirectory("slapd")
        var text = "pidfile \(directory)/pid\n"
        if let identity {
            text += "TLSCertificateFile \(identity.chain)\nTLSCertificateKeyFile \(identity.key)\n"
        }
        let file = directory + "/slapd.conf"
        try write(text, to: file)
        return try await Daemon(
            try Program.unconfined("slapd", in: directory),
            ["-d", "0", "-f", file, "-h", "ldap://\(address):389"],
            in: directory, until: .port(address, 389), seconds: 60)
    }

    /// XMPP for clients on port 5222 and for servers on 5269.
    package static func prosody(
        _ address: String, _ host: String, _ identity: CertificateAuthority.Identity?
    ) async throws -> Daemon {
        let directory = try await Ground.shared.value.newDirectory("prosody")
        let keys = identity.map { "certificate = \"\($0.chain)\"; key = \"\($0.key)\"" }
        let text = """
            run_as_root = true
            pidfile = "\(directory)/pid"
            data_path = "\(directory)"
            interfaces = { "\(address)" }
            log = { info = "*console" }
            modules_enabled = { \(keys == nil ? "" : "\"tls\", ")"saslauth", "c2s", "s2s" }
            modules_disabled = { \(keys == nil ? "\"tls\"" : "") }
            c2s_require_encryption = false
            s2s_require_encryption = false
            authentication = "internal_plain"
            \(keys.map { "ssl = { \($0) }" } ?? "")
            VirtualHost "\(host)"

            """
        let file = directory + "/prosody.lua"
        try write(text, to: file)
        return try await Daemon(
            "prosody", ["-F", "--config", file], in: directory, until: .port(address, 5269),
            seconds: 60)
    }

    /// PostgreSQL on port 5432; it refuses to run as root.
    package static func postgres(
        _ address: String, _ identity: CertificateAuthority.Identity?
    ) async throws -> Daemon {
        let directory = try await Ground.shared.value.newDirectory("postgres")
        let find = "ls -d /usr/lib/postgresql/*/bin | tail -n 1"
        let binaries = try await check("sh", ["-c", find])
            .trimmingCharacters(in: .whitespacesAndNewlines)
        let user = ["--reuid=postgres", "--regid=postgres", "--clear-groups"]
        let data = directory + "/data"
        try await check("mkdir", [data])
        try await check("chown", ["postgres", data])
        try await check(
            "setpriv",
            user + ["\(binaries)/initdb", "-D", data, "-A", "trust", "--no-sync"], seconds: 120)
        var settings = ["listen_addresses=\(address)", "unix_socket_directories="]
        if let identity {
            // The key has to be the server's own and nobody else's to read.
            try await check("cp", [identity.chain, data + "/chain.pem"])
            try await check("cp", [identity.key, data + "/key.pem"])
            try await check("chown", ["postgres", data + "/chain.pem", data + "/key.pem"])
            try await check("chmod", ["600", data + "/key.pem"])
            settings += [
                "ssl=on", "ssl_cert_file=\(data)/chain.pem", "ssl_key_file=\(data)/key.pem",
            ]
        }
        return try await Daemon(
            "setpriv",
            user + ["\(binaries)/postgres", "-D", data]
                + settings.flatMap { ["-c", $0] },
            in: directory, until: .port(address, 5432), seconds: 60)
    }

    /// MariaDB on port 3306.
    package static func mariadb(
        _ address: String, _ identity: CertificateAuthority.Identity?
    ) async throws -> Daemon {
        let directory = try await Ground.shared.value.newDirectory("mariadb")
        try await check("mkdir", [directory + "/data"])
        let keys = identity.map { ["--ssl-cert=\($0.chain)", "--ssl-key=\($0.key)"] }
        return try await Daemon(
            "mariadbd",
            [
                "--no-defaults", "--user=root", "--datadir=\(directory)/data",
                "--bind-address=\(address)", "--port=3306", "--socket=\(directory)/socket",
                "--skip-grant-tables",
            ] + (keys ?? ["--skip-ssl"]),
            in: directory, until: .port(address, 3306), seconds: 60)
    }
}
