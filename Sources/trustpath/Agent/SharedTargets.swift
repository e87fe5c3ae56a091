import Configuration
import Probe
import Sockets
import Synchronization

/// The configured targets, probed on the scrape: one run for all scrapers that overlap or come within a second.
///
/// Two Prometheus servers that scrape the same agent for availability cost what one costs.
final class SharedTargets: Sendable {
    private let current = Mutex<Sharing?>(nil)

    private struct Sharing {
        let run: TargetRun
        let task: Task<Void, Never>
        /// Scrapes that wait for it; when the last one hangs up, so does the run.
        var scrapes = 0
    }

    /// `budget` is what this scrape has in all; nil where the scraper does not say.
    func scrape(_ agent: Agent, _ state: AgentState, budget: Duration?) async -> TargetRun.Result {
        guard !state.probes.isEmpty else { return TargetRun.Result() }
        let limit = state.configuration.limits.concurrentProbes
        let (run, isNew) = current.withLock { sharing in
            var joined = sharing ?? start(agent, state, budget, limit)
            let isNew = sharing == nil
            joined.scrapes += 1
            sharing = joined
            return (joined.run, isNew)
        }
        await run.wait(until: isNew ? nil : ownDeadline(budget, of: run))
        leave(run)
        return run.result
    }

    private func start(
        _ agent: Agent, _ state: AgentState, _ budget: Duration?, _ limit: Int
    ) -> Sharing {
        let run = TargetRun(state.probes, budget: budget)
        let task = Task.detached { [self] in
            await run(agent, limit: limit)
            try? await Task.sleep(for: Self.freshness)
            forget(run)
        }
        return Sharing(run: run, task: task)
    }

    /// Nil where the run will end in time by itself: its probes end at the deadline, and are rendered then.
    private func ownDeadline(_ budget: Duration?, of run: TargetRun) -> Deadline? {
        guard let budget else { return nil }
        let deadline = Deadline.now + budget
        return run.deadline <= deadline + Self.tolerance ? nil : deadline
    }

    private func leave(_ run: TargetRun) {
        let abandoned: Task<Void, Never>? = current.withLock { sharing in
            guard sharing?.run === run else { return nil }
            sharing?.scrapes -= 1
            guard let task = sharing?.task, sharing?.scrapes == 0, !run.isFinished else {
                return nil
            }
            sharing = nil
            return task
        }
        abandoned?.cancel()
    }

    private func forget(_ run: TargetRun) {
        current.withLock { sharing in
            if sharing?.run === run { sharing = nil }
        }
    }

    /// How long after its end a run still serves.
    private static let freshness = Duration.seconds(1)
    /// Within the default `--timeout-offset`.
    private static let tolerance = Duration.milliseconds(250)
}
