import DNS
import DNSSEC
import Foundation
import Peers
import Sockets
import Testing

/// Random signed trees with one fault each; trustpath's verdict on every question must be that of Unbound and delv,
/// but for what `KnownDisagreement` explains.
@Suite(
    .enabled(if: Program.arePresent("unbound", "nsd", "delv", "dnssec-signzone", "ldns-signzone")),
    .serialized)
struct DifferentialTests {
    /// How many rounds, and the seed of the first; each further one's is one more.
    private static let rounds = setting("TRUSTPATH_DIFFERENTIAL_ROUNDS", 60)
    private static let seed = setting("TRUSTPATH_DIFFERENTIAL_SEED", 1)
    /// Of a hundred questions so many are put to delv, which costs a process each.
    private static let delvShare = setting("TRUSTPATH_DIFFERENTIAL_DELV", 25)

    private static func setting(_ name: String, _ usual: Int) -> Int {
        ProcessInfo.processInfo.environment[name].flatMap { Int($0) } ?? usual
    }

    @Test func verdictsAgree() async throws {
        let seeds = (0..<Self.rounds).map { UInt64(Self.seed + $0) }
        print("differential: seeds \(Self.seed) to \(Self.seed + Self.rounds - 1)")
        var tally = Tally()
        for start in stride(from: 0, to: seeds.count, by: 50) {
            let now = WallClock.now
            let world = try await World(Array(seeds[start..<min(start + 50, seeds.count)]), at: now)
            let results = try await together(world.rounds) { round in
                try await Self.judge(round, by: world.judges, at: now)
            }
            for (round, verdicts) in zip(world.rounds, results) {
                tally.add(round, verdicts)
            }
            await world.stop()
        }
        print(tally.text)
        #expect(tally.questions > 5 * Self.rounds)
    }

    private static func judge(
        _ round: Round, by judges: Judges, at now: Int64
    ) async throws -> [Verdicts] {
        var draw = Draw(round.seed ^ 0xDE1F)
        let cache = KeyCache()
        var all: [Verdicts] = []
        for question in round.questions {
            all.append(
                try await judges(
                    question, withDelv: draw.chance(delvShare), cache: cache, at: now))
        }
        return all
    }
}

/// What came out, counted.
private struct Tally {
    private(set) var questions = 0
    private var counts: [String: Int] = [:]

    mutating func add(_ round: Round, _ verdicts: [Verdicts]) {
        for verdict in verdicts {
            questions += 1
            counts[verdict.trustpath.status.rawValue, default: 0] += 1
            if verdict.delv != nil { counts["asked of delv", default: 0] += 1 }
            guard verdict.disagreement else { continue }
            if let known = KnownDisagreement.all.first(where: { $0.explains(round, verdict) }) {
                counts[known.name, default: 0] += 1
                continue
            }
            counts["disagreements", default: 0] += 1
            Issue.record(Comment(rawValue: Self.text(round, verdict)))
        }
    }

    var text: String {
        "differential: \(questions) questions: "
            + counts.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
            .joined(separator: ", ")
    }

    private static func text(_ round: Round, _ verdicts: Verdicts) -> String {
        let own = verdicts.trustpath
        return """
            \(round.summary)
              question \(own.question)
              trustpath \(own.status.rawValue) \(own.fault?.kind.rawValue ?? ""): \(own.fault?.detail ?? "")
              Unbound   \(verdicts.unbound.rawValue): \(verdicts.unboundSays)
              delv      \(verdicts.delv?.rawValue ?? "?"): \(verdicts.delvSays)
              again by  scripts/differential 1 \(round.seed)
            """
    }
}
