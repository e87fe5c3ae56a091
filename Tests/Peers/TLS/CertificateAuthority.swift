import Foundation

/// A root, an intermediate below it, and the leaves it issues; all made by the `openssl` program.
package struct CertificateAuthority: Sendable {
    /// A certificate chain and its key, as files that servers read.
    package struct Identity: Sendable {
        /// PEM: what the server sends, the leaf first, never the root.
        package let chain: String
        /// PEM.
        package let key: String
    }

    package enum KeyType: String, Sendable {
        case ecdsa = "EC"
        case rsa = "RSA"

        fileprivate var options: [String] {
            switch self {
            case .ecdsa: ["ec_paramgen_curve:P-256"]
            case .rsa: ["rsa_keygen_bits:2048"]
            }
        }
    }

    package let directory: String
    /// PEM file of the root alone: what clients trust.
    package var root: String { directory + "/root.pem" }
    /// PEM file of the intermediate alone.
    package var intermediate: String { directory + "/intermediate.pem" }

    package init() async throws {
        directory = try await Ground.shared.value.newDirectory("authority")
        try write(Self.configuration, to: directory + "/openssl.cnf")
        try await makeKey("root", .ecdsa)
        try await check(
            "openssl",
            [
                "req", "-x509", "-new", "-key", "root.key", "-out", "root.pem", "-days", "3650",
                "-subj", "/CN=Peers Root", "-config", "openssl.cnf", "-extensions", "root",
            ], in: directory)
        try await makeKey("intermediate", .ecdsa)
        try await sign(
            "intermediate", subject: "/CN=Peers Intermediate", by: "root", days: -1...1825,
            extensions: "[x]\n" + Self.authorityExtensions)
    }

    /// Issues a certificate for DNS names and addresses; `days` are counted from now.
    package func issue(
        _ names: [String], addresses: [String] = [], days: ClosedRange<Int> = -1...90,
        key: KeyType = .ecdsa,
        sendsIntermediate: Bool = true
    ) async throws -> Identity {
        let name = "leaf-\(UUID().uuidString.prefix(8))"
        try await makeKey(name, key)
        let alternatives = (names.map { "DNS:\($0)" } + addresses.map { "IP:\($0)" })
            .joined(separator: ",")
        try await sign(
            name, subject: "/CN=\(names.first ?? name)", by: "intermediate", days: days,
            extensions: """
                [x]
                basicConstraints = critical, CA:FALSE
                keyUsage = critical, digitalSignature, keyEncipherment
                extendedKeyUsage = serverAuth
                subjectKeyIdentifier = hash
                authorityKeyIdentifier = keyid
                subjectAltName = \(alternatives)

                """)
        let leaf = read("\(directory)/\(name).pem")
        let chain = "\(directory)/\(name).chain.pem"
        try write(leaf + (sendsIntermediate ? read(intermediate) : ""), to: chain)
        return Identity(chain: chain, key: "\(directory)/\(name).key")
    }

    private func makeKey(_ name: String, _ type: KeyType) async throws {
        try await check(
            "openssl",
            ["genpkey", "-algorithm", type.rawValue, "-out", "\(name).key"]
                + type.options.flatMap { ["-pkeyopt", $0] },
            in: directory)
    }

    // `openssl ca` because it alone takes both dates; a database for each call, so that several may
    // run at once.
    private func sign(
        _ name: String, subject: String, by issuer: String, days: ClosedRange<Int>,
        extensions: String
    ) async throws {
        let database = "\(directory)/\(name)-database"
        try FileManager.default.createDirectory(
            atPath: database, withIntermediateDirectories: true)
        try write("", to: database + "/index")
        try write(extensions, to: database + "/extensions")
        try await check(
            "openssl",
            [
                "req", "-new", "-key", "\(name).key", "-out", "\(database)/request", "-subj",
                subject, "-config", "openssl.cnf",
            ], in: directory)
        let now = Int(Date().timeIntervalSince1970)
        try await check(
            "openssl",
            [
                "ca", "-batch", "-notext", "-config", "openssl.cnf",
                "-in", "\(database)/request", "-out", "\(name).pem", "-cert", "\(issuer).pem",
                "-keyfile", "\(issuer).key", "-extfile", "\(database)/extensions",
                "-extensions", "x", "-startdate", stamp(now + days.lowerBound * 86400) + "Z",
                "-enddate", stamp(now + days.upperBound * 86400) + "Z",
            ], in: directory, environment: ["PEERS_DATABASE": database])
    }

    private static let authorityExtensions = """
        basicConstraints = critical, CA:TRUE
        keyUsage = critical, keyCertSign, cRLSign
        subjectKeyIdentifier = hash
        authorityKeyIdentifier = keyid

        """

    private static let configuration = """
        PEERS_DATABASE = .
        [req]
        prompt = no
        distinguished_name = name
        [name]
        [root]
        \(authorityExtensions)
        [ca]
        default_ca = authority
        [authority]
        database = $ENV::PEERS_DATABASE/index
        new_certs_dir = $ENV::PEERS_DATABASE
        default_md = sha256
        policy = policy
        rand_serial = yes
        unique_subject = no
        [policy]
        commonName = supplied

        """
}
