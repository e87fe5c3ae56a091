import Addresses
import DNS
import Sockets
import Synchronization

/// The addresses of resolvers that are configured by name, asked of plain ones, each for at most its TTL.
final class ServerAddresses: Sendable {
    private let resolvers: @Sendable () -> [Exchange]
    private let kept = Mutex<[Name: (addresses: [IPAddress], end: Deadline)]>([:])
    /// Held at the most, so that a server that moved is found soon whatever the TTL.
    private static let longestLife: UInt32 = 900

    /// `resolvers` are looked up at each question: the system's change under a running program.
    init(asking resolvers: @escaping @Sendable () -> [Exchange]) {
        self.resolvers = resolvers
    }

    /// At least one address, IPv6 first; all resolvers are asked at once, and the first in order that knows decides.
    func callAsFunction(
        _ name: Name, by end: Deadline
    ) async -> Result<[IPAddress], ExchangeFailure> {
        if let known = kept.withLock({ $0[name] }), known.end > .now {
            return .success(known.addresses)
        }
        let timer = (end - .now) * 0.6
        let answers = await concurrently(resolvers()) { exchange in
            await concurrently([RecordType.aaaa, .a]) { type in
                await exchange(Question(name, type), as: .client, timer: timer, by: end)
            }
        }
        var failures: [String] = []
        for lookups in answers {
            let records = lookups.flatMap { $0.response?.answers ?? [] }
            var chain = AliasChain(from: name)
            chain.follow(records)
            let found = records.filter { $0.owner == chain.end && $0.address != nil }
            guard !found.isEmpty else {
                failures += lookups.compactMap { $0.failure?.description }
                continue
            }
            let addresses = Set(found.compactMap(\.address)).sorted()
            let life = min(records.map(\.ttl).min() ?? 0, Self.longestLife)
            kept.withLock { $0[name] = (addresses, .now + .seconds(life)) }
            return .success(addresses)
        }
        let reason = failures.first.map { " (\($0))" } ?? ""
        return .failure(.unresolved("no address of \(name.text) is known\(reason)"))
    }

    /// None of the addresses did: the next question looks again.
    func forget(_ name: Name) { kept.withLock { $0[name] = nil } }
}
