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
        let (deadline, now) = (start + budget, clock.now)
        // Probes that have begun come first: they end sooner, and fewer of them are in memory at once.
        await EventLoops.idle(by: start + budget * Self.longestTurn)
        let walk = HostWalk(module, options, at: now, budget: budget, by: deadline)
        let ports = ports(of: target, options)
        let domain = mailDomain(target, options)

        async let own = walk(target.host, domain == nil ? ports : [])
        let mail = await mail(of: domain, along: walk, ports)
        return report(on: target, await own, mail, since: start, budget: budget, at: now)
    }

    /// Of the budget, which all the probe's stages count on.
    private static let longestTurn = 0.1

    // Neither is inlined into the function that waits, whose frame lives as long as the probe.

    @inline(never)
    private func mail(
        of domain: Name?, along walk: HostWalk, _ ports: [Port]
    ) async -> MailReport? {
        guard let domain else { return nil }
        let stage = module.mail(by: walk.resolvers)
        return await stage(domain, at: walk.now, budget: walk.budget, by: walk.deadline) {
            await walk(.name($0), ports)
        }
    }

    @inline(never)
    private func report(
        on target: Target, _ own: PathOfHost, _ mail: MailReport?, since start: Deadline,
        budget: Duration, at now: Int64
    ) -> Report {
        var (path, mail) = (own, mail)
        if let implicit = mail?.implicitPath {
            path.endpoints = implicit.endpoints
            path.authorizations = implicit.authorizations
            mail?.paths = []
        }

        let end = Deadline.now
        let endpoints = path.endpoints + (mail?.paths.flatMap(\.endpoints) ?? [])
        let authorizations = ([path] + (mail?.paths ?? [])).flatMap(\.authorizations.found)
        let expectations = module.expected.results(path.resolution, endpoints)
        let diagnosis = Diagnosis(
            path, mail, expectations: expectations, requiresDNSSEC: module.requiresDNSSEC, at: now)
        var durations = StageDurations()
        durations.resolve = path.resolution.duration
        durations.validate = path.validationDuration
        durations.connect = endpoints.compactMap(\.connectDuration).max()
        durations.starttls = endpoints.compactMap { $0.startTLS?.duration }.max()
        durations.handshake = endpoints.compactMap { $0.handshake?.duration }.max()
        durations.diagnose = Deadline.now - end
        durations.total = Deadline.now - start
        return Report(
            target: target, moduleName: module.name, at: now, resolution: path.resolution,
            validation: path.validation, endpoints: endpoints, mail: mail,
            expectations: expectations, diagnosis: diagnosis, durations: durations,
            timeout: budget, authorizations: authorizations)
    }

    /// The name whose MX records lead on; nil where the module does not ask for them, and where the caller says
    /// where to go.
    private func mailDomain(_ target: Target, _ options: Options) -> Name? {
        guard module.expandsMail, options.addresses.isEmpty, case .name(let name) = target.host
        else { return nil }
        return name
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
