import Foundation
import Peers

/// What a program says of a server, each fact in words that are the same for all of them.
struct ScannerFacts {
    enum Fact: String, CaseIterable {
        case versions, ciphers, groups, names, notAfter, isExpired, certificatesSent, staple
        case nameMatches, isTrusted
    }

    var facts: [Fact: String] = [:]
    /// All that was printed.
    var text = ""

    private static func list(_ words: some Sequence<String>) -> String {
        words.sorted().joined(separator: " ")
    }

    // MARK: - trustpath

    /// What `trustpath probe` says under `legacy_scan`.
    static func trustpath(_ server: ScannedServer) async throws -> ScannerFacts {
        let file = server.folder + "/trustpath.yml"
        try write(
            """
            modules:
              default:
                resolvers: [127.0.0.1]
                authoritative: false
                dnssec: {mode: disabled}
                tls: {ca_file: \(server.authority.root), legacy_scan: true, tlsa: false}
                timeout: 60s

            """, to: file)
        let result = try await run(
            trustpathBinary(),
            [
                "probe", "https://127.0.0.1:\(server.port)", "--hostname", ScannedServer.name,
                "--config.file", file, "--timeout", "60", "--output", "json",
            ], seconds: 90)
        var facts = ScannerFacts(text: result.output + result.errors)
        guard let report = Report(result.output), let handshake = report.endpoints.first?.handshake
        else { return facts }
        facts.facts[.versions] = handshake.offers.map { list($0.versions) }
        facts.facts[.ciphers] = handshake.offers.map { list($0.ciphers.flatMap(\.ciphers)) }
        facts.facts[.groups] = handshake.offers.map { list($0.groups) }
        guard let certificate = handshake.certificate else { return facts }
        facts.facts[.names] = list(certificate.leaf.dnsNames)
        facts.facts[.notAfter] = String(certificate.leaf.notAfter.prefix(16))
        facts.facts[.isExpired] = "\(certificate.faults.contains { $0.name.contains("EXPIRED") })"
        facts.facts[.certificatesSent] = "\(certificate.sentChain.count)"
        facts.facts[.staple] = certificate.staple?.status ?? "none"
        facts.facts[.nameMatches] = "\(certificate.nameMatches)"
        facts.facts[.isTrusted] = "\(certificate.trusted)"
        return facts
    }

    private struct Report: Decodable {
        struct Endpoint: Decodable { let handshake: Handshake? }
        struct Handshake: Decodable {
            let offers: Offers?
            let certificate: Certificate?
        }
        struct Offers: Decodable {
            struct Suites: Decodable { let ciphers: [String] }
            let versions: [String]
            let ciphers: [Suites]
            let groups: [String]
        }
        struct Certificate: Decodable {
            struct Leaf: Decodable {
                let dnsNames: [String]
                let notAfter: String
            }
            struct Staple: Decodable { let status: String }
            struct Fault: Decodable { let name: String }
            let leaf: Leaf
            let sentChain: [Leaf]
            let nameMatches: Bool
            let trusted: Bool
            let staple: Staple?
            let faults: [Fault]
        }
        let endpoints: [Endpoint]

        init?(_ text: String) {
            guard let report = try? JSONDecoder().decode(Report.self, from: Data(text.utf8)) else {
                return nil
            }
            self = report
        }
    }

    // MARK: - sslscan

    static func sslscan(_ server: ScannedServer) async throws -> ScannerFacts {
        let file = server.folder + "/sslscan.xml"
        let result = try await run(
            "sslscan",
            [
                "--no-colour", "--ocsp", "--timeout=20",
                "--connect-timeout=20", "--sni-name=\(ScannedServer.name)", "--xml=\(file)",
                "127.0.0.1:\(server.port)",
            ], seconds: 120)
        let xml = read(file)
        var facts = ScannerFacts(text: result.output + xml)
        facts.facts[.versions] = list(
            xml.matches(of: /<protocol type="(\w+)" version="([0-9.]+)" enabled="1"/).map {
                $0.1 == "ssl" ? "SSL \($0.2).0" : "TLS \($0.2)"
            })
        let names = try await cipherNames()
        facts.facts[.ciphers] = list(
            xml.matches(of: /<cipher status=.* id="(0x[0-9A-Fa-f]{4})"/).map {
                names[$0.1.uppercased()] ?? String($0.1)
            })
        facts.facts[.groups] = list(
            Set(
                xml.matches(of: /<group .* name="([^"]+)"/).map {
                    groupNames[String($0.1)] ?? String($0.1)
                }))
        if let short = xml.components(separatedBy: "<certificate type=\"short\">").dropFirst().last
        {
            if let found = short.firstMatch(of: /<altnames><!\[CDATA\[(.*?)\]\]>/) {
                facts.facts[.names] = list(
                    found.1.components(separatedBy: ", ").map {
                        $0.replacingOccurrences(of: "DNS:", with: "")
                    })
            }
            if let found = short.firstMatch(of: /<not-valid-after>(.*?)<\/not-valid-after>/) {
                facts.facts[.notAfter] = minute(of: String(found.1))
            }
            facts.facts[.isExpired] = "\(short.contains("<expired>true</expired>"))"
        }
        if result.output.contains("No OCSP response received") {
            facts.facts[.staple] = "none"
        } else if let found = result.output.firstMatch(of: /Cert Status: (\w+)/) {
            facts.facts[.staple] = String(found.1)
        }
        return facts
    }

    /// IANA's names by "0XC02F", of what the `openssl` program knows.
    private static func cipherNames() async throws -> [String: String] {
        let text = try await check(
            "openssl", ["ciphers", "-V", "-stdname", "ALL:COMPLEMENTOFALL@SECLEVEL=0"])
        let pairs = text.matches(of: /0x(..),0x(..) +- +(\S+)/).map {
            ("0X\($0.1)\($0.2)".uppercased(), String($0.3))
        }
        return Dictionary(pairs) { one, _ in one }
    }

    private static let groupNames = [
        "x25519": "X25519", "x448": "X448", "secp256r1 (NIST P-256)": "P-256",
        "secp384r1 (NIST P-384)": "P-384", "secp521r1 (NIST P-521)": "P-521",
    ]

    /// "Dec 21 13:47:33 2026 GMT" as "2026-12-21T13:47".
    private static func minute(of text: String) -> String {
        let format = DateFormatter()
        format.locale = Locale(identifier: "en_US_POSIX")
        format.timeZone = TimeZone(secondsFromGMT: 0)
        format.dateFormat = "MMM d HH:mm:ss yyyy zzz"
        guard let date = format.date(from: text) else { return text }
        format.dateFormat = "yyyy-MM-dd'T'HH:mm"
        return format.string(from: date)
    }

    // MARK: - testssl.sh

    /// With the checks of these options. It looks names up at its start whatever it is told, so that it gets a
    /// resolv.conf of its own, whose server refuses.
    static func testssl(_ server: ScannedServer, _ checks: [String]) async throws -> ScannerFacts {
        let (file, resolvers) = (server.folder + "/testssl.json", server.folder + "/resolv.conf")
        try write("nameserver 127.0.0.1\noptions timeout:1 attempts:1\n", to: resolvers)
        let result = try await run(
            "unshare",
            [
                "--mount", "bash", "-c",
                "mount --bind \(resolvers) /etc/resolv.conf && exec testssl \"$@\"", "testssl",
                "--quiet", "--color", "0", "--ip", "127.0.0.1", "--nodns", "none", "--warnings",
                "off", "--add-ca", server.authority.root, "--jsonfile", file,
            ] + checks + ["https://\(ScannedServer.name):\(server.port)"],
            in: server.folder, seconds: 300)
        var facts = ScannerFacts(text: result.output + result.errors)
        let lines = try JSONDecoder().decode([Line].self, from: Data(read(file).utf8))
        let found = Dictionary(lines.map { ($0.id, $0.finding) }) { one, _ in one }
        let versions = [
            "SSLv2": "SSL 2.0", "SSLv3": "SSL 3.0", "TLS1": "TLS 1.0", "TLS1_1": "TLS 1.1",
            "TLS1_2": "TLS 1.2", "TLS1_3": "TLS 1.3",
        ]
        if found["TLS1_2"] != nil {
            facts.facts[.versions] = list(
                versions.filter { found[$0.key]?.hasPrefix("offered") == true }.values)
        }
        facts.facts[.names] = found["cert_subjectAltName"].map {
            list($0.split(separator: " ").map { String($0) })
        }
        facts.facts[.notAfter] = found["cert_notAfter"]?.replacingOccurrences(of: " ", with: "T")
        facts.facts[.isExpired] = found["cert_expirationStatus"].map { "\($0 == "expired")" }
        facts.facts[.certificatesSent] = found["certs_countServer"]
        facts.facts[.nameMatches] = found["cert_trust"].map { "\($0.hasPrefix("Ok"))" }
        facts.facts[.isTrusted] = found["cert_chain_of_trust"].map { "\($0.hasPrefix("passed"))" }
        facts.facts[.staple] = found["OCSP_stapling"].map { $0 == "offered" ? "good" : "none" }
        return facts
    }

    private struct Line: Decodable {
        let id: String
        let finding: String
    }
}
