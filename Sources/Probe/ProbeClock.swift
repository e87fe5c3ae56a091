import Sockets

/// Where "now" comes from: the system, or the instant given with `--at`.
package struct ProbeClock: Sendable {
    private let fixed: Int64?

    /// Seconds since 1970.
    package var now: Int64 { fixed ?? WallClock.now }

    package static let systemTime = ProbeClock(fixed: nil)

    package static func at(_ seconds: Int64) -> ProbeClock { ProbeClock(fixed: seconds) }

    private init(fixed: Int64?) { self.fixed = fixed }
}
