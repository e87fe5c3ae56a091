import Addresses
@testable import DNS
import DNSSEC
import Lab
import Peers
import Sockets

/// One round: a tree below the root, with one fault in one of its zones.
struct Round: Sendable {
    let seed: UInt64
    let tree: PlannedZone
    let mutation: Mutation
    let mutated: Name
    /// Those to put to the validators, those that should notice the fault first.
    let questions: [Question]
    let zones: [Planted]

    var summary: String {
        "seed \(seed), mutation \(mutation) of \(mutated)\n  "
            + tree.all.map(\.summary).joined(separator: "\n  ")
    }
}

extension Round {
    /// All of the round but the keys follows from its seed.
    static func grow(
        _ seed: UInt64, in directory: String, at now: Int64,
        server: @escaping @Sendable (Int) -> IPAddress
    ) async throws -> Round {
        var generator = Generator(draw: Draw(seed))
        let tree = generator.tree("r\(seed)")
        var draw = Draw(seed ^ 0xD1FF)
        let target = draw.pick(tree.all.filter(\.isSigned)) ?? tree
        var mutation = draw.pick(Mutation.allCases) ?? .none
        if !target.isSigned { mutation = .none }
        var noticing: [Question] = []
        let forge = Forge(directory: directory, now: now, server: server)
        let zones = try await forge.plant(tree) { planted in
            guard planted.apex == target.apex else { return }
            for _ in 0..<20 {
                if let questions = try planted.mutate(mutation, &draw, now: now) {
                    noticing = questions
                    return
                }
                mutation = draw.pick(Mutation.allCases) ?? .none
            }
        }
        let below = target.children.flatMap(\.all).flatMap(\.questions)
        var questions = noticing.filter { !$0.name.isWildcard || draw.chance(50) }
        questions += draw.some(7, of: target.questions) + draw.some(2, of: below)
        questions += draw.some(2, of: tree.all.flatMap(\.questions))
        var seen: Set<Question> = []
        return Round(
            seed: seed, tree: tree, mutation: mutation, mutated: target.apex,
            questions: questions.filter { seen.insert($0).inserted }, zones: zones)
    }
}

/// The root above some rounds, served by NSD, and an Unbound that trusts it.
struct World {
    let rounds: [Round]
    let judges: Judges
    private let daemons: [Daemon]

    init(_ seeds: [UInt64], at now: Int64) async throws {
        let ground = try await Ground.shared.value
        let directory = try ground.newDirectory("differential")
        // Parent and child never share a server.
        let places = try [1, 2, 3].map { number in
            guard let address = IPAddress(ground.address(number)) else {
                throw PeerError("no address \(number)")
            }
            return address
        }
        let server = { @Sendable (depth: Int) in depth == 0 ? places[0] : places[1 + depth % 2] }
        rounds = try await together(seeds) { seed in
            try await Round.grow(seed, in: directory, at: now, server: server)
        }
        let root = try await Self.root(above: rounds, in: directory, at: now, server)
        var served: [IPAddress: [ServedZone]] = [:]
        for zone in rounds.flatMap(\.zones) + [root] {
            let address = server(zone.apex.labelCount)
            let file = "\(directory)/\(zone.apex)zone"
            try write(zone.records.map { "\($0)\n" }.joined(), to: file)
            served[address, default: []].append(
                ServedZone(name: "\(zone.apex)", file: file, address: "\(address)"))
        }
        let key = root.keyring.signing[0].dnskey
        let record = Record(owner: .root, type: .dnskey, ttl: 300, data: .dnskey(key))
        try write("\(record)\n", to: directory + "/anchors")
        try write(
            "trust-anchors { . static-key \(key.flags) 3 \(key.algorithm.rawValue) "
                + "\"\(TextEncoding.base64(key.publicKey))\"; };\n", to: directory + "/delv.anchors"
        )
        try write(
            ". 3600 IN NS ns.\nns. 3600 IN A \(places[0])\n", to: directory + "/hints")
        var daemons: [Daemon] = []
        for (address, zones) in served.sorted(by: { $0.key < $1.key }) {
            let own = try ground.newDirectory("nsd-\(address)")
            daemons.append(try await NameServers.nsd(zones, in: own))
        }
        let resolver = ground.freshAddress()
        daemons.append(
            try await NameServers.unbound(
                resolver, hints: directory + "/hints", anchors: directory + "/anchors",
                // With it, Unbound 1.17 follows a CNAME that was itself the question.
                settings: ["qname-minimisation: no"], in: directory))
        self.daemons = daemons
        guard let address = IPAddress(resolver) else { throw PeerError("no address") }
        judges = Judges(
            resolver: SocketAddress(address, port: 53),
            anchors: TrustAnchors([.root: [.dnskey(key)]]),
            delvAnchors: directory + "/delv.anchors")
    }

    /// The root's zone, with a delegation to each round's top.
    private static func root(
        above rounds: [Round], in directory: String, at now: Int64,
        _ server: @escaping @Sendable (Int) -> IPAddress
    ) async throws -> Planted {
        var zone = Zone(apex: .root)
        let forge = Forge(directory: directory, now: now, server: server)
        let tops = rounds.compactMap(\.zones.first)
        var plan = PlannedZone(apex: .root)
        plan.children = tops.map(\.plan)
        var planted = Planted(
            plan: plan, keyring: try Keyring(for: plan),
            window: (now - 86_400)...(now + 30 * 86_400), records: [])
        for record in forge.data(of: plan, below: tops) {
            zone.add(record.owner, record.type, record.data, ttl: record.ttl)
        }
        try zone.sign(
            Signing(keys: planted.keyring.signing, denial: .nsec, window: planted.window))
        planted.records = zone.records
        return planted
    }

    func stop() async { for daemon in daemons { await daemon.stop() } }
}
