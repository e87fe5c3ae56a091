/// nginx, Dovecot and Postfix in the foreground, each with a configuration of its own.
package enum TLSServers {
    /// A name that nginx answers for and what it shows there.
    package struct Site: Sendable {
        package let name: String
        package let identity: CertificateAuthority.Identity
        /// What every path answers, in lines.
        package let page: [String]

        package init(
            _ name: String, _ identity: CertificateAuthority.Identity,
            page: [String] = ["nginx of the peers"]
        ) {
            (self.name, self.identity, self.page) = (name, identity, page)
        }
    }

    /// HTTPS on the ports of every address; the first site answers when no name is asked for.
    package static func nginx(
        _ addresses: [String], _ sites: [Site], ports: [Int] = [443]
    ) async throws -> Daemon {
        let directory = try await Ground.shared.value.newDirectory("nginx")
        var text = """
            daemon off;
            user root;
            worker_processes 1;
            pid \(directory)/pid;
            error_log stderr;
            events { }
            http {
                access_log off;

            """
        let listen = addresses.flatMap { address in
            ports.map { "listen \(address.contains(":") ? "[\(address)]" : address):\($0) ssl;" }
        }.joined(separator: " ")
        for kind in ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"] {
            text += "    \(kind)_temp_path \(directory)/\(kind);\n"
        }
        for site in sites {
            text += """
                    server {
                        \(listen)
                        server_name \(site.name);
                        ssl_certificate \(site.identity.chain);
                        ssl_certificate_key \(site.identity.key);
                        ssl_protocols TLSv1.2 TLSv1.3;
                        return 200 "\(site.page.map { $0 + "\\n" }.joined())";
                    }

                """
        }
        let file = directory + "/nginx.conf"
        try write(text + "}\n", to: file)
        return try await Daemon(
            "nginx", ["-c", file], in: directory, until: .port(addresses[0], ports[0]))
    }

    /// IMAPS on port 993 and IMAP with STARTTLS on 143.
    package static func dovecot(
        _ address: String, _ identity: CertificateAuthority.Identity
    ) async throws -> Daemon {
        let directory = try await Ground.shared.value.newDirectory("dovecot")
        let version = try await check("dovecot", ["--version"])
        let (head, keys, passwords) =
            version.hasPrefix("2.4")
            ? (
                "dovecot_config_version = 2.4.0\ndovecot_storage_version = 2.4.0",
                "ssl_server_cert_file = \(identity.chain)\nssl_server_key_file = \(identity.key)",
                "passdb static {\n  password = none\n}"
            )
            : (
                "", "ssl_cert = <\(identity.chain)\nssl_key = <\(identity.key)",
                "passdb {\n  driver = static\n  args = password=none\n}"
            )
        let text = """
            \(head)
            base_dir = \(directory)/run
            state_dir = \(directory)/state
            log_path = /dev/stderr
            protocols = imap
            listen = \(address)
            ssl = required
            \(keys)
            \(passwords)
            service imap-login {
              chroot =
              inet_listener imap {
                port = 143
              }
              inet_listener imaps {
                port = 993
                ssl = yes
              }
            }

            """
        let file = directory + "/dovecot.conf"
        try write(text, to: file)
        return try await Daemon(
            "dovecot", ["-F", "-c", file], in: directory, until: .port(address, 993))
    }

    /// SMTP over TLS on port 465, SMTP with STARTTLS on 25 and 587; without an identity no TLS, and no 465.
    package static func postfix(
        _ address: String, _ identity: CertificateAuthority.Identity?
    ) async throws -> Daemon {
        let directory = try await Ground.shared.value.newDirectory("postfix")
        let keys = identity.map { "smtpd_tls_chain_files = \($0.key), \($0.chain)" } ?? ""
        let main = """
            compatibility_level = 3.6
            queue_directory = \(directory)/queue
            data_directory = \(directory)/data
            myhostname = smtp.hosts.test
            mydestination =
            inet_interfaces = 127.0.0.1
            inet_protocols = ipv4
            alias_maps =
            alias_database =
            smtpd_relay_restrictions = reject
            smtpd_peername_lookup = no
            smtpd_tls_security_level = \(identity == nil ? "none" : "may")
            \(keys)
            maillog_file = /dev/stdout

            """
        let wrapped = "\(address):465 inet n - n - - smtpd -o smtpd_tls_wrappermode=yes"
        let master = """
            \(address):25 inet n - n - - smtpd
            \(address):587 inet n - n - - smtpd
            \(identity == nil ? "" : wrapped)
            cleanup unix n - n - 0 cleanup
            proxymap unix - - n - - proxymap
            rewrite unix - - n - - trivial-rewrite
            anvil unix - - n - 1 anvil
            tlsmgr unix - - n 1000? 1 tlsmgr
            postlog unix-dgram n - n - 1 postlogd

            """
        try write(main, to: directory + "/main.cf")
        try write(master, to: directory + "/master.cf")
        // `postfix start-fg` would make these, but leaves the daemon behind when it is killed.
        let folders = ["pid", "private", "public"].map { "\(directory)/queue/\($0)" }
        let own = folders.dropFirst() + [directory + "/data"]
        try await check("mkdir", ["-p", directory + "/data"] + folders)
        try await check("chown", ["postfix:postdrop"] + own)
        return try await Daemon(
            "/usr/lib/postfix/sbin/master", ["-d", "-c", directory], in: directory,
            until: .port(address, identity == nil ? 587 : 465), seconds: 60)
    }
}
