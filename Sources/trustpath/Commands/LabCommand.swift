import Addresses
import ArgumentParser
import Configuration
import DNS
import DNSSEC
import Lab
import OpenSSL
import Probe

struct LabCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lab",
        abstract: "Starts a world on loopback in which every failure can be rehearsed.",
        discussion: """
            A signed DNS tree and TLS servers, made anew at each start, with a name for each failure class. \
            Nothing leaves loopback and no file is written. It runs until Ctrl-C.
            """)

    @Flag(help: "Also run the agent, with a module \"lab\" that the lab's names use by default.")
    var serve = false

    @OptionGroup var options: AgentOptions

    func run() async throws {
        let lab = try await Lab.start()
        Terminal.print(Lab.table)
        Terminal.print(
            """
            resolver      \(lab.resolver)
            trust anchor  \(lab.trustAnchorText.dropLast())
            root server   \(lab.rootServer) (for root_hints; dns_port is \(lab.rootServer.port))
            ports         \(lab.ports.https), \(lab.ports.imaps) and \(lab.ports.smtps) stand for 443, 993 and 465
                          \(lab.ports.smtp) and \(lab.ports.imap) for 25 and 143

            These names need resolvers of their own (--resolver, the first as the users' view), settings of a module, or
            another port (--ports):
            \(Self.settings(of: lab))
            """)
        if serve {
            let counts = ExchangeCounts()
            let agent = try Agent(
                configFile: nil, options: options, counts: counts,
                extras: try Self.modules(of: lab, counting: counts))
            try await agent.run { ports in Terminal.print(Self.invitation(port: ports.first ?? 0)) }
        } else {
            for await signal in Signals.stream where signal != Signals.hangup { break }
        }
        await lab.stop()
    }

    /// What to probe the names with that need more than the lab's resolver, a name a line.
    private static func settings(of lab: Lab) -> String {
        let names = Lab.names.filter(\.hasOwnModule)
        let width = names.map(\.name.count).max() ?? 0
        return names.map { name in
            let gap = String(repeating: " ", count: width - name.name.count + 2)
            let resolvers = name.hasOwnResolvers ? lab.resolvers(of: name) : []
            let port = lab.upgradedPort(of: name).map { ["\($0.number)/\($0.protocol)"] } ?? []
            let mail = name.isMailDomain ? ["expand: mx"] : []
            let scan = name.needsLegacyScan ? ["tls: {legacy_scan: true}"] : []
            let words = resolvers + name.expectations.words + mail + scan + port
            return "\(name.name)\(gap)\(words.joined(separator: " "))\n"
        }.joined()
    }

    /// Every name of the lab is below it.
    private static let zone = Name("test.") ?? .root

    /// The module `lab` for all names, before it one for each name that needs its own.
    private static func modules(
        of lab: Lab, counting counts: ExchangeCounts
    ) throws -> [AgentState.ExtraModule] {
        var modules: [AgentState.ExtraModule] = []
        for name in Lab.names where name.hasOwnModule {
            guard let host = Name(name.name) else { continue }
            modules.append(
                .init(
                    zone: host,
                    module: try module(
                        of: lab, for: name, named: "lab-\(name.name)", counting: counts)))
        }
        let module = try module(of: lab, named: "lab", counting: counts)
        return modules + [.init(zone: zone, module: module)]
    }

    /// A module that sees the world through the lab: its resolvers, its anchor, its authorities, its ports.
    private static func module(
        of lab: Lab, for name: LabName? = nil, named title: String, counting counts: ExchangeCounts
    ) throws -> PreparedModule {
        var module = Module()
        module.resolvers = (name.map(lab.resolvers) ?? [lab.resolver.description]).map {
            Located($0)
        }
        if let name {
            module.expect.cname = name.expectations.cname.map { Located($0) }
            module.expect.issuer = name.expectations.issuer.map { Located($0) }
            module.expect.addresses = name.expectations.addresses.map { Located($0) }
            module.tls.legacyScan = name.needsLegacyScan
        }
        module.dnsPort = lab.rootServer.port
        if name?.isMailDomain == true {
            module.expand = .mx
            module.ports = [PortSetting(lab.ports.smtp, protocol: "smtp")]
        } else if let port = name.flatMap(lab.upgradedPort) {
            module.ports = [PortSetting(port.number, protocol: port.protocol)]
        } else {
            module.ports = [
                PortSetting(lab.ports.https), PortSetting(lab.ports.imaps, optional: true),
                PortSetting(lab.ports.smtps, optional: true),
            ]
        }
        var surroundings = PreparedModule.Surroundings()
        surroundings.counts = counts
        let store = TrustStore(certificates: [lab.rootCertificate])
        surroundings.trust = { store }
        surroundings.policyPort = lab.ports.https
        surroundings.anchors = try TrustAnchors(text: Array(lab.trustAnchorText.utf8))
        surroundings.intermediates = lab.intermediates
        return try PreparedModule(module, named: title, in: surroundings)
    }

    private static func invitation(port: UInt16) -> String {
        let agent = "http://127.0.0.1:\(port)"
        return """
            Open \(agent)/ or paste one of these:

              curl '\(agent)/probe?target=healthy.test'         # everything in order
              curl '\(agent)/probe?target=expired.test'         # an expired certificate
              curl '\(agent)/probe?target=signature-invalid.test'   # a bogus zone
              curl '\(agent)/probe?target=www.swift.org'        # a name of the Internet

            Ctrl-C ends it.
            """
    }
}

extension LabExpectations {
    /// As a configuration says it.
    fileprivate var words: [String] {
        let texts =
            (cname.map { ["cname: \($0)"] } ?? [])
            + (issuer.map { ["issuer: \($0)"] } ?? [])
            + (addresses.isEmpty ? [] : ["addresses: [\(addresses.joined(separator: ", "))]"])
        return texts.isEmpty ? [] : ["expect: {\(texts.joined(separator: ", "))}"]
    }
}
