import Exposition
import Probe
import Synchronization

/// What the agent counts about itself.
final class AgentMetrics: Sendable {
    private struct Counted {
        var probes: [Key: Int] = [:]
        var inFlight = 0
        var durations = Histogram(bounds: AgentMetrics.bounds)
        var reload: (succeeded: Bool, at: Int64)?
        var lastGoodReload: Int64?
        var skipped = 0
    }

    private struct Key: Hashable {
        let module: String
        let outcome: String
    }

    private let counted = Mutex(Counted())

    /// Seconds, 5 ms to 10 s.
    private static let bounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

    /// Takes a place among the probes that run at once; false when there is none.
    func enter(limit: Int) -> Bool {
        counted.withLock { counted in
            guard counted.inFlight < limit else { return false }
            counted.inFlight += 1
            return true
        }
    }

    func leave() { counted.withLock { $0.inFlight -= 1 } }

    func note(_ report: Report) {
        let key = Key(module: report.moduleName, outcome: report.isSuccess ? "success" : "failure")
        counted.withLock { counted in
            counted.probes[key, default: 0] += 1
            counted.durations.observe(report.durations.total.seconds)
        }
    }

    func noteReload(succeeded: Bool, at now: Int64) {
        counted.withLock { counted in
            counted.reload = (succeeded, now)
            if succeeded { counted.lastGoodReload = now }
        }
    }

    func families(
        exchanges: [ExchangeCounts.Key: Int], keyCache: (hits: Int, misses: Int)
    ) -> [MetricFamily] {
        let counted = counted.withLock { $0 }
        return [
            .one(
                "trustpath_build_info", "The version that runs.", 1,
                [("version", Trustpath.version)]),
            .one(
                "trustpath_config_last_reload_successful", "Whether the last reload succeeded.",
                counted.reload?.succeeded == true ? 1 : 0),
            .one(
                "trustpath_config_last_reload_success_timestamp_seconds",
                "When the configuration was last read well.", Double(counted.lastGoodReload ?? 0)),
            MetricFamily(
                "trustpath_probes_total", "Probes run, by module and outcome.", kind: .counter,
                counted.probes.sorted {
                    ($0.key.module, $0.key.outcome) < ($1.key.module, $1.key.outcome)
                }
                .map { key, count in
                    Sample([("module", key.module), ("outcome", key.outcome)], Double(count))
                }),
            .one("trustpath_probes_in_flight", "Probes that run now.", Double(counted.inFlight)),
            counted.durations.family(
                "trustpath_probe_duration_seconds", "How long probes took."),
            MetricFamily(
                "trustpath_dns_exchanges_total", "DNS questions put, by transport and outcome.",
                kind: .counter,
                exchanges.sorted {
                    ($0.key.transport, $0.key.outcome) < ($1.key.transport, $1.key.outcome)
                }
                .map { key, count in
                    Sample([("transport", key.transport), ("outcome", key.outcome)], Double(count))
                }),
            .one(
                "trustpath_key_cache_hits_total", "Zones whose validated keys were at hand.",
                Double(keyCache.hits), kind: .counter),
            .one(
                "trustpath_key_cache_misses_total", "Zones whose keys had to be fetched.",
                Double(keyCache.misses), kind: .counter),
        ] + ProcessMetrics.families
    }
}

extension Duration {
    var seconds: Double {
        Double(components.seconds) + Double(components.attoseconds) / 1e18
    }
}
