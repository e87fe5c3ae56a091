import Addresses
package import Configuration
import DNS
package import DNSSEC
package import OpenSSL
import Sockets

/// A module of the configuration, made ready once: its files read, its texts understood, its contexts made.
package struct PreparedModule: Sendable {
    package let name: String
    /// The whole probe's, where the caller has no shorter one.
    package let timeout: Duration
    package let ports: [Port]
    package let requiresDNSSEC: Bool
    package let keyCache: KeyCache

    private let resolvers: [ResolverSpec]
    private let system: SystemResolvers
    private let counts: ExchangeCounts
    /// One for each encrypted resolver: their connections are kept from probe to probe.
    private let encrypted: [EncryptedServer: EncryptedExchange]
    private let iteration: Iteration
    private let asksAuthorities: Bool
    private let zones = ZoneCache()
    let memory: AnswerMemory
    let expected: ExpectedRecords
    /// Whether iteration stands in where the resolvers do not find a chain of trust.
    private let hasRootHints: Bool
    /// Nil where the module disables DNSSEC.
    private let dnssec: (anchors: TrustAnchors, insecureZones: [Name])?
    let handshakes: HandshakeStage
    /// Whether anything is fetched over HTTP beside certificates.
    private let fetchesFiles: Bool
    private let policy: AddressRule
    let looksUpTLSA: Bool
    let expandsMail: Bool
    private let selectors: [Name]
    private let policies: PolicyFetch

    /// What the program was given beside the configuration, for all modules.
    package struct Surroundings: Sendable {
        package var system = SystemResolvers()
        package var counts = ExchangeCounts()
        package var memory = AnswerMemory()
        /// In place of the system's certificates where a module names no `ca_file`.
        package var trust: @Sendable () -> TrustStore = { TrustStore.system() }
        /// Where a module names no file of them.
        package var anchors = TrustAnchors.iana
        package var intermediates: [Certificate] = []
        /// Of MTA-STS policy hosts; another one in labs.
        package var policyPort: UInt16 = 443

        package init() {}
    }

    /// Throws one sentence that names the place of what cannot be used.
    package init(
        _ module: Module, named name: String, in surroundings: Surroundings = Surroundings()
    ) throws(InputError) {
        try ModuleCheck(module, named: name).run()
        self.name = name
        timeout = module.timeout
        ports = try module.ports.map { port throws(InputError) in try Port(port, in: name) }
        requiresDNSSEC = module.dnssec.mode == .require
        keyCache = KeyCache()
        (system, counts) = (surroundings.system, surroundings.counts)
        resolvers = try module.resolvers.map { text throws(InputError) in
            do throws(InputError) { return try ResolverSpec(parsing: text.value) } catch {
                throw InputError(text.error(error.message).description)
            }
        }
        memory = surroundings.memory
        asksAuthorities = module.authoritative
        looksUpTLSA = module.tls.tlsa
        fetchesFiles = !CertificateFetch.Settings(module.tls).isEmpty
        policy = try AddressRule(module.addresses)
        expandsMail = module.expand == .mx
        selectors = try module.mail.dkimSelectors.map { text throws(InputError) in
            guard let name = Name(text.value) else {
                throw InputError(text.error("\"\(text.value)\" is no DKIM selector").description)
            }
            return name
        }
        expected = try ExpectedRecords(module.expect)
        hasRootHints = module.rootHints != nil
        iteration = Iteration(
            hints: try Self.hints(module.rootHints) ?? .iana, port: module.dnsPort,
            policy: try AddressRule(module.addresses), counts: surroundings.counts)
        // A file that cannot be read is found now, and not by each probe.
        for resolver in resolvers where resolver == .system {
            _ = try surroundings.system.servers()
        }
        dnssec =
            module.dnssec.mode == .disabled
            ? nil
            : (
                try Self.anchors(module.dnssec) ?? surroundings.anchors,
                try Self.zones(module.dnssec.insecureZones)
            )
        let trust = try Self.trust(module, surroundings)
        handshakes = try Self.handshakes(module, surroundings, trust)
        policies = try PolicyFetch(
            trust: trust, rule: try AddressRule(module.addresses), port: surroundings.policyPort)
        encrypted = try Self.encrypted(resolvers, trust, surroundings)
    }

    /// The first is the clients' view; `system` stands for each of its nameservers, which are read anew at each call.
    var views: [Resolver] {
        var specs: [ResolverSpec] = []
        for resolver in resolvers {
            let found =
                resolver == .system
                ? ((try? system.servers()) ?? []).map(ResolverSpec.server) : [resolver]
            specs += found.filter { !specs.contains($0) }
        }
        return specs.compactMap { spec in
            switch spec {
            case .server(let server): .server(Exchange(server, counts: counts))
            case .encrypted(let server): encrypted[server].map(Resolver.encrypted)
            case .root: .root(iteration)
            case .system: nil
            }
        }
    }

    /// The addresses of those that are configured by name come from the plain ones, else from the system's.
    private static func encrypted(
        _ resolvers: [ResolverSpec], _ trust: TrustStore, _ surroundings: Surroundings
    ) throws(InputError) -> [EncryptedServer: EncryptedExchange] {
        let servers = Set(resolvers.compactMap(\.encrypted))
        guard !servers.isEmpty else { return [:] }
        let (plain, counts) = (resolvers.compactMap(\.plain), surroundings.counts)
        let system = surroundings.system
        let addresses = ServerAddresses {
            let servers = plain.isEmpty ? (try? system.servers()) ?? [] : plain
            return servers.map { Exchange($0, counts: counts) }
        }
        let door = try EncryptedDoor(trust: trust, addresses: addresses)
        return Dictionary(
            uniqueKeysWithValues: servers.map {
                ($0, EncryptedExchange($0, through: door, counts: counts))
            })
    }

    func resolution(by views: [Resolver]) -> ResolutionStage {
        let authorities = AuthorityStage(
            resolvers: views, iteration: iteration,
            mayIterate: hasRootHints || resolvers.contains(.root), cache: zones)
        return ResolutionStage(
            resolvers: views, authorities: asksAuthorities ? authorities : nil,
            types: expected.types, system: resolvers.contains(.system) ? system : nil)
    }

    /// Asked of the resolvers, the first first; each question has its own time.
    func authorizations(
        by views: [Resolver], budget: Duration, by deadline: Deadline
    ) -> AuthorizationStage {
        let lookup = RecordLookup(
            resolvers: views, timer: budget * QuestionTimer.share, deadline: deadline)
        return AuthorizationStage(
            lookup: { await lookup($0, $1) },
            issuers: KnownIssuers(expected: expected.issuer))
    }

    func mail(by views: [Resolver]) -> MailStage {
        MailStage(
            resolvers: views, selectors: selectors, policies: policies,
            validation: validation(by: views))
    }

    /// Nil where the module fetches nothing.
    func fetch(by views: [Resolver], budget: Duration, by deadline: Deadline) -> HTTPFetch? {
        guard fetchesFiles else { return nil }
        return HTTPFetch(
            resolvers: views, policy: policy, questionTimer: budget * QuestionTimer.share,
            timer: min(.seconds(3), budget * 0.3), deadline: deadline)
    }

    /// Nil where the module disables DNSSEC.
    package func validation() -> ValidationStage? { validation(by: views) }

    func validation(by views: [Resolver]) -> ValidationStage? {
        guard let dnssec else { return nil }
        return ValidationStage(
            anchors: dnssec.anchors, insecureZones: dnssec.insecureZones, cache: keyCache,
            resolvers: views
                + (hasRootHints && !resolvers.contains(.root) ? [.root(iteration)] : []))
    }

    private static func hints(_ path: Located<String>?) throws(InputError) -> RootHints? {
        guard let path else { return nil }
        let text = try contents(of: path.value)
        do throws(DNSError) { return try RootHints(text: text) } catch {
            throw InputError(path.error("the root hints file \(path.value): \(error)").description)
        }
    }

    private static func anchors(_ settings: DNSSECSettings) throws(InputError) -> TrustAnchors? {
        guard let path = settings.trustAnchors else { return nil }
        return try anchors(in: path.value)
    }

    /// Reads a file of trust anchors; the sentence names file and line.
    package static func anchors(in path: String) throws(InputError) -> TrustAnchors {
        let text = try contents(of: path)
        do throws(DNSError) { return try TrustAnchors(text: text) } catch {
            throw InputError("the trust anchor file \(path): \(error)")
        }
    }

    private static func zones(_ texts: [Located<String>]) throws(InputError) -> [Name] {
        try texts.map { text throws(InputError) in
            guard let name = Name(text.value) else {
                throw InputError(
                    text.error("\"\(text.value)\" is not the name of a zone").description)
            }
            return name
        }
    }

    private static func trust(
        _ module: Module, _ surroundings: Surroundings
    ) throws(InputError) -> TrustStore {
        guard let path = module.tls.caFile else { return surroundings.trust() }
        return try store(in: path)
    }

    private static func handshakes(
        _ module: Module, _ surroundings: Surroundings, _ trust: TrustStore
    ) throws(InputError) -> HandshakeStage {
        var intermediates = surroundings.intermediates
        if let path = module.tls.intermediatesFile {
            let pem = try contents(of: path.value)
            do throws(OpenSSLError) { intermediates = try Certificate.list(pem: pem) } catch {
                throw InputError(
                    path.error("the intermediates file \(path.value): \(error)").description)
            }
        }
        var extras = HandshakeStage.Extras()
        extras.scansVersions = module.tls.legacyScan
        extras.fetchesBothKeys = module.tls.bothKeyTypes
        extras.fetches = CertificateFetch.Settings(module.tls)
        // Where they are the trust itself, OpenSSL finds them there.
        let isSystemApart = module.tls.caFile != nil
        return try HandshakeStage(
            trust: trust, intermediates: intermediates,
            serverName: module.tls.serverName?.value, policy: try AddressRule(module.addresses),
            extras: extras,
            systemIntermediates: { isSystemApart ? surroundings.trust().intermediates : [] })
    }

    private static func store(in path: Located<String>) throws(InputError) -> TrustStore {
        let pem = try contents(of: path.value)
        do throws(OpenSSLError) { return try TrustStore(pem: pem) } catch {
            throw InputError(path.error("the CA file \(path.value): \(error)").description)
        }
    }

    private static func contents(of path: String) throws(InputError) -> [UInt8] {
        do { return try File.read(path, limit: 16 << 20) } catch { throw InputError("\(error)") }
    }
}

extension CertificateFetch.Settings {
    fileprivate init(_ settings: TLSSettings) {
        self.init()
        (ocsp, lists, issuers) = (settings.fetchOCSP, settings.fetchCRL, settings.fetchAIA)
    }
}
