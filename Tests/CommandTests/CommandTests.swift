import Peers
import Testing

/// The program as users run it. One test at a time: the lab lives in this process, and a machine with two cores that
/// starts dozens of programs at once leaves it no time to answer.
@Suite(.serialized, .enabled(if: Program.isTrustpathExpected))
struct CommandTests {}
