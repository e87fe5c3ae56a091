import Foundation

/// A DNS tree on loopback addresses: the root and `test.` on BIND, leaves on BIND and NSD, made by
/// BIND's signer; and an Unbound that trusts its root, as a recursive resolver and as a judge.
package final class SignedTree: Sendable {
    /// The tree of this process, grown at first use.
    package static let shared = Task { try await SignedTree() }

    /// Unbound's address; it serves on port 53.
    package let resolver: String
    /// The address of the root server; every server of the tree answers on port 53.
    package let rootServer: String
    /// The root KSK as a DNSKEY record.
    package let trustAnchors: String
    /// The same in the form that delv reads.
    package let delvAnchors: String
    /// A hints file that names the root server.
    package let rootHints: String
    /// A configuration file with a module `root` that iterates from the hints.
    package let configuration: String
    /// Every question of every zone, with absolute names.
    package let cases: [Case]
    private let daemons: [Daemon]

    /// Of the root and `test.`, with the zones given; without any, all that the tests ask of. It takes five fixed
    /// addresses from `first` on.
    package init(_ zones: [ZonePlan]? = nil, from first: Int = 1) async throws {
        let ground = try await Ground.shared.value
        let address = { @Sendable (number: Int) in ground.address(first + number) }
        let directory = try ground.newDirectory("tree")
        let plans = Self.top + (zones ?? Self.plans(ground))
        cases = plans.flatMap { plan in
            plan.cases.map {
                Case(
                    plan.absolute($0.name), $0.type, $0.expected, $0.failure,
                    unbound: $0.unbound, delv: $0.delv)
            }
        }
        let places: [ZonePlan.Server: String] = [
            .bind: address(2), .nsd: address(3),
        ]
        rootServer = address(0)
        var servers = [".": rootServer, "test.": address(1)]
        for plan in plans where servers[plan.zone] == nil {
            servers[plan.zone] = places[plan.server]
        }
        let keys = try await Self.keys(plans, in: directory)
        let files = try await Self.files(plans, servers, keys, in: directory)

        guard let anchor = keys["."]?.keySigning.record else { throw PeerError("no root key") }
        trustAnchors = directory + "/anchors"
        delvAnchors = directory + "/delv.anchors"
        rootHints = directory + "/hints"
        try write(anchor.text + "\n", to: trustAnchors)
        let numbers = anchor.fields.prefix(3).joined(separator: " ")
        let key = anchor.fields.dropFirst(3).joined()
        try write(
            "trust-anchors { . static-key \(numbers) \"\(key)\"; };\n", to: delvAnchors)
        try write(". 3600 IN NS ns.\nns. 3600 IN A \(rootServer)\n", to: rootHints)

        configuration = directory + "/trustpath.yml"
        try write(
            "modules:\n  root: {resolvers: [root], root_hints: \(rootHints)}\n", to: configuration)

        let zones = plans.map {
            ServedZone(name: $0.zone, file: files[$0.zone] ?? "", address: servers[$0.zone] ?? "")
        }
        for number in 0...2 { try await ground.carry(address(number)) }
        async let bind = NameServers.bind(
            zones.filter { $0.address != address(3) }, in: directory)
        async let nsd = NameServers.nsd(
            zones.filter { $0.address == address(3) }, in: directory)
        async let unbound = NameServers.unbound(
            address(4), hints: directory + "/hints", anchors: directory + "/anchors",
            in: directory)
        resolver = address(4)
        daemons = try await [bind, nsd, unbound]
    }

    /// What the name servers and Unbound wrote, for a test that must show why.
    package var log: String { daemons.map { $0.log }.joined(separator: "\n") }

    private static func plans(_ ground: Ground) -> [ZonePlan] {
        var addresses = TLSPeers.hosts.map { "\($0.key) A \(ground.address($0.value))\n" }.joined()
        if Ground.hasIPv6 { addresses += "web AAAA \(ground.address6(10))\n" }
        return [
            ZonePlan(
                "hosts.test.", extra: addresses,
                cases: [Case("web", "A", .secure), Case("web", "AAAA", .secure)])
        ] + ZonePlan.sound + ZonePlan.broken
    }

    private static let top = [
        ZonePlan(
            ".", server: .bind, algorithm: .rsasha256,
            cases: [
                Case("@", "NS", .secure), Case("@", "DNSKEY", .secure),
                Case("missing", "A", .secure),
            ]),
        ZonePlan(
            "test.", server: .bind,
            cases: [
                Case("@", "DS", .secure), Case("@", "SOA", .secure),
                Case("missing", "A", .secure),
            ]),
    ]

    private static func keys(_ plans: [ZonePlan], in directory: String) async throws
        -> [String: ZoneKeys]
    {
        let signed = plans.filter { $0.denial != .unsigned }
        let pairs = try await together(signed) { plan in
            (plan.zone, try await ZoneKeys.generate(plan.zone, plan.algorithm, in: directory))
        }
        return Dictionary(uniqueKeysWithValues: pairs)
    }

    private static func files(
        _ plans: [ZonePlan], _ servers: [String: String], _ keys: [String: ZoneKeys],
        in directory: String
    ) async throws -> [String: String] {
        let pairs = try await together(plans) { plan in
            let children = plans.filter { parent(of: $0.zone, among: plans) == plan.zone }
            let file = try await plan.build(
                servers: servers, children: children, keys: keys, in: directory)
            return (plan.zone, file)
        }
        return Dictionary(uniqueKeysWithValues: pairs)
    }

    private static func parent(of zone: String, among plans: [ZonePlan]) -> String? {
        plans.map { $0.zone }
            .filter { zone != "." && $0 != zone && ($0 == "." || zone.hasSuffix("." + $0)) }
            .max { $0.count < $1.count }
    }
}

/// Does the same with every element, four at a time, and keeps the order.
package func together<Element: Sendable, Result: Sendable>(
    _ elements: [Element], _ body: @escaping @Sendable (Element) async throws -> Result
) async throws -> [Result] {
    try await withThrowingTaskGroup(of: (Int, Result).self) { group in
        var results: [Int: Result] = [:]
        for (index, element) in elements.enumerated() {
            if index >= 4, let (place, result) = try await group.next() { results[place] = result }
            group.addTask { (index, try await body(element)) }
        }
        for try await (place, result) in group { results[place] = result }
        return elements.indices.compactMap { results[$0] }
    }
}
