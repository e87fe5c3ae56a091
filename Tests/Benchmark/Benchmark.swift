import Glibc
import Peers
import Sockets

/// CPU time and memory beside programs that others wrote, both from one run.
///
/// Arguments: the directory of the C clients and of the agent; then, to have less, `validation`, `handshake` or `agent`;
/// `alone` behind one of them runs our side only, to be profiled; a number behind that is the row, for validations, or how
/// many rounds, for the agent.
@main struct Benchmark {
    static func main() async throws {
        // Where the agent's probes run too.
        try await Task.detached(executorPreference: EventLoops.next()) { try await run() }.value
        exit(0)
    }

    private static func run() async throws {
        let arguments = CommandLine.arguments.dropFirst()
        guard let directory = arguments.first else { throw PeerError("no directory of programs") }
        let part = arguments.dropFirst().first
        let isAlone = arguments.dropFirst(2).first == "alone"
        let number = arguments.dropFirst(3).first.flatMap(Int.init)
        if part == nil || part == "validation" {
            try await ValidationCost.run(
                directory + "/unbound-client", alone: isAlone ? number ?? 0 : nil)
            fflush(nil)
        }
        if part == nil || part == "handshake" {
            try await HandshakeCost.run(directory + "/handshake-client", isAlone: isAlone)
            fflush(nil)
        }
        if part == nil || part == "agent" {
            try await AgentCost.run(
                directory + "/release/trustpath", alone: isAlone ? number ?? 7 : nil)
        }
    }
}

/// The figures of both sides, one per round, microseconds.
struct Comparison {
    var ours: [Double] = []
    var theirs: [Double] = []

    func line(_ name: String) -> String {
        let (mine, other) = (ours.sorted(), theirs.sorted())
        let (median, otherMedian) = (mine[mine.count / 2], other[other.count / 2])
        let figures = [mine[0], median, other[0], otherMedian].map { "\(Int($0.rounded()))" }
        let widths = [8, 8, 7, 8]
        let columns = zip(figures, widths).map { text, width in
            String(repeating: " ", count: max(1, width - text.count)) + text
        }
        let padding = String(repeating: " ", count: max(1, 42 - name.count))
        return name + padding + columns.joined() + "   " + decimal(mine[0] / other[0]) + "  "
            + decimal(median / otherMedian)
    }
}

/// With two places behind the point.
func decimal(_ value: Double) -> String {
    let hundredths = Int((value * 100).rounded())
    let rest = hundredths % 100
    return "\(hundredths / 100)." + (rest < 10 ? "0" : "") + "\(rest)"
}

/// Microseconds of this process, all threads, in user and in system mode.
func cpuTime() -> Double {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return [usage.ru_utime, usage.ru_stime].reduce(0) {
        $0 + Double($1.tv_sec) * 1e6 + Double($1.tv_usec)
    }
}

/// What a C client prints: the microseconds of each, and how many of them were sound.
func cost(told output: String, of count: Int) throws -> Double {
    let fields = output.split(whereSeparator: \.isWhitespace)
    guard fields.count == 2, let cost = Double(fields[0]), Int(fields[1]) == count else {
        throw PeerError("the other side did not do all \(count): \(output)")
    }
    return cost
}
