import Foundation

/// `trustpath lab --serve`, and what another program needs to see the same world.
package final class LabAgent: Sendable {
    /// One for the tests of this process that change nothing in it.
    package static let shared = Task { try await LabAgent() }

    package let agent: RunningAgent
    /// The high ports that stand for the usual ones.
    package let https, imaps, smtps, smtp, imap: Int
    /// `ADDRESS:PORT` of the lab's validating resolver.
    package let resolver: String
    /// The port of the lab's name servers.
    package let dnsPort: Int
    /// The lab's trust anchor, as a line of a zone.
    package let trustAnchor: String
    /// A PEM file of the lab's root certificate.
    package let rootCertificate: String
    package let directory: String

    package init() async throws {
        agent = try await RunningAgent("lab", "--serve")
        let log = agent.log
        guard
            let ports = log.firstMatch(
                of: #/ports +([0-9]+), ([0-9]+) and ([0-9]+) stand for 443, 993 and 465/#),
            let upgraded = log.firstMatch(of: #/([0-9]+) and ([0-9]+) for 25 and 143/#),
            let resolver = log.firstMatch(of: #/\nresolver +([0-9.]+):([0-9]+)/#),
            let anchor = log.firstMatch(of: #/\ntrust anchor +(.+)\n/#),
            let https = Int(ports.1), let imaps = Int(ports.2), let smtps = Int(ports.3),
            let smtp = Int(upgraded.1), let imap = Int(upgraded.2), let port = Int(resolver.2)
        else { throw PeerError("the lab does not say where it is: \(log)") }
        (self.https, self.imaps, self.smtps) = (https, imaps, smtps)
        (self.smtp, self.imap) = (smtp, imap)
        (self.resolver, dnsPort) = ("\(resolver.1):\(resolver.2)", port)
        trustAnchor = String(anchor.1)
        directory = try await Ground.shared.value.newDirectory("lab")
        rootCertificate = directory + "/root.pem"
        // The lab writes no file; one of its servers sends the root as well.
        let address = try await check(
            "dig", ["@\(resolver.1)", "-p", "\(port)", "+short", "root-sent.test", "A"])
        let handshake = try await run(
            "openssl",
            [
                "s_client", "-connect", "\(address.dropLast()):\(https)", "-servername",
                "root-sent.test", "-showcerts",
            ])
        let end = "-----END CERTIFICATE-----\n"
        guard
            let root = handshake.output.components(separatedBy: end).dropLast().last,
            let start = root.range(of: "-----BEGIN CERTIFICATE-----")
        else { throw PeerError("root-sent.test sends no root: \(handshake.errors)") }
        try write(String(root[start.lowerBound...]) + end, to: rootCertificate)
    }

    /// An agent of its own with targets in its configuration, each as one line of YAML; the module `default` sees the
    /// lab's world.
    package func agent(targets: [String], more: String = "") async throws -> RunningAgent {
        let name = directory + "/agent-\(UUID().uuidString.prefix(8))"
        try write(trustAnchor + "\n", to: name + ".anchor")
        try write(
            """
            modules:
              default:
                resolvers: ["\(resolver)"]
                dns_port: \(dnsPort)
                dnssec: {trust_anchors: \(name).anchor}
                ports: [\(https), {port: \(imaps), optional: true}, {port: \(smtps), optional: true}]
                tls: {ca_file: \(rootCertificate)}
            \(more)
            targets:
            \(targets.map { "  - \($0)" }.joined(separator: "\n"))

            """, to: name + ".yaml")
        return try await RunningAgent("serve", "--config.file", name + ".yaml")
    }

    /// A `dnsmasq` on port 53 of an address of its own that asks the lab's resolver and keeps nothing: for programs
    /// that know no other port.
    package func forwarder(at address: String) async throws -> Daemon {
        try await Daemon(
            "dnsmasq",
            [
                "--keep-in-foreground", "--conf-file=/dev/null", "--no-resolv", "--no-hosts",
                "--cache-size=0", "--listen-address=\(address)", "--bind-interfaces",
                "--server=\(resolver.replacing(":", with: "#"))", "--user=root", "--pid-file=",
                "--log-facility=-",
            ], in: directory, until: .log("using nameserver"))
    }
}
