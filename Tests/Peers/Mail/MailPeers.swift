/// Mail hosts in signed zones, all of them one Postfix, and domains whose MX records lead to them.
package final class MailPeers: Sendable {
    /// The servers of this process, started at first use.
    package static let shared = Task { try await MailPeers() }

    package let authority: CertificateAuthority
    package let tree: SignedTree
    /// A configuration file with the modules `mail`, for domains, and `host`.
    package let configuration: String
    private let postfix, nginx: Daemon
    private let directory: String

    private init() async throws {
        let ground = try await Ground.shared.value
        directory = try ground.newDirectory("mail")
        authority = try await CertificateAuthority()
        let identity = try await authority.issue(["*.dane.test", "a.mail.test"])
        let other = try await CertificateAuthority()
        let stranger = try await other.issue(["*.dane.test"])
        let address = ground.address(Self.host)
        let right = TLSASubjects(leaf: identity.chain, issuer: authority.intermediate)
        let wrong = TLSASubjects(leaf: stranger.chain, issuer: other.intermediate)
        let hosts = try await together(PublishedTLSA.all) { published in
            let data = try await published.data(published.isMatching ? right : wrong)
            return "\(published.host) A \(address)\n_25._tcp.\(published.host) TLSA \(data)\n"
        }
        let key = try await PublishedTLSA(3, 1, 1, isMatching: true).data(right)
        tree = try await SignedTree(
            Self.zones(
                hosts.joined(), key: key, at: address, policies: ground.address(Self.policyHost)),
            from: 100)
        configuration = directory + "/trustpath.yml"
        try write(
            """
            modules:
              mail:
                resolvers: [\(tree.resolver)]
                expand: mx
                timeout: 20s
                ports: [{port: 25, protocol: smtp}]
                dnssec: {trust_anchors: \(tree.trustAnchors)}
                tls: {ca_file: \(authority.root)}
              host:
                resolvers: [\(tree.resolver)]
                timeout: 20s
                dnssec: {trust_anchors: \(tree.trustAnchors)}
                tls: {ca_file: \(authority.root)}

            """, to: configuration)
        try write(
            "nameserver \(tree.resolver)\noptions edns0 trust-ad\n",
            to: directory + "/resolv.conf")
        try write(
            "compatibility_level = 3.6\nmyhostname = client.test\n", to: directory + "/main.cf")
        let issuer = authority
        let sites = try await together(Self.policies) { domain, exchange in
            let host = "mta-sts.\(domain).mail.test"
            let policy = [
                "version: STSv1", "mode: enforce", "mx: \(exchange).mail.test", "max_age: 86400",
            ]
            return TLSServers.Site(host, try await issuer.issue([host]), page: policy)
        }
        async let mail = TLSServers.postfix(address, identity)
        async let web = TLSServers.nginx([ground.address(Self.policyHost)], sites)
        (postfix, nginx) = try await (mail, web)
    }

    /// What Postfix' client makes of a domain, or of a host in brackets, and its TLSA records, as this world's Unbound
    /// has them.
    package func finger(_ target: String) async throws -> String {
        let client = "posttls-finger -c -l dane -L summary,verbose -t 20 \(target)"
        let result = try await run(
            "unshare",
            [
                "--mount", "bash", "-c",
                "mount --bind \(directory)/resolv.conf /etc/resolv.conf && exec \(client)",
            ], environment: ["MAIL_CONFIG": directory])
        return result.output + result.errors
    }

    /// What the servers wrote.
    package var log: String { postfix.log + nginx.log + tree.log }

    private static let host = 110
    private static let policyHost = 111
    /// Domains of `mail.test.` with an enforced policy, and the host that it allows.
    private static let policies = [("policy", "a"), ("strict", "b"), ("other", "b")]

    private static func zones(
        _ hosts: String, key: String, at address: String, policies: String
    ) -> [ZonePlan] {
        let broken = """
            mx A \(address)
            _25._tcp.mx TLSA \(key)

            """
        return [
            ZonePlan("dane.test.", server: .bind, extra: hosts, cases: []),
            ZonePlan("mail.test.", extra: domains(at: address, policies), cases: []),
            ZonePlan(
                "plain.test.", denial: .unsigned, extra: "a MX 10 u3s1m1x.dane.test.\n", cases: []),
            // The TLSA records of its host are bogus.
            ZonePlan(
                "tlsa.test.", extra: broken + "a MX 10 mx\n",
                edit: { zone, _ in
                    try zone.change("RRSIG", covering: "TLSA") { $0.flip() }
                }, cases: []),
            // Its MX records are bogus.
            ZonePlan(
                "mx.test.", extra: "a MX 10 u3s1m1.dane.test.\n",
                edit: { zone, _ in
                    try zone.change(owner: "a.mx.test.", "RRSIG", covering: "MX") { $0.flip() }
                }, cases: []),
        ]
    }

    /// Each by what its MX records say.
    private static func domains(at address: String, _ policyHost: String) -> String {
        let announced = policies.map { domain, _ in
            "_mta-sts.\(domain) TXT \"v=STSv1; id=1\"\nmta-sts.\(domain) A \(policyHost)\n"
        }
        return announced.joined() + """
            sound MX 10 u3s1m1.dane.test.
            two MX 10 u3s1m1.dane.test.
            two MX 20 u2s0m1.dane.test.
            mismatch MX 10 u3s1m1x.dane.test.
            null MX 0 .
            renamed MX 10 host
            host CNAME u3s1m1.dane.test.
            nothing MX 10 gone
            addressless MX 10 text
            literal MX 10 192.0.2.1.
            policy MX 10 a
            strict MX 10 b
            other MX 10 a
            a A \(address)
            b A \(address)
            implicit A \(address)
            neither TXT "no address"

            """
    }
}
