import OpenSSL
import Testing

@testable import Probe

/// Certificates that no authority would issue, by a TLS server's word.
@Suite struct BadCertificateTests {
    typealias Draw = DrawnCertificate

    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        /// Beside `tls_reset`, since the server goes away behind its certificates.
        let expected: [FailureClass]
        let evidence: String
        let usesRSA: Bool
        let change: @Sendable (inout DrawnCertificate) -> Void

        init(
            _ name: String, _ expected: [FailureClass], _ evidence: String = "",
            usesRSA: Bool = false, _ change: @escaping @Sendable (inout DrawnCertificate) -> Void
        ) {
            (testDescription, self.expected, self.evidence) = (name, expected, evidence)
            (self.usesRSA, self.change) = (usesRSA, change)
        }
    }

    static let host = ServerAuthority.host
    static let many = (0..<1000).map { "n\($0).example.test" }
    static let rubbish: [UInt8] = [0x30, 0x7f, 1]

    static let cases: [Case] = [
        Case("sound", []) { _ in },
        Case("a thousand names and ours", []) { $0.extensions = [Draw.names(many + [host])] },
        Case("a thousand names", [.certNameMismatch], "n7.example.test and 992 more and not for") {
            $0.extensions = [Draw.names(many)]
        },
        Case("a NUL behind our name", [.certNameMismatch], "www.example.test\\00.evil.test") {
            $0.extensions = [Draw.names([host + "\0.evil.test"])]
        },
        Case("a NUL before our name", [.certNameMismatch], "\\00www.example.test") {
            $0.extensions = [Draw.names(["\0" + host])]
        },
        Case("a NUL in the common name alone", [.certNameMismatch], "no name at all") {
            ($0.subject, $0.extensions) = (Draw.name(host + "\0.evil.test"), [])
        },
        Case("escapes in the subject", [.certExpired], "ended") {
            $0.subject = Draw.name("\u{1b}[2J\u{202e}\n")
            $0.notAfter = Draw.time("20260201000000Z")
        },
        Case("a subject of 60 kB", []) {
            $0.subject = Draw.name([UInt8](repeating: 0x41, count: 60_000))
        },
        Case("the end of all time", []) { $0.notAfter = Draw.time("99991231235959Z") },
        Case("since the year nought", []) { $0.notBefore = Draw.time("00000101000000Z") },
        Case("it ends before it begins", [.certExpired]) {
            $0.notAfter = Draw.time("20200101000000Z")
        },
        Case("a month 13", [.certInvalid], "ERROR_IN_CERT_NOT_AFTER_FIELD") {
            $0.notAfter = Draw.time("20281301000000Z")
        },
        Case("an empty beginning", [.certInvalid], "ERROR_IN_CERT_NOT_BEFORE_FIELD") {
            $0.notBefore = Draw.time("")
        },
        Case("a number for a date", [.certInvalid], "cannot be used") {
            $0.notAfter = der(2, [1])
        },
        Case("RSA 16384", [], usesRSA: true) { $0.publicKey = Draw.rsa(bits: 16_384) },
        Case("RSA 65536", [], usesRSA: true) { $0.publicKey = Draw.rsa(bits: 65_536) },
        Case("RSA with a huge exponent", [], usesRSA: true) {
            $0.publicKey = Draw.rsa(bits: 4096, exponent: [UInt8](repeating: 0x7f, count: 500))
        },
        Case("RSA 512", [.certKeyWeak], "RSA 512", usesRSA: true) {
            $0.publicKey = Draw.rsa(bits: 512)
        },
        Case("a key of no known kind", [.certInvalid], "cannot be used") {
            $0.publicKey = der(0x30, der(0x30, [6, 3, 0x2a, 3, 4]) + der(3, [0, 1, 2]))
        },
        Case("a key that is none", [.certInvalid], "cannot be used") {
            $0.publicKey = der(0x30, [])
        },
        Case("a serial number of 200 bytes, negative", []) {
            $0.serialNumber = [UInt8](repeating: 0xf1, count: 200)
        },
        Case("a critical extension nobody knows", [.certInvalid], "UNHANDLED_CRITICAL") {
            $0.extensions.append(der(0x30, der(6, [0x2a, 3, 4]) + [1, 1, 0xff] + der(4, [5, 0])))
        },
        Case("an extension that is none", [.certInvalid], "cannot be used") {
            $0.extensions.append(der(0x30, [5, 0]))
        },
        Case("names twice", [.certNameMismatch, .certInvalid]) { $0.extensions += $0.extensions },
        Case("names that cannot be read", [.certNameMismatch, .certInvalid]) {
            $0.extensions = [Draw.extended(17, rubbish)]
        },
        Case("basic constraints that cannot be read", [.certInvalid]) {
            $0.extensions.append(Draw.extended(19, isCritical: true, rubbish))
        },
        Case("key usage that cannot be read", [.certInvalid]) {
            $0.extensions.append(Draw.extended(15, rubbish))
        },
        Case("extended key usage that cannot be read", [.certInvalid]) {
            $0.extensions.append(Draw.extended(37, rubbish))
        },
        Case("name constraints that cannot be read", [.certInvalid]) {
            $0.extensions.append(Draw.extended(30, rubbish))
        },
        Case("revocation lists that cannot be read", [.certInvalid]) {
            $0.extensions.append(Draw.extended(31, rubbish))
        },
        Case("policies that cannot be read", [.certInvalid], "certificatePolicies") {
            $0.extensions.append(Draw.extended(32, rubbish))
        },
        Case("places that cannot be read", [.certInvalid], "authorityInfoAccess") {
            $0.extensions.append(
                der(0x30, [6, 8, 0x2b, 6, 1, 5, 5, 7, 1, 1] + der(4, rubbish)))
        },
        Case("a demand for a staple that cannot be read", [.certInvalid], "tlsfeature") {
            $0.extensions.append(
                der(0x30, [6, 8, 0x2b, 6, 1, 5, 5, 7, 1, 24] + der(4, rubbish)))
        },
    ]

    let key: PrivateKey
    let root: Certificate
    let stage: HandshakeStage
    let leaf: [UInt8]

    init() throws {
        let authority = try ServerAuthority.shared.get()
        key = try .generate(.edwards(.ed25519))
        root = try ServerAuthority.draft("Odd CA", isCA: true).selfSigned(with: key)
        stage = try HandshakeStage(
            trust: TrustStore(certificates: [root]), intermediates: [], serverName: nil,
            policy: AddressRule())
        leaf = try authority.leaf().publicKeyDER
    }

    func see(_ certificates: [[UInt8]], usesRSA: Bool = false) async throws -> Seen {
        let server = try PresentingServer(certificates, usesRSA: usesRSA)
        let seen = await stage.see([server.server.address])
        // Everything can be said of it.
        for result in seen.results {
            #expect(!result.json.bytes.isEmpty)
            _ = result.handshake?.certificate?.identityWords(at: ServerAuthority.now)
            _ = result.handshake?.certificate?.surplusWords(at: ServerAuthority.now)
        }
        return seen
    }

    @Test(arguments: cases)
    func `Each has its finding`(_ one: Case) async throws {
        var drawn = DrawnCertificate(publicKey: leaf)
        one.change(&drawn)
        let seen = try await see([try drawn.signed(by: key), root.der], usesRSA: one.usesRSA)
        let classes = Set(seen.classes).subtracting([.tlsReset])
        #expect(classes == Set(one.expected), "\(seen.evidence)")
        #expect(seen.evidence.contains(one.evidence), "\(seen.evidence)")
        #expect(!seen.classes.isEmpty)
    }

    /// RFC 5280 4.1.2.2 has 20 bytes; a label must not grow with what a server sends.
    @Test func `A long serial number is cut short in labels`() throws {
        var drawn = DrawnCertificate(publicKey: leaf)
        drawn.serialNumber = [0x7f] + [UInt8](repeating: 0xf1, count: 30_000)
        let certificate = try #require(Certificate(der: try drawn.signed(by: key)))
        #expect(certificate.serialText == "7f" + String(repeating: "f1", count: 39) + "…")
    }

    @Test func `A list of certificates that is none is told`() async throws {
        let whole = try DrawnCertificate(publicKey: leaf).signed(by: key)
        for list in [[], [[]], [whole + [0]], [Array(whole.dropLast())], [whole, []]] {
            let seen = try await see(list)
            #expect(!seen.classes.isEmpty)
            #expect(!seen.classes.contains(.unknown), "\(seen.evidence)")
            #expect(!seen.classes.contains(.tlsReset), "\(seen.evidence)")
        }
    }

    @Test func `A Certificate message beyond every measure is refused`() async throws {
        var drawn = DrawnCertificate(publicKey: leaf)
        drawn.extensions = [
            Draw.names((0..<3000).map { String(repeating: "a", count: 60) + "\($0).test" })
        ]
        let seen = try await see([try drawn.signed(by: key)])
        #expect(seen.classes == [.tlsHandshakeFailure], "\(seen.evidence)")
    }

    @Test func `A chain of a hundred authorities is too long`() async throws {
        var chain = [root]
        for number in 1..<100 {
            let next = try ServerAuthority.draft("CA \(number)", isCA: true)
                .issued(by: chain[0], key: key, for: key)
            chain.insert(next, at: 0)
        }
        let end = try ServerAuthority.draft(Self.host).issued(by: chain[0], key: key, for: key)
        let seen = try await see([end.der] + chain.dropLast().map(\.der))
        #expect(seen.classes.contains(.certInvalid), "\(seen.evidence)")
        #expect(seen.evidence.contains("CERT_CHAIN_TOO_LONG"), "\(seen.evidence)")
    }
}
