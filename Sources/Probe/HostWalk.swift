import DNS
import DNSSEC
import Sockets

/// Takes one host from its name to its handshakes, by the module and within the time of one probe.
///
/// By reference, since every task of the walk has it: a module is a large value.
final class HostWalk: Sendable {
    let module: PreparedModule
    /// The first is the clients' view: the same ones for everything that one probe asks.
    let resolvers: [Resolver]
    let options: Probe.Options
    /// Seconds since 1970.
    let now: Int64
    let budget: Duration
    let deadline: Deadline

    init(
        _ module: PreparedModule, _ options: Probe.Options, at now: Int64, budget: Duration,
        by deadline: Deadline
    ) {
        (self.module, resolvers) = (module, module.views)
        (self.options, self.now) = (options, now)
        (self.budget, self.deadline) = (budget, deadline)
    }

    /// Without ports the host is resolved and validated, and no more.
    func callAsFunction(_ host: Target.Host, _ ports: [Port]) async -> PathOfHost {
        // Validation asks its own questions: it need not wait for resolution, nor the handshakes for it.
        async let validated = validate(host, ports)
        let feed = EndpointFeed(host: host.text, ports: ports)
        async let shaken = module.handshakes(
            feed.endpoints, serverName: options.hostname,
            http: module.fetch(by: resolvers, budget: budget, by: deadline), budget: budget,
            by: deadline, at: now)
        let resolution = await resolve(host, feed)
        let seen = feed.ordered(await shaken)
        let validation = await validated
        let endpoints = module.handshakes.match(seen, validation.result?.tlsa ?? [], at: now)
        module.memory.note(resolution, endpoints, module: module.name, at: now)
        var path = PathOfHost(resolution, validation.result, endpoints)
        path.validationDuration = validation.duration
        let authorizations = module.authorizations(by: resolvers, budget: budget, by: deadline)
        path.authorizations = await authorizations(endpoints)
        return path
    }

    /// Where the caller gives addresses, they stand in for DNS's answer: its records may not be there yet.
    private func resolve(_ host: Target.Host, _ feed: EndpointFeed) async -> Resolution {
        defer { feed.finish() }
        let supposed = Set(options.addresses).sorted()
        feed.add(supposed)
        var resolution = await module.resolution(by: resolvers)(
            host, budget: budget, by: deadline,
            tell: { if supposed.isEmpty { feed.add($0) } })
        resolution.remembered = module.memory.recall(
            resolution.host, module: module.name, at: now)
        guard !supposed.isEmpty else { return resolution }
        resolution.today = resolution.addresses
        (resolution.addresses, resolution.outcome) = (supposed, .addresses)
        return resolution
    }

    private func validate(
        _ host: Target.Host, _ ports: [Port]
    ) async -> (result: DNSSECResult?, duration: Duration?) {
        guard case .name(let name) = host, let stage = module.validation(by: resolvers) else {
            return (nil, nil)
        }
        let start = Deadline.now
        var result = await stage(name, at: now, budget: budget, by: deadline)
        if module.looksUpTLSA {
            result.tlsa = await stage.tlsa(
                of: name, ports.map(\.number), beside: result, at: now, budget: budget,
                by: deadline)
        }
        return (result, Deadline.now - start)
    }
}
