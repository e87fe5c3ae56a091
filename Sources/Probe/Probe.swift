package import Addresses
import DNS
import DNSSEC
import Sockets

/// Probes targets by one module: the whole path from a name to its handshakes, and what is wrong on it.
package struct Probe: Sendable {
    package let module: PreparedModule
    package var clock: ProbeClock

    package init(_ module: PreparedModule, clock: ProbeClock = .systemTime) {
        (self.module, self.clock) = (module, clock)
    }

    /// What a caller may choose for one probe.
    package struct Options: Hashable, Sendable {
        /// In place of the module's ports.
        package var ports: [Port]?
        /// The name for SNI and for the certificate, in place of the target's.
        package var hostname: String?
        /// Addresses to shake hands with, as if DNS had answered them.
        package var addresses: [IPAddress] = []

        package init() {}
    }

    /// Runs every stage against one target and returns what was seen. Never throws: a failing target is a result.
    package func callAsFunction(
        _ target: Target, _ options: Options = Options(), budget: Duration
    ) async -> Report {
        let start = Deadline.now
        let deadline = start + budget
        let now = clock.now

        // Validation asks its own questions: it need not wait for resolution, nor the handshakes for it.
        let ports = ports(of: target, options)
        async let validated = validate(target, ports, at: now, budget: budget, by: deadline)
        let feed = EndpointFeed(host: target.hostText, ports: ports)
        async let shaken = module.handshakes(
            feed.endpoints, serverName: options.hostname, budget: budget, by: deadline, at: now)
        let resolution = await resolve(
            target, options, at: now, budget: budget, by: deadline, feed)
        let seen = feed.ordered(await shaken)
        let validation = await validated
        let endpoints = module.handshakes.match(seen, validation.result?.tlsa ?? [], at: now)

        let end = Deadline.now
        module.memory.note(resolution, endpoints, module: module.name, at: now)
        let expectations = module.expected.results(resolution, endpoints)
        let diagnosis = Diagnosis(
            resolution, validation.result, endpoints, expectations: expectations,
            requiresDNSSEC: module.requiresDNSSEC, at: now)
        var durations = StageDurations()
        durations.resolve = resolution.duration
        durations.validate = validation.duration
        durations.connect = endpoints.compactMap(\.connectDuration).max()
        durations.handshake = endpoints.compactMap { $0.handshake?.duration }.max()
        durations.diagnose = Deadline.now - end
        durations.total = Deadline.now - start
        return Report(
            target: target, moduleName: module.name, at: now, resolution: resolution,
            validation: validation.result, endpoints: endpoints, expectations: expectations,
            diagnosis: diagnosis, durations: durations, timeout: budget)
    }

    /// Where the caller gives addresses, they stand in for DNS's answer: its records may not be there yet.
    private func resolve(
        _ target: Target, _ options: Options, at now: Int64, budget: Duration,
        by deadline: Deadline, _ feed: EndpointFeed
    ) async -> Resolution {
        defer { feed.finish() }
        let supposed = Set(options.addresses).sorted()
        feed.add(supposed)
        var resolution = await module.resolution()(
            target.host, budget: budget, by: deadline,
            tell: { if supposed.isEmpty { feed.add($0) } })
        resolution.remembered = module.memory.recall(
            resolution.host, module: module.name, at: now)
        guard !supposed.isEmpty else { return resolution }
        resolution.today = resolution.addresses
        (resolution.addresses, resolution.outcome) = (supposed, .addresses)
        return resolution
    }

    private func validate(
        _ target: Target, _ ports: [Port], at now: Int64, budget: Duration, by deadline: Deadline
    ) async -> (result: DNSSECResult?, duration: Duration?) {
        guard case .name(let name) = target.host, let stage = module.validation() else {
            return (nil, nil)
        }
        let start = Deadline.now
        var result = await stage(name, at: now, budget: budget, by: deadline)
        if module.looksUpTLSA {
            result.tlsa = await stage.tlsa(
                of: name, ports.map(\.number), beside: result, at: now, budget: budget, by: deadline
            )
        }
        return (result, Deadline.now - start)
    }

    /// A port of the target itself, of the request, or the module's; an optional port stays optional however it
    /// is named.
    private func ports(of target: Target, _ options: Options) -> [Port] {
        guard let named = target.port.map({ [$0] }) ?? options.ports else { return module.ports }
        return named.map { port in
            guard let known = module.ports.first(where: { $0.number == port.number }) else {
                return port
            }
            return Port(port.number, port.service, isRequired: known.isRequired)
        }
    }
}

extension EndpointResult {
    fileprivate var connectDuration: Duration? {
        switch connection {
        case .connected(let duration), .failed(_, after: let duration): duration
        case .forbidden, .noRouteForFamily, .cutShort: nil
        }
    }
}
