import Configuration
import Exposition
import Probe
import Sockets

/// Probes every target of the configuration for one scrape, as many at once as there are places for.
struct TargetsScrape: Sendable {
    private let agent: Agent
    private let probes: [ConfiguredProbe]
    private let limit: Int
    /// What the scrape has in all; nil where the scraper does not say.
    private let budget: Duration?

    struct Result {
        /// In the order of the configuration.
        var families: [MetricFamily] = []
        /// Targets for which there was no place or not enough time.
        var skipped = 0
    }

    init(_ agent: Agent, _ state: AgentState, budget: Duration?) {
        (self.agent, self.budget) = (agent, budget)
        (probes, limit) = (state.probes, state.configuration.limits.concurrentProbes)
    }

    func run() async -> Result {
        let longest = probes.map(\.module.timeout).max() ?? .zero
        let deadline = Deadline.now + (budget ?? longest)
        var result = Result()
        let reports = await withTaskGroup(of: (Int, Report).self) { group in
            var reports: [(Int, Report)] = []
            for (index, probe) in probes.enumerated() {
                var hasPlace = agent.metrics.enter(limit: limit)
                while !hasPlace, let finished = await group.next() {
                    reports.append(finished)
                    hasPlace = agent.metrics.enter(limit: limit)
                }
                let left = min(probe.module.timeout, deadline - .now)
                // Half of its time is the least by which a target can be judged fairly.
                guard hasPlace, left * 2 >= min(probe.module.timeout, budget ?? longest) else {
                    if hasPlace { agent.metrics.leave() }
                    result.skipped += 1
                    continue
                }
                group.addTask(executorPreference: EventLoops.next()) {
                    (index, await run(probe, left))
                }
            }
            for await finished in group { reports.append(finished) }
            return reports
        }
        for (index, report) in reports.sorted(by: { $0.0 < $1.0 }) {
            result.families += report.metricFamilies(leading: probes[index].labels)
        }
        return result
    }

    private func run(_ probe: ConfiguredProbe, _ budget: Duration) async -> Report {
        defer { agent.metrics.leave() }
        let report = await Probe(probe.module)(probe.target, budget: budget)
        agent.metrics.note(report)
        agent.recent.add(report)
        return report
    }
}
