import DNS
import Hostile
import Sockets
import Synchronization
import Testing

@testable import Probe

/// Resolves through servers of the test's own. Timers are long and the deadline longer still, so that a busy machine
/// decides nothing.
func resolve(
    _ name: String, _ servers: [NameServer], budget: Duration = .seconds(16),
    transport: ResolverSpec.Transport = .udp
) async throws -> (Resolution, elapsed: Duration) {
    let stage = ResolutionStage(
        resolvers: servers.map { .server(Exchange(.init($0.address, transport))) })
    let start = Deadline.now
    let resolution = await stage(
        .name(try #require(Name(name))), budget: budget, by: start + budget * 4)
    return (resolution, Deadline.now - start)
}

extension Resolution {
    /// What a probe concludes of the resolution alone.
    var diagnosis: Diagnosis {
        Diagnosis(PathOfHost(self, nil, []), requiresDNSSEC: false, at: 1_800_000_000)
    }

    var primary: FailureClass? { diagnosis.primary?.failureClass }

    var warnings: [FailureClass] {
        diagnosis.findings.filter { $0.severity == .warning }.map(\.failureClass)
    }
}

final class Counter: Sendable {
    private let count = Mutex(0)

    func next() -> Int {
        count.withLock {
            $0 += 1
            return $0
        }
    }
}
