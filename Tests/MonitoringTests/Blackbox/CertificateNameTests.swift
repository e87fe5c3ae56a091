import Foundation
import Peers
import Testing

/// Subjects as certificates of real authorities have them, and odd ones: the labels of both exporters are the same text.
@Suite(
    .enabled(if: Program.isTrustpathExpected, "needs the trustpath binary"),
    .enabled(
        if: Program.arePresent("prometheus-blackbox-exporter", "dnsmasq", "openssl", "unshare"),
        "needs root, the blackbox exporter, dnsmasq and openssl"))
struct CertificateNameTests {
    @Test(arguments: [
        "C=US\nST=California\nL=Los Angeles\nO=Example, Inc.\nCN=example.test",
        // The order of the attributes is another than Go's.
        "CN=example.test\nOU=second\nO=Example\nL=Kiel\nST=Holstein\nC=DE",
        // Extended validation.
        """
        jurisdictionC=DE
        businessCategory=Private Organization
        serialNumber=HRB 1
        C=DE
        street=Straße 1
        postalCode=80331
        L=München
        O=Beispiel & Söhne
        CN=example.test
        """,
        "DC=test\nDC=example\nOU=one\n2.OU=two\nCN=first\n2.CN=second\nemailAddress=a@example.test",
        #"O=a\\b \"c\" <d>; e+f=g\nCN=x*y"#.replacing("\\n", with: "\n"),
    ])
    func labelsAreTheSame(_ subject: String) async throws {
        let world = try await BlackboxWorld.shared.value
        let ground = try await Ground.shared.value
        let (address, directory) = (ground.freshAddress(), try ground.newDirectory("name"))
        try write(
            """
            [req]
            distinguished_name=dn
            prompt=no
            utf8=yes
            string_mask=utf8only
            [dn]
            \(subject)

            """, to: directory + "/name.cnf")
        try await check(
            "openssl",
            [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                "-config", "name.cnf", "-keyout", "key.pem", "-out", "certificate.pem",
            ], in: directory)
        let server = try await Daemon(
            "openssl",
            [
                "s_server", "-accept", "\(address):443", "-cert", "certificate.pem", "-key",
                "key.pem", "-www",
            ], in: directory, until: .port(address, 443))
        let theirs = labels(
            try await world.blackbox.page(module: "insecure", target: "\(address):443"))
        let ours = labels(try await world.lab.agent.page("/probe?target=\(address):443"))
        #expect(theirs["subject"]?.contains("=") == true)
        for label in ["subject", "issuer", "fingerprint_sha256", "subjectalternative"] {
            #expect(ours[label] == theirs[label], "\(label)")
        }
        await server.stop()
    }

    /// Of `probe_ssl_last_chain_info`, as the page escapes them.
    private func labels(_ page: String) -> [String: String] {
        let line = page.split(separator: "\n").first { $0.hasPrefix("probe_ssl_last_chain_info{") }
        let pairs = (line ?? "").matches(of: #/([a-z0-9_]+)="((?:[^"\\]|\\.)*)"/#)
        return Dictionary(
            pairs.map { (String($0.1), String($0.2)) }, uniquingKeysWith: { $0 + $1 })
    }
}
