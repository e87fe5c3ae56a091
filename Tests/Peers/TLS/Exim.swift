import Foundation

/// Exim, whose package and Postfix's exclude each other: scripts/test-prerequisites unpacks its program alone.
package enum Exim {
    package static let program = "/usr/local/lib/trustpath-peers/exim4"

    /// SMTP over TLS on port 465, SMTP on 25 and 587, with STARTTLS where there is an identity.
    package static func start(
        _ address: String, _ identity: CertificateAuthority.Identity?
    ) async throws -> Daemon {
        guard access(program, X_OK) == 0 else {
            throw PeerError("\(program) is missing: run scripts/test-prerequisites")
        }
        let directory = try await Ground.shared.value.newDirectory("exim")
        try await check("install", ["-d", "-o", "8", "-g", "8", "\(directory)/spool"])
        var text = """
            primary_hostname = exim.hosts.test
            exim_user = Debian-exim
            exim_group = Debian-exim
            spool_directory = \(directory)/spool
            log_file_path = \(directory)/spool/%slog
            keep_environment =
            tls_on_connect_ports = 465

            """
        if let identity {
            // It reads them after it has become its own user.
            try await check("install", ["-m", "644", identity.key, "\(directory)/key.pem"])
            text += """
                local_interfaces = <; [\(address)]:25 ; [\(address)]:465 ; [\(address)]:587
                tls_advertise_hosts = *
                tls_certificate = \(identity.chain)
                tls_privatekey = \(directory)/key.pem

                """
        } else {
            text += """
                local_interfaces = <; [\(address)]:25 ; [\(address)]:587
                tls_advertise_hosts =

                """
        }
        let file = directory + "/exim.conf"
        try write(text, to: file)
        return try await Daemon(
            program, ["-bdf", "-C", file], in: directory, until: .port(address, 587),
            environment: try ownUser(in: directory), seconds: 60)
    }

    /// The program looks its user up by name, and only the package would have made it: here it is `mail`'s number.
    private static func ownUser(in directory: String) throws -> [String: String] {
        let (users, groups) = ("\(directory)/passwd", "\(directory)/group")
        try write(
            """
            root:x:0:0::/root:/bin/sh
            Debian-exim:x:8:8::/:/bin/false

            """, to: users)
        try write("root:x:0:\nDebian-exim:x:8:\n", to: groups)
        return [
            "LD_PRELOAD": "libnss_wrapper.so", "NSS_WRAPPER_PASSWD": users,
            "NSS_WRAPPER_GROUP": groups,
        ]
    }
}
