import DNS
import DNSSEC
import Glibc
import Peers
import Probe
import Sockets

/// CPU time of a validation beside libunbound's, against the same servers in the same run, the sides by turns.
///
/// Arguments: the path of the program that `unbound.c` makes; `alone ROW` after it runs our side of one row only, to be
/// profiled.
@main struct Benchmark {
    static func main() async throws {
        // Away from the main actor: the agent's probes do not run there either.
        try await Task.detached { try await run() }.value
    }

    private static func run() async throws {
        let client = CommandLine.arguments[1]
        let leaves = (0...leafCount).map { "n\($0) A 192.0.2.1\n" }.joined()
        let zones = [
            ZonePlan("ecdsa.test.", extra: leaves, cases: []),
            ZonePlan("rsa.test.", algorithm: .rsasha256, extra: leaves, cases: []),
            ZonePlan("nsec3.test.", denial: .nsec3(iterations: 0), extra: leaves, cases: []),
        ]
        let tree = try await SignedTree(zones)
        if CommandLine.arguments.dropFirst(2).first == "alone" {
            let number = CommandLine.arguments.dropFirst(3).first.flatMap(Int.init) ?? 0
            guard rows.indices.contains(number) else { throw PeerError("rows are numbered from 0") }
            let ours = try Validating(rows[number], tree)
            for round in 0..<rounds {
                let first = 1 + 2 * round * warmNames
                print(try await ours.cost(first: first, count: 2 * warmNames))
            }
            exit(0)
        }
        print(heading(client))
        for row in rows {
            let results = try await measure(row, tree, client)
            print(results.line(row))
        }
        exit(0)
    }

    struct Row: Sendable {
        let isWarm: Bool
        /// Whether both ask a recursive resolver; else both iterate from the same hints.
        let isForwarding: Bool
        let zone: String
        /// The leaves have A records only: any other type is denied.
        var type = RecordType.a
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
            let fields = output.split(separator: " ")
            guard fields.count == 2, let cost = Double(fields[0]),
                Int(fields[1].dropLast()) == names
            else { throw PeerError("libunbound did not validate every name: \(output)") }
            comparison.theirs.append(cost)
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
        case                                           min  median    min  median   ratio of medians
        """
    }
}

/// The figures of both sides, one per round, microseconds.
struct Comparison {
    var ours: [Double] = []
    var theirs: [Double] = []

    func line(_ row: Benchmark.Row) -> String {
        let name =
            "\(row.isWarm ? "warm" : "cold"), \(row.isForwarding ? "by a resolver" : "from the root"), "
            + row.zone + (row.type == .a ? "" : " NODATA")
        let (mine, other) = (ours.sorted(), theirs.sorted())
        let (median, otherMedian) = (mine[mine.count / 2], other[other.count / 2])
        let percent = Int((median / otherMedian * 100).rounded())
        let ratio = "\(percent / 100)." + (percent % 100 < 10 ? "0" : "") + "\(percent % 100)"
        let figures = [mine[0], median, other[0], otherMedian].map { "\(Int($0.rounded()))" }
        let widths = [8, 8, 7, 8]
        let columns = zip(figures, widths).map { text, width in
            String(repeating: " ", count: max(1, width - text.count)) + text
        }
        let padding = String(repeating: " ", count: max(1, 42 - name.count))
        return name + padding + columns.joined() + "   \(ratio)"
    }
}
