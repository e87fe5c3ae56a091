import Exposition
import Probe
import Synchronization

/// What the agent counts about itself.
final class AgentMetrics: Sendable {
    private struct Counted {
        var probes: [Key: Int] = [:]
        var refusals: [Refusal: Int] = [:]
        var inFlight = 0
        var durations = Histogram(bounds: AgentMetrics.bounds)
        var reload: (succeeded: Bool, at: Int64)?
        var lastGoodReload: Int64?
    }

    private struct Key: Hashable {
        let module: String
        let outcome: String
    }

    /// Why a request gets no probe.
    enum Refusal: String, CaseIterable {
        /// As many probes run as `limits.concurrent_probes` allows.
        case limit
        /// `limits.targets` does not have it.
        case target
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

    func noteRefusal(_ reason: Refusal) {
        counted.withLock { $0.refusals[reason, default: 0] += 1 }
    }

    func noteReload(succeeded: Bool, at now: Int64) {
        counted.withLock { counted in
            counted.reload = (succeeded, now)
            if succeeded { counted.lastGoodReload = now }
        }
    }

    func families(
        modules: [String], exchanges: [ExchangeCounts.Key: Int],
        keyCache: (hits: Int, misses: Int), skipped: Int
    ) -> [MetricFamily] {
        let counted = counted.withLock { $0 }
        var families = [
            MetricFamily(
                "trustpath_build_info", "The version that runs.",
                samples: [Sample(1, ["version": Trustpath.version])]),
            MetricFamily(
                "trustpath_config_last_reload_successful", "Whether the last reload succeeded.",
                value: counted.reload?.succeeded == true ? 1 : 0),
            MetricFamily(
                "trustpath_config_last_reload_success_timestamp_seconds",
                "When the configuration was last read well.",
                value: counted.lastGoodReload.map(Double.init)),
            MetricFamily(
                "trustpath_probes_in_flight", "Probes that run now.",
                value: Double(counted.inFlight)),
            MetricFamily(
                "trustpath_probe_duration_seconds", "How long probes took.", kind: .histogram,
                samples: counted.durations.samples()),
        ]
        families.append(
            MetricFamily(
                "trustpath_targets_skipped",
                "Configured targets for which this scrape had no place or no time.",
                value: Double(skipped)))
        families.append(probes(counted, modules))
        families.append(
            MetricFamily(
                "trustpath_probes_refused_total", "Requests that got no probe, by reason.",
                kind: .counter,
                samples: Refusal.allCases.map {
                    Sample(Double(counted.refusals[$0] ?? 0), ["reason": $0.rawValue])
                }))
        families.append(Self.exchanges(exchanges))
        families.append(
            MetricFamily(
                "trustpath_key_cache_hits_total", "Zones whose validated keys were at hand.",
                kind: .counter, value: Double(keyCache.hits)))
        families.append(
            MetricFamily(
                "trustpath_key_cache_misses_total", "Zones whose keys had to be fetched.",
                kind: .counter, value: Double(keyCache.misses)))
        return families + ProcessMetrics.families
    }

    /// From zero on, for every module that there is: a counter that begins at 1 hides its first event from rate().
    private func probes(_ counted: Counted, _ modules: [String]) -> MetricFamily {
        var probes = counted.probes
        for module in modules {
            for outcome in ["success", "failure"] {
                probes[Key(module: module, outcome: outcome), default: 0] += 0
            }
        }
        let sorted = probes.sorted {
            ($0.key.module, $0.key.outcome) < ($1.key.module, $1.key.outcome)
        }
        return MetricFamily(
            "trustpath_probes_total", "Probes run, by module and outcome.", kind: .counter,
            samples: sorted.map { key, count in
                Sample(Double(count), ["module": key.module, "outcome": key.outcome])
            })
    }

    private static func exchanges(_ counts: [ExchangeCounts.Key: Int]) -> MetricFamily {
        let sorted = counts.sorted {
            ($0.key.transport, $0.key.outcome) < ($1.key.transport, $1.key.outcome)
        }
        return MetricFamily(
            "trustpath_dns_exchanges_total", "DNS questions put, by transport and outcome.",
            kind: .counter,
            samples: sorted.map { key, count in
                Sample(Double(count), ["transport": key.transport, "outcome": key.outcome])
            })
    }
}

extension Duration {
    var seconds: Double {
        Double(components.seconds) + Double(components.attoseconds) / 1e18
    }
}
