import Peers
import Testing

/// The same server before trustpath, sslscan and testssl.sh: what one of the two says, trustpath says too.
@Suite(
    .enabled(if: Program.isTrustpathExpected, "needs the trustpath binary"),
    .enabled(
        if: Program.arePresent(
            "sslscan", "testssl", "nginx", "gnutls-serv", "openssl", "unshare", Tlslite.python
        ),
        "needs root and the peers of scripts/test-prerequisites"))
struct ScannerTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let program: ScannedServer.Program
        /// What sslscan tells: of the certificates only the leaf, of SSL 3.0 no more than the version.
        let sslscan: [ScannerFacts.Fact]
        /// Its options, each of some seconds, and what they tell.
        let testssl: (checks: [String], facts: [ScannerFacts.Fact])

        init(
            _ name: String, _ program: ScannedServer.Program, sslscan: [ScannerFacts.Fact],
            testssl: (checks: [String], facts: [ScannerFacts.Fact]) = ([], [])
        ) {
            (testDescription, self.program) = (name, program)
            (self.sslscan, self.testssl) = (sslscan, testssl)
        }
    }

    static let certificate: [ScannerFacts.Fact] = [.names, .notAfter, .isExpired, .staple]
    static let rows = [
        Row(
            "nginx", .nginx,
            sslscan: [.versions, .ciphers, .groups] + certificate,
            testssl: (
                ["-S"],
                [.certificatesSent, .nameMatches, .isTrusted] + certificate
            )),
        Row(
            "nginx, expired, another name, leaf only", .brokenNginx,
            sslscan: [.versions] + certificate,
            testssl: (["-S"], [.certificatesSent, .nameMatches, .isTrusted] + certificate)),
        Row(
            "gnutls, TLS 1.0 and 1.2", .gnutls, sslscan: [.versions, .names, .notAfter],
            testssl: (["-p"], [.versions])),
        Row("tlslite-ng, SSL 3.0 and TLS 1.1", .tlslite, sslscan: [.versions]),
    ]

    @Test(arguments: rows)
    func theSameFacts(_ row: Row) async throws {
        let server = try await ScannedServer(row.program)
        let ours = try await ScannerFacts.trustpath(server)
        async let sslscan = ScannerFacts.sslscan(server)
        async let testssl =
            row.testssl.checks.isEmpty
            ? nil : ScannerFacts.testssl(server, row.testssl.checks)
        for (tool, theirs, facts) in [
            ("sslscan", try await sslscan, row.sslscan),
            ("testssl.sh", try await testssl ?? ScannerFacts(), row.testssl.facts),
        ] {
            for fact in facts {
                #expect(
                    theirs.facts[fact] != nil && theirs.facts[fact] == ours.facts[fact],
                    """
                    \(fact.rawValue): \(tool) says \(theirs.facts[fact] ?? "nothing"), trustpath \
                    \(ours.facts[fact] ?? "nothing")
                    \(theirs.text)\n\(ours.text)\n\(server.daemon.log)
                    """)
            }
        }
        await server.daemon.stop()
    }
}
