import DNS
import Peers

/// A validation beside libunbound's, against the same servers in the same run, the sides by turns.
enum ValidationCost {
    /// With `alone` only our side of the row of that number runs, to be profiled.
    static func run(_ client: String, alone: Int?) async throws {
        let leaves = (0...leafCount).map { "n\($0) A 192.0.2.1\n" }.joined()
        let zones = [
            ZonePlan("ecdsa.test.", extra: leaves, cases: []),
            ZonePlan("rsa.test.", algorithm: .rsasha256, extra: leaves, cases: []),
            ZonePlan("nsec3.test.", denial: .nsec3(iterations: 0), extra: leaves, cases: []),
        ]
        let tree = try await SignedTree(zones)
        if let alone {
            guard rows.indices.contains(alone) else { throw PeerError("rows are numbered from 0") }
            let ours = try Validating(rows[alone], tree)
            for round in 0..<rounds {
                let first = 1 + 2 * round * warmNames
                print(try await ours.cost(first: first, count: 2 * warmNames))
            }
            return
        }
        print(heading(client))
        for row in rows { print(try await measure(row, tree, client).line(row.name)) }
    }

    struct Row: Sendable {
        let isWarm: Bool
        /// Whether both ask a recursive resolver; else both iterate from the same hints.
        let isForwarding: Bool
        let zone: String
        /// The leaves have A records only: any other type is denied.
        var type = RecordType.a

        var name: String {
            "\(isWarm ? "warm" : "cold"), \(isForwarding ? "by a resolver" : "from the root"), "
                + zone + (type == .a ? "" : " NODATA")
        }
    }

    private static let rows = [
        Row(isWarm: true, isForwarding: true, zone: "ecdsa.test."),
        Row(isWarm: true, isForwarding: true, zone: "rsa.test."),
        Row(isWarm: true, isForwarding: true, zone: "ecdsa.test.", type: .mx),
        Row(isWarm: true, isForwarding: true, zone: "nsec3.test.", type: .mx),
        Row(isWarm: true, isForwarding: false, zone: "ecdsa.test."),
        Row(isWarm: false, isForwarding: true, zone: "ecdsa.test."),
        Row(isWarm: false, isForwarding: false, zone: "ecdsa.test."),
    ]

    /// The sides by turns; every warm name is new to the resolver too, which would else be quicker for the second.
    private static func measure(
        _ row: Row, _ tree: SignedTree, _ client: String
    ) async throws -> Comparison {
        var comparison = Comparison()
        let names = row.isWarm ? warmNames : coldNames
        let ours = try Validating(row, tree)
        for round in 0..<rounds {
            let first = 1 + 2 * round * names
            comparison.ours.append(try await ours.cost(first: first, count: names))
            let output = try await check(
                client,
                [
                    row.isWarm ? "warm" : "cold", row.isForwarding ? "forward" : "hints",
                    row.isForwarding ? tree.resolver : tree.rootHints, tree.trustAnchors, row.zone,
                    "\(first + names)", "\(names)", "\(row.type.rawValue)",
                ], seconds: 120)
            comparison.theirs.append(try cost(told: output, of: names))
        }
        return comparison
    }

    private static let rounds = 9
    private static let warmNames = 300
    private static let coldNames = 40
    private static let leafCount = 2 * rounds * warmNames

    private static func heading(_ client: String) -> String {
        """
        CPU (user and system, all threads) per validation of a name never asked before, in microseconds;
        \(rounds) rounds a side by turns, \(warmNames) names each, cold \(coldNames).
          trustpath    the probe's validation stage in this process, through its own sockets
          libunbound   \(client) warm|cold forward|hints ADDRESS|FILE ANCHORS ZONE FIRST COUNT TYPE
          by a resolver: both validate what one Unbound forwards to them with CD (ub_ctx_set_fwd);
          from the root: both iterate from one hints file, NSD and BIND on addresses of loopback
          warm: one key cache, one ub_ctx; cold: a new one for each name

                                                       trustpath      libunbound
        case                                           min  median    min  median   ratios
        """
    }
}
