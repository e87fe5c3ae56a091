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
    /// What it was read from, and how that stood.
    let files: WatchedFiles
    let stamps: [String: WatchedFiles.Stamp]
    private let modules: [String: ModuleSlot]
    private let extras: [ExtraModule]

    /// A module that no file describes, used by default for the names of one zone: the lab's.
    struct ExtraModule: Sendable {
        let zone: Name
        let module: PreparedModule
    }

    /// Throws where anything that the file says cannot be used. A built-in module that the file does not touch waits
    /// until somebody asks for it. A module that has not changed is taken over from the `former` state with its
    /// contexts, connections and validated keys.
    static func load(
        _ path: String?, extras: [ExtraModule], _ counts: ExchangeCounts, _ memory: AnswerMemory,
        replacing former: AgentState? = nil
    ) throws(InputError) -> AgentState {
        let begun = WatchedFiles.Stamp.now
        let configuration = try Configuration.load(path)
        let files = configuration.watchedFiles(beside: path)
        // What was written while it was read may have been read or not: a watch must look again.
        let stamps = files.stamps.filter { !$0.value.hasChanged(since: begun) }
        var surroundings = PreparedModule.Surroundings()
        (surroundings.counts, surroundings.memory) = (counts, memory)
        var modules: [String: ModuleSlot] = [:]
        for (name, module) in configuration.modules {
            let isSame =
                former?.configuration.modules[name] == module
                && module.files.allSatisfy {
                    stamps[$0] != nil && stamps[$0] == former?.stamps[$0]
                }
            if isSame, let kept = former?.modules[name] {
                modules[name] = kept
                continue
            }
            let slot = ModuleSlot(module, named: name, in: surroundings)
            // Without `default` nothing can be probed: its reason ends the start.
            if name == "default" || Module.builtIn[name] != module { _ = try slot.prepared() }
            modules[name] = slot
        }
        var probes: [ConfiguredProbe] = []
        for target in configuration.targets {
            probes.append(try ConfiguredProbe(target, modules))
        }
        return AgentState(
            configuration, modules, extras: extras, probes: probes, files: files, stamps: stamps)
    }

    private init(
        _ configuration: Configuration, _ modules: [String: ModuleSlot],
        extras: [ExtraModule], probes: [ConfiguredProbe], files: WatchedFiles,
        stamps: [String: WatchedFiles.Stamp]
    ) {
        (self.configuration, self.modules, self.extras) = (configuration, modules, extras)
        (self.probes, self.files, self.stamps) = (probes, files, stamps)
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
        guard let slot = modules[name ?? "default"] else {
            let known = (modules.keys + extras.map(\.module.name)).sorted()
            throw InputError(
                "there is no module \"\(name ?? "default")\"; there are \(known.joined(separator: ", "))"
            )
        }
        return try slot.prepared()
    }

    /// No probe takes longer.
    var longestTimeout: Duration {
        configuration.modules.values.map(\.timeout).max() ?? .zero
    }

    var moduleNames: [String] { Array(modules.keys) }

    /// Hits and misses of all modules' key caches.
    var keyCacheStatistics: (hits: Int, misses: Int) {
        let prepared = modules.values.compactMap(\.existing) + extras.map(\.module)
        return prepared.map(\.keyCache.statistics).reduce((0, 0)) {
            ($0.0 + $1.hits, $0.1 + $1.misses)
        }
    }
}
