import Addresses
import OpenSSL
import Peers
import Sockets
import Testing

@testable import Probe

/// Now, by the system's clock: nginx with staples and files, and `openssl ocsp` as responder of one authority.
struct RevocationWorld: Sendable {
    static let shared = Task { try await RevocationWorld() }

    /// When everything was begun; what openssl makes afterwards is younger.
    let now: Int64
    let rootKey, key, leafKey: PrivateKey
    let root, intermediate: Certificate
    private let place: String
    let address: String
    private let responderPort: Int
    private var daemons: [Daemon] = []

    /// One leaf each, by the name that nginx serves it under.
    static let hosts = [
        "good", "revoked", "stale", "silent", "promised", "listed", "unlisted", "lonely", "bundled",
    ]

    private init() async throws {
        let ground = try await Ground.shared.value
        place = try ground.newDirectory("revocation")
        address = ground.freshAddress()
        responderPort = freePort()
        now = WallClock.now
        rootKey = try .generate(.ecdsa(.p256))
        key = try .generate(.ecdsa(.p256))
        leafKey = try .generate(.ecdsa(.p256))
        root = try Self.draft("Root", now, isCA: true).selfSigned(with: rootKey)
        intermediate = try Self.draft("Intermediate", now, isCA: true)
            .issued(by: root, key: rootKey, for: key)
        let leaves = try Dictionary(
            uniqueKeysWithValues: Self.hosts.map { ($0, try leaf($0)) })
        try await writeFiles(leaves)
        daemons = [try await responder(), try await nginx()]
    }

    var log: String { daemons.map(\.log).joined(separator: "\n") }

    func location(_ file: String) -> String { "http://\(address):8080/\(file)" }
    var responderLocation: String { "http://127.0.0.1:\(responderPort)/" }

    /// What a probe sees at one of the hosts.
    func see(_ host: String, fetching settings: CertificateFetch.Settings = .init()) async throws
        -> Seen
    {
        var extras = HandshakeStage.Extras()
        extras.fetches = settings
        let stage = try HandshakeStage(
            trust: TrustStore(certificates: [root]), intermediates: [],
            serverName: nil, policy: AddressRule(), extras: extras)
        let place = SocketAddress(try #require(IPAddress(address)), port: 8443)
        return await stage.see(
            [place], host: host + ".test", http: .patient(), at: WallClock.now, budget: .seconds(60)
        )
    }

    private static func draft(_ name: String, _ now: Int64, isCA: Bool = false)
        -> CertificateBuilder
    {
        var draft = CertificateBuilder(
            commonName: name, notBefore: now - 86_400, notAfter: now + 80 * 86_400)
        (draft.isCA, draft.serialNumber) = (isCA, .random(in: 1 ... .max >> 1))
        if !isCA { draft.dnsNames = [name] }
        return draft
    }

    private func leaf(_ host: String) throws -> Certificate {
        var draft = Self.draft(host + ".test", now)
        draft.hasMustStaple = host == "promised"
        draft.ocspResponder = host == "silent" ? "http://127.0.0.1:1/" : responderLocation
        let isListed = ["listed", "unlisted"].contains(host)
        draft.revocationList = location(isListed ? "list.crl" : "missing.crl")
        draft.issuerLocation = location(host == "bundled" ? "issuer.p7c" : "issuer.der")
        return try draft.issued(by: intermediate, key: key, for: leafKey)
    }

    private func openssl(_ arguments: String) async throws {
        try await check(
            "openssl", arguments.split(separator: " ").map { String($0) }, in: place)
    }

    private func writeFiles(_ leaves: [String: Certificate]) async throws {
        for (name, pem) in [
            ("root.pem", root.pem), ("issuer.pem", intermediate.pem), ("issuer.key", key.pem),
            ("leaf.key", leafKey.pem),
        ] {
            try write(pem, to: "\(place)/\(name)")
        }
        var index = ""
        for (host, leaf) in leaves {
            let isSentAlone = ["lonely", "bundled"].contains(host)
            try write(
                leaf.pem + (isSentAlone ? [] : intermediate.pem), to: "\(place)/\(host).pem")
            let isRevoked = ["revoked", "listed"].contains(host)
            let revoked =
                isRevoked ? "R\t491231000000Z\t260101000000Z,keyCompromise" : "V\t491231000000Z\t"
            index += "\(revoked)\t\(leaf.serialNumber.uppercased())\tunknown\t/CN=\(host)\n"
        }
        try write(index, to: place + "/index")
        try write("unique_subject = no\n", to: place + "/index.attr")
        try write(
            "[ca]\ndefault_ca=x\n[x]\ndatabase=index\ndefault_md=sha256\n", to: place + "/cnf")
        try await openssl(
            "ca -gencrl -config cnf -cert issuer.pem -keyfile issuer.key -crldays 7 -out list.pem")
        try await openssl("crl -in list.pem -outform DER -out list.crl")
        try await openssl("x509 -in issuer.pem -outform DER -out issuer.der")
        try await openssl("crl2pkcs7 -nocrl -certfile issuer.pem -outform DER -out issuer.p7c")
        for host in ["good", "revoked", "promised"] {
            try await openssl(
                "ocsp -index index -rsigner issuer.pem -rkey issuer.key -CA issuer.pem"
                    + " -issuer issuer.pem -cert \(host).pem -ndays 7 -noverify"
                    + " -respout \(host).ocsp")
        }
        let stale = try #require(leaves["stale"])
        let response = try OCSPBuilder(.good, thisUpdate: now - 864_000, nextUpdate: now - 86_400)
            .response(about: stale, issuedBy: intermediate, signer: intermediate, key: key)
        try write(response, to: place + "/stale.ocsp")
    }

    private func responder() async throws -> Daemon {
        try await Daemon(
            "openssl",
            [
                "ocsp", "-index", "index", "-port", "\(responderPort)", "-rsigner", "issuer.pem",
                "-rkey", "issuer.key", "-CA", "issuer.pem", "-ndays", "7",
            ], in: place, until: .log("waiting for OCSP client connections"))
    }

    /// HTTPS by names on 8443, the files on 8080.
    private func nginx() async throws -> Daemon {
        let staples = ["good", "revoked", "stale", "promised"]
        let sites = Self.hosts.map { host in
            """
            server {
                listen \(address):8443 ssl;
                server_name \(host).test;
                ssl_certificate \(place)/\(host).pem;
                ssl_certificate_key \(place)/leaf.key;
                \(staples.contains(host) ? "ssl_stapling on; ssl_stapling_file \(place)/\(host).ocsp;" : "")
            }
            """
        }.joined(separator: "\n")
        let folders = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map {
            "\($0)_temp_path \(place)/\($0);"
        }.joined(separator: "\n")
        try write(
            """
            daemon off;
            user root;
            worker_processes 1;
            pid \(place)/pid;
            error_log stderr;
            events { }
            http {
            access_log off;
            \(folders)
            \(sites)
            server { listen \(address):8080; root \(place); }
            }

            """, to: place + "/nginx.conf")
        return try await Daemon(
            "nginx", ["-c", place + "/nginx.conf"], in: place, until: .port(address, 8080))
    }
}
