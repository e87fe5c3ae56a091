import Addresses
import DNS
package import Sockets

/// Asks every resolver for a name's addresses, as its users' programs would, and follows its aliases.
package struct ResolutionStage: Sendable {
    /// The first is the clients' view.
    package var resolvers: [Resolver]
    /// Where the host's own programs look as well; nil where the module names its resolvers.
    package var system: SystemResolvers?

    package init(resolvers: [Resolver], system: SystemResolvers? = nil) {
        (self.resolvers, self.system) = (resolvers, system)
    }

    /// `budget` is the whole probe's; a question takes at most a fixed part of it.
    package func callAsFunction(
        _ host: Target.Host, budget: Duration, by deadline: Deadline
    ) async -> Resolution {
        let start = Deadline.now
        var resolution: Resolution
        switch host {
        case .address(let address):
            resolution = Resolution(
                host: address.description, name: nil, outcome: .addresses, addresses: [address])
        case .name(let name):
            resolution = await resolve(name, timer: budget * QuestionTimer.share, by: deadline)
        }
        resolution.duration = Deadline.now - start
        return resolution
    }

    private func resolve(_ name: Name, timer: Duration, by deadline: Deadline) async -> Resolution {
        guard !resolvers.isEmpty else {
            return Resolution(
                host: name.text, name: name, outcome: .unavailable("no resolver is configured"))
        }
        let found = await concurrently(resolvers) { resolver in
            await ResolverWalk(resolver, timer: timer, deadline: deadline).run(name)
        }
        let best = found.first { $0.outcome.isDecided } ?? found[0]
        return Resolution(
            host: name.text, name: name, resolvers: found.map(\.view), aliases: best.aliases,
            outcome: Self.outcome(of: found),
            addresses: Set(found.flatMap(\.addresses)).sorted(),
            hostsEntry: system?.hostsEntry(for: name))
    }

    /// An address from anyone is an address; otherwise the first resolver that decided anything decides, and a
    /// name is denied only where none of them says otherwise.
    private static func outcome(of found: [ResolverWalk.Result]) -> Resolution.Outcome {
        if found.contains(where: { !$0.addresses.isEmpty }) {
            let broken = found[0].outcome
            if case .brokenAlias = broken { return broken }
            return .addresses
        }
        let decided = found.map(\.outcome).filter(\.isDecided)
        return decided.first { $0 != .nameError } ?? decided.first ?? found[0].outcome
    }
}

/// The time of one question with all its retries, as a part of the probe's budget.
package enum QuestionTimer {
    package static let share = 0.35
}

extension Resolution.Outcome {
    /// Whether somebody's answer decided it, and not that nobody gave one.
    fileprivate var isDecided: Bool {
        switch self {
        case .addresses, .nameError, .noAddress, .brokenAlias: true
        case .failed, .cutShort, .unavailable: false
        }
    }
}

/// Runs `body` for every element, `limit` of them at the same time; the results stand in the elements' order.
func concurrently<Element: Sendable, Result: Sendable>(
    _ elements: [Element], atMost limit: Int = .max,
    _ body: @escaping @Sendable (Element) async -> Result
) async -> [Result] {
    await withTaskGroup(of: (Int, Result).self) { group in
        var results: [(Int, Result)] = []
        for (index, element) in elements.enumerated() {
            if index >= limit, let result = await group.next() { results.append(result) }
            group.addTask { (index, await body(element)) }
        }
        for await result in group { results.append(result) }
        return results.sorted { $0.0 < $1.0 }.map(\.1)
    }
}
