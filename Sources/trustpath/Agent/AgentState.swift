import Configuration
import DNS
import DNSSEC
import Probe

/// A configuration and its modules, made ready: replaced as a whole by a reload.
struct AgentState: Sendable {
    let configuration: Configuration
    let rule: TargetRule
    /// In the order of the configuration.
    let probes: [ConfiguredProbe]
    /// One for each configuration: a scrape after a reload never joins a run of the former targets.
    let shared = SharedTargets()
    private let modules: [String: Result<PreparedModule, InputError>]
    private let extras: [ExtraModule]

    /// A module that no file describes, used by default for the names of one zone: the lab's.
    struct ExtraModule: Sendable {
        let zone: Name
        let module: PreparedModule
    }

    /// Throws where anything that the file says cannot be used. A built-in module that this version cannot run
    /// harms only who asks for it.
    static func load(
        _ path: String?, extras: [ExtraModule], _ counts: ExchangeCounts, _ memory: AnswerMemory
    ) throws(InputError) -> AgentState {
        let configuration = try Configuration.load(path)
        var surroundings = PreparedModule.Surroundings()
        (surroundings.counts, surroundings.memory) = (counts, memory)
        var modules: [String: Result<PreparedModule, InputError>] = [:]
        for (name, module) in configuration.modules {
            do {
                modules[name] = .success(
                    try PreparedModule(module, named: name, in: surroundings))
            } catch {
                // But without `default` nothing can be probed: its reason ends the start.
                guard name != "default", Module.builtIn[name] == module else { throw error }
                modules[name] = .failure(error)
            }
        }
        guard !configuration.watch else {
            throw InputError(
                "\(path ?? ""): this version does not support watch; send SIGHUP instead")
        }
        var probes: [ConfiguredProbe] = []
        for target in configuration.targets {
            probes.append(try ConfiguredProbe(target, modules))
        }
        return AgentState(
            configuration: configuration, modules: modules, extras: extras, probes: probes)
    }

    private init(
        configuration: Configuration, modules: [String: Result<PreparedModule, InputError>],
        extras: [ExtraModule], probes: [ConfiguredProbe]
    ) {
        (self.configuration, self.modules, self.extras) = (configuration, modules, extras)
        self.probes = probes
        rule = TargetRule(configuration.limits.targets.map(\.value))
    }

    /// The module of that name, or the usual one for the target: `default` is what Prometheus asks for when
    /// nobody chose, so that the lab's names need no other scrape configuration.
    func module(_ name: String?, for target: Target) throws(InputError) -> PreparedModule {
        if let extra = extras.first(where: { extra in
            if let name, name != "default" { return name == extra.module.name }
            if case .name(let host) = target.host { return host.isWithin(extra.zone) }
            return false
        }) {
            return extra.module
        }
        guard let result = modules[name ?? "default"] else {
            let known = (modules.keys + extras.map(\.module.name)).sorted()
            throw InputError(
                "there is no module \"\(name ?? "default")\"; there are \(known.joined(separator: ", "))"
            )
        }
        return try result.get()
    }

    /// No probe takes longer.
    var longestTimeout: Duration {
        configuration.modules.values.map(\.timeout).max() ?? .zero
    }

    /// Hits and misses of all modules' key caches.
    var keyCacheStatistics: (hits: Int, misses: Int) {
        let prepared = modules.values.compactMap { try? $0.get() } + extras.map(\.module)
        return prepared.map(\.keyCache.statistics).reduce((0, 0)) {
            ($0.0 + $1.hits, $0.1 + $1.misses)
        }
    }
}
