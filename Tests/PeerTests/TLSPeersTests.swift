import Peers
import Testing

@Suite(
    .enabled(
        if: Program.arePresent("nginx", "dovecot", "postfix", "openssl", "ip"),
        "needs root, nginx, dovecot-imapd, postfix and openssl"))
struct TLSPeersTests {
    @Test(arguments: [
        ("web", 443, "0 (ok)"), ("imap", 993, "0 (ok)"), ("smtp", 465, "0 (ok)"),
        ("expired", 443, "10 (certificate has expired)"),
        ("notyet", 443, "9 (certificate is not yet valid)"),
        ("incomplete", 443, "21 (unable to verify the first certificate)"),
        ("wrong", 443, "62 (hostname mismatch)"),
    ])
    func opensslSaysWhatEachServerIsFor(_ host: String, _ port: Int, _ verdict: String)
        async throws
    {
        let peers = try await TLSPeers.shared.value
        let address = try await Ground.shared.value.address(#require(TLSPeers.hosts[host]))
        let name = host + ".hosts.test"
        let result = try await run(
            "openssl",
            [
                "s_client", "-connect", "\(address):\(port)", "-servername", name,
                "-verify_hostname", name, "-CAfile", peers.authority.root,
            ], input: port == 443 ? "" : "QUIT\n")
        #expect(
            result.output.contains("Verify return code: \(verdict)"),
            "\(result.output)\n\(result.errors)\n\(peers.log)")
    }

    @Test(.enabled(if: Ground.hasIPv6, "needs IPv6"))
    func nginxAnswersByIPv6() async throws {
        let peers = try await TLSPeers.shared.value
        let address = try await Ground.shared.value.address6(10)
        let page = try await check(
            "curl",
            [
                "--silent", "--show-error", "--noproxy", "*", "--cacert", peers.authority.root,
                "--resolve", "web.hosts.test:443:[\(address)]", "https://web.hosts.test/",
            ])
        #expect(page == "nginx of the peers\n")
    }

    @Test(arguments: [("imap", 143, "imap"), ("smtp", 25, "smtp"), ("smtp", 587, "smtp")])
    func mailServersOfferSTARTTLS(_ host: String, _ port: Int, _ mail: String) async throws {
        let peers = try await TLSPeers.shared.value
        let address = try await Ground.shared.value.address(#require(TLSPeers.hosts[host]))
        let result = try await run(
            "openssl",
            [
                "s_client", "-connect", "\(address):\(port)", "-starttls", mail, "-verify_hostname",
                host + ".hosts.test", "-CAfile", peers.authority.root,
            ])
        #expect(
            result.output.contains("Verify return code: 0 (ok)"),
            "\(result.output)\n\(result.errors)\n\(peers.log)")
    }
}
