import Addresses
import OpenSSL
import Sockets
import Testing

@testable import Probe

/// Chains of every fault, judged and diagnosed without a network.
@Suite struct CertificateJudgementTests {
    typealias Findings = [FailureClass: Finding.Severity]

    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let expected: Findings
        let evidence: String
        let chain: @Sendable (ServerAuthority) throws -> [Certificate]

        init(
            _ name: String, _ expected: Findings, _ evidence: String = "",
            _ chain: @escaping @Sendable (ServerAuthority) throws -> [Certificate]
        ) {
            (testDescription, self.expected) = (name, expected)
            (self.evidence, self.chain) = (evidence, chain)
        }

        /// A leaf with this change under the sound intermediate.
        static func leaf(
            _ name: String, _ expected: Findings, _ evidence: String = "",
            _ change: @escaping @Sendable (inout CertificateBuilder) -> Void
        ) -> Case {
            Case(name, expected, evidence) {
                [try $0.leaf(ServerAuthority.host, for: nil, change), $0.intermediate]
            }
        }
    }

    static let (now, day) = (ServerAuthority.now, ServerAuthority.day)

    static let cases: [Case] = [
        .leaf("sound", [:]) { _ in },
        Case("sound, with its root", [:]) { [try $0.leaf(), $0.intermediate, $0.root] },
        .leaf("expired", [.certExpired: .failure], "ended 3 days ago, at 2027-01-12") {
            $0.notAfter = now - 3 * day
        },
        .leaf("ends this second", [.certExpired: .failure]) { $0.notAfter = now },
        .leaf("not yet valid", [.certNotYetValid: .failure], "begins at 2027-01-18") {
            $0.notBefore = now + 3 * day
        },
        .leaf("begins this second", [:]) { $0.notBefore = now },
        .leaf("another name", [.certNameMismatch: .failure], "is for other.test and not for www.") {
            $0.dnsNames = ["other.test"]
        },
        .leaf("the parent's name", [.certNameMismatch: .failure], "does cover example.test") {
            $0.dnsNames = ["example.test"]
        },
        .leaf(
            "a common name only", [.certNameMismatch: .failure],
            "no name at all and not for www.example.test; its common name is www.example.test"
        ) {
            $0.dnsNames = []
        },
        .leaf("an address only", [.certNameMismatch: .failure], "192.0.2.7") {
            ($0.dnsNames, $0.ipAddresses) = ([], [[192, 0, 2, 7]])
        },
        .leaf("a wildcard that covers it", [:]) { $0.dnsNames = ["*.example.test"] },
        .leaf(
            "a wildcard one label short", [.certNameMismatch: .failure],
            "*.test covers one label in its place, not 2"
        ) {
            $0.dnsNames = ["*.test"]
        },
        .leaf(
            "a wildcard below the name", [.certNameMismatch: .failure],
            "*.www.example.test covers names below www.example.test, not www.example.test itself"
        ) {
            $0.dnsNames = ["*.www.example.test"]
        },
        .leaf(
            "a wildcard within a label", [.certNameMismatch: .failure],
            "w*.example.test: a wildcard must be the whole leftmost label"
        ) {
            $0.dnsNames = ["w*.example.test"]
        },
        .leaf(
            "expired and another name", [.certExpired: .failure, .certNameMismatch: .failure]
        ) {
            ($0.notAfter, $0.dnsNames) = (now - day, ["other.test"])
        },
        .leaf("for clients only", [.certPurposeInvalid: .failure], "X509_V_ERR_INVALID_PURPOSE") {
            $0.extendedUsages = [.client]
        },
        .leaf("signed with SHA-1", [.certSignatureWeak: .failure], "ecdsa-with-SHA1") {
            $0.digest = .sha1
        },
        .leaf("a fifth of its life left", [:]) {
            ($0.notBefore, $0.notAfter) = (now - 80 * day, now + 20 * day)
        },
        .leaf("less than a fifth left", [.certExpiring: .warning], "made for 100 days") {
            ($0.notBefore, $0.notAfter) = (now - 80 * day - 1, now + 20 * day - 1)
        },
        .leaf("less than a fifth, but 30 days left", [:]) {
            ($0.notBefore, $0.notAfter) = (now - 300 * day, now + 30 * day)
        },
        Case("a short RSA key", [.certKeyWeak: .failure], "RSA 1024") {
            [
                try $0.leaf(for: try PrivateKey.generate(.rsa(bits: 1024))), $0.intermediate,
            ]
        },
        Case("self-signed", [.certSelfSigned: .failure], "CN=www.example.test") {
            [try ServerAuthority.draft(ServerAuthority.host).selfSigned(with: $0.leafKey)]
        },
        Case("self-signed and expired", [.certSelfSigned: .failure, .certExpired: .failure]) {
            var draft = ServerAuthority.draft(ServerAuthority.host)
            draft.notAfter = now - day
            return [try draft.selfSigned(with: $0.leafKey)]
        },
        Case("only the leaf", [.chainIncomplete: .failure], "only its own certificate") {
            [try $0.leaf()]
        },
        Case("the leaf twice", [.chainIncomplete: .failure, .chainMisordered: .warning]) {
            let leaf = try $0.leaf()
            return [leaf, leaf]
        },
        Case("the root instead of the intermediate", [.certUntrustedRoot: .failure]) {
            [try $0.leaf(), $0.root]
        },
        Case(
            "an unknown root, sent", [.certUntrustedRoot: .failure], "CN=Stranger, signed by itself"
        ) {
            let stranger = try ServerAuthority.draft("Stranger", isCA: true).selfSigned(
                with: $0.key)
            return [
                try ServerAuthority.draft(ServerAuthority.host)
                    .issued(by: stranger, key: $0.key, for: $0.leafKey), stranger,
            ]
        },
        Case(
            "an unknown root, not sent", [.certUntrustedRoot: .failure], "neither sent nor trusted"
        ) {
            let stranger = try ServerAuthority.draft("Stranger", isCA: true).selfSigned(
                with: $0.rootKey)
            let middle = try ServerAuthority.draft("Middle", isCA: true)
                .issued(by: stranger, key: $0.rootKey, for: $0.key)
            return [
                try ServerAuthority.draft(ServerAuthority.host)
                    .issued(by: middle, key: $0.key, for: $0.leafKey), middle,
            ]
        },
        Case(
            "an expired intermediate", [.chainCertExpired: .failure],
            "CN=Old at depth 1 ended 5 days ago"
        ) {
            try $0.under("Old") { $0.notAfter = now - 5 * day }
        },
        Case("an intermediate of later", [.certInvalid: .failure], "X509_V_ERR_CERT_NOT_YET_VALID")
        {
            try $0.under("New") { $0.notBefore = now + 5 * day }
        },
        Case("an issuer that is no CA", [.certPurposeInvalid: .failure], "X509_V_ERR_INVALID_CA") {
            try $0.under("End", isCA: false) { _ in }
        },
        Case("a name outside the constraints", [.certPurposeInvalid: .failure], "PERMITTED") {
            try $0.under("Narrow") { $0.permittedNames = ["elsewhere.test"] }
        },
        Case(
            "an intermediate signed with SHA-1", [.certSignatureWeak: .failure],
            "CN=Weak at depth 1"
        ) {
            try $0.under("Weak") { $0.digest = .sha1 }
        },
        Case("root before intermediate", [.chainMisordered: .warning], "the chain goes") {
            [try $0.leaf(), $0.root, $0.intermediate]
        },
        Case("the intermediate twice", [.chainMisordered: .warning], "came twice") {
            [try $0.leaf(), $0.intermediate, $0.intermediate]
        },
        Case("a certificate of nobody's between", [:]) {
            [
                try $0.leaf(),
                try ServerAuthority.draft("Noise", isCA: true).selfSigned(with: $0.key),
                $0.intermediate,
            ]
        },
    ]

    @Test(arguments: cases)
    func `Each chain has its findings`(_ one: Case) throws {
        let authority = try ServerAuthority.shared.get()
        let seen = try authority.judged([try one.chain(authority)])
        let found = Dictionary(
            uniqueKeysWithValues: seen.diagnosis.findings.map { ($0.failureClass, $0.severity) })
        #expect(found == one.expected, "\(seen.evidence)")
        #expect(seen.evidence.contains(one.evidence), "\(seen.evidence)")
    }

    @Test func `What completes a chain decides how sure it is, whoever was seen first`() throws {
        let authority = try ServerAuthority.shared.get()
        let short = [try authority.leaf()]
        let long = [try authority.leaf("other.test"), authority.intermediate]
        func confidence(_ chains: [[Certificate]], _ known: [Certificate] = []) throws -> Finding? {
            try authority.judged(chains, known: known).diagnosis.findings
                .first { $0.failureClass == .chainIncomplete }
        }
        #expect(try confidence([short])?.confidence == .heuristic)
        #expect(try confidence([short], [authority.intermediate])?.confidence == .comparison)
        #expect(try confidence([short, long])?.confidence == .comparison)
        #expect(try confidence([long, short])?.confidence == .comparison)
        #expect(try confidence([short], [authority.root])?.confidence == .heuristic)
        #expect(try confidence([short, long])?.places == ["192.0.2.1:443"])
    }

    @Test func `An intermediate seen in one probe is known in the next`() throws {
        let authority = try ServerAuthority.shared.get()
        let judge = CertificateJudge(
            trust: TrustStore(certificates: [authority.root]), intermediates: [])
        let short = [try authority.leaf()]
        func completed() throws -> Bool? {
            judge([try Sighting(short, at: 1)], at: Self.now)[0].handshake?.certificate?
                .completedByKnownIntermediates
        }
        #expect(try completed() == false)
        _ = judge(
            [try Sighting([try authority.leaf(), authority.intermediate], at: 1)], at: Self.now)
        #expect(try completed() == true)
    }

    @Test func `A forgotten intermediate between the leaf and a sent root is told`() throws {
        let authority = try ServerAuthority.shared.get()
        let seen = try authority.judged(
            [[try authority.leaf(), authority.root]], known: [authority.intermediate])
        #expect(seen.classes == [.chainIncomplete])
        #expect(seen.results[0].handshake?.certificate?.isChainComplete == false)
    }

    @Test func `A pinned self-signed certificate is trusted`() throws {
        let authority = try ServerAuthority.shared.get()
        let pinned = try ServerAuthority.draft(ServerAuthority.host)
            .selfSigned(with: authority.leafKey)
        let judge = CertificateJudge(trust: TrustStore(certificates: [pinned]), intermediates: [])
        #expect(Seen(judge([try Sighting([pinned], at: 1)], at: Self.now)).classes.isEmpty)
    }

    @Test func `One class at several endpoints is one finding with several places`() throws {
        let authority = try ServerAuthority.shared.get()
        let chain = [
            try authority.leaf { $0.notAfter = Self.now - Self.day }, authority.intermediate,
        ]
        let seen = try authority.judged([chain, chain])
        #expect(seen.classes == [.certExpired])
        #expect(seen.diagnosis.primary?.places == ["192.0.2.1:443", "192.0.2.2:443"])
    }

    @Test func `A foreign certificate at one address of two is a wrong record`() throws {
        let authority = try ServerAuthority.shared.get()
        let ours = [try authority.leaf(), authority.intermediate]
        let foreign = [try authority.leaf("other.test"), authority.intermediate]
        let seen = try authority.judged([ours, foreign])
        #expect(seen.primary == .recordPointsToWrongHost)
        #expect(
            seen.classes == [
                .recordPointsToWrongHost, .certNameMismatch, .endpointCertDisagreement,
            ]
        )
        #expect(seen.diagnosis.primary?.places == ["192.0.2.2:443"])
        #expect(
            seen.diagnosis.primary?.evidence[0].contains("192.0.2.1:443 presents one for") == true)

        // The parent's certificate is the same people's, and a nameless one nobody's.
        for names in [["example.test"], []] {
            let near = [try authority.leaf { $0.dnsNames = names }, authority.intermediate]
            #expect(try authority.judged([ours, near]).primary == .certNameMismatch)
        }
        #expect(try authority.judged([foreign, foreign]).primary == .certNameMismatch)

        // Mail goes there all the same, as long as nobody asks senders to look (RFC 7435).
        let mail = seen.results.map { result in
            var result = result
            result.endpoint.port = Port(25, .smtp)
            return result
        }
        #expect(Seen(mail).primary == nil)
        #expect(Seen(mail).classes == seen.classes)
        var demands = MailDemands()
        demands.isPolicyEnforced = true
        #expect(Seen(mail, demands).primary == .recordPointsToWrongHost)
    }

    @Test func `Certificates of the same port that differ are a warning, pairs of keys are not`()
        throws
    {
        let authority = try ServerAuthority.shared.get()
        let new = [try authority.leaf(), authority.intermediate]
        let old = [try authority.leaf { $0.notAfter -= 20 * Self.day }, authority.intermediate]
        let pair = [
            try authority.leaf(for: try PrivateKey.generate(.rsa(bits: 2048))),
            authority.intermediate,
        ]
        let seen = try authority.judged([old, new])
        #expect(seen.classes == [.endpointCertDisagreement])
        #expect(seen.primary == nil)
        #expect(seen.diagnosis.findings[0].places == ["192.0.2.1:443"])
        #expect(seen.evidence.contains("192.0.2.2:443 presents"))
        #expect(try authority.judged([new, pair]).classes.isEmpty)
        #expect(try authority.judged([new, new]).classes.isEmpty)
    }
}

extension ServerAuthority {
    /// A leaf under an intermediate with this change.
    func under(
        _ name: String, isCA: Bool = true, _ change: (inout CertificateBuilder) -> Void
    ) throws -> [Certificate] {
        var draft = Self.draft(name, isCA: isCA)
        change(&draft)
        let middle = try draft.issued(by: root, key: rootKey, for: key)
        return [try Self.draft(Self.host).issued(by: middle, key: key, for: leafKey), middle]
    }

    /// One chain at each of 192.0.2.1, 192.0.2.2, …
    func judged(_ chains: [[Certificate]], known: [Certificate] = []) throws -> Seen {
        let judge = CertificateJudge(
            trust: TrustStore(certificates: [root]), intermediates: known)
        return Seen(
            judge(
                try chains.enumerated().map { try Sighting($1, at: $0 + 1) }, at: Self.now))
    }
}

extension Sighting {
    /// A completed handshake with this chain at 192.0.2.`number`:443.
    init(_ chain: [Certificate], at number: Int) throws {
        let address = try #require(IPAddress("192.0.2.\(number)"))
        self.init(
            Endpoint(host: ServerAuthority.host, address: address, port: Port(443, .https)),
            .connected(.milliseconds(1)), serverName: ServerAuthority.host)
        result.handshake = Handshake(outcome: .completed, duration: .milliseconds(5))
        sentChain = chain
    }
}
