import Configuration
import Logging
import Probe
import Sockets
import Synchronization

/// Every target of the configuration probed once, as many at a time as there are places for.
///
/// Any number of scrapes may wait for it; each takes what is there when its own time is over.
final class TargetRun: Sendable {
    let deadline: Deadline
    private let probes: [ConfiguredProbe]
    private let state = Mutex(State())

    private struct State {
        var reports: [(index: Int, report: Report)] = []
        var skipped: [Int] = []
        var isFinished = false
        var waiters: [Int: Waiter] = [:]
        var lastWaiter = 0
    }

    private struct Waiter {
        let continuation: CheckedContinuation<Void, Never>
        var timer: Task<Void, Never>?
    }

    /// What one scrape shows.
    struct Result {
        /// In the order of the configuration.
        var reports: [(probe: ConfiguredProbe, report: Report)] = []
        /// Targets for which there was no place or not enough time.
        var skipped = 0
    }

    /// `budget` is what the scrape has in all; nil where the scraper does not say.
    init(_ probes: [ConfiguredProbe], budget: Duration?) {
        self.probes = probes
        deadline = .now + (budget ?? Self.longest(probes))
    }

    var isFinished: Bool { state.withLock { $0.isFinished } }

    /// The targets that are done by now.
    var result: Result {
        let reports = state.withLock { $0.reports }.sorted { $0.index < $1.index }
        return Result(
            reports: reports.map { (probes[$0.index], $0.report) },
            skipped: probes.count - reports.count)
    }

    /// Probes them all; cancelled when nobody waits any more.
    func callAsFunction(_ agent: Agent, limit: Int) async {
        await withTaskGroup(of: Void.self) { group in
            let whole = deadline - .now
            for (index, probe) in probes.enumerated() {
                var hasPlace = agent.metrics.enter(limit: limit)
                while !hasPlace, hasTime(for: probe, of: whole), !Task.isCancelled {
                    // Places that others hold come back without a word.
                    if await group.next() == nil { try? await Task.sleep(for: Self.pause) }
                    hasPlace = agent.metrics.enter(limit: limit)
                }
                let left = min(probe.module.timeout, deadline - .now)
                guard hasPlace, hasTime(for: probe, of: whole), !Task.isCancelled else {
                    if hasPlace { agent.metrics.leave() }
                    state.withLock { $0.skipped.append(index) }
                    continue
                }
                group.addTask(executorPreference: EventLoops.next()) {
                    await self.run(probe, index, agent, left)
                }
            }
        }
        finish()
        if !Task.isCancelled { logSkipped(agent) }
    }

    /// Half of its time is the least by which a target can be judged fairly.
    private func hasTime(for probe: ConfiguredProbe, of whole: Duration) -> Bool {
        let timeout = probe.module.timeout
        return min(timeout, deadline - .now) * 2 >= min(timeout, whole)
    }

    private func run(_ probe: ConfiguredProbe, _ index: Int, _ agent: Agent, _ budget: Duration)
        async
    {
        defer { agent.metrics.leave() }
        let report = await Probe(probe.module)(probe.target, budget: budget)
        // Nobody waits any more: what was cut off tells nothing of the target.
        guard !Task.isCancelled else { return }
        agent.metrics.note(report)
        agent.recent.add(report)
        state.withLock { $0.reports.append((index, report)) }
    }

    private func logSkipped(_ agent: Agent) {
        let skipped = state.withLock { $0.skipped }
        guard !skipped.isEmpty else { return }
        let names = skipped.prefix(Self.namesLogged).map { probes[$0].target.text }
        let more = skipped.count > names.count ? " and \(skipped.count - names.count) more" : ""
        agent.logger.warning(
            "targets did not fit this scrape",
            metadata: [
                "skipped": "\(skipped.count)", "configured": "\(probes.count)",
                "targets": "\(names.joined(separator: " "))\(more)",
            ])
    }

    private static func longest(_ probes: [ConfiguredProbe]) -> Duration {
        probes.map(\.module.timeout).max() ?? .zero
    }

    private static let pause = Duration.milliseconds(20)
    private static let namesLogged = 50
}

// Waiting.
extension TargetRun {
    /// Returns when the run is finished, at the deadline, or when the task is cancelled.
    func wait(until deadline: Deadline?) async {
        let id = state.withLock { state in
            state.lastWaiter += 1
            return state.lastWaiter
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isFinished = state.withLock { state in
                    if !state.isFinished { state.waiters[id] = Waiter(continuation: continuation) }
                    return state.isFinished
                }
                if isFinished { return continuation.resume() }
                // A cancellation before the waiter was there found nobody to wake.
                if Task.isCancelled { return wake(id) }
                if let deadline { startTimer(id, deadline) }
            }
        } onCancel: {
            wake(id)
        }
    }

    private func startTimer(_ id: Int, _ deadline: Deadline) {
        let timer = Task { [weak self] in
            try? await Task.sleep(for: deadline - .now)
            self?.wake(id)
        }
        let isOver = state.withLock { state in
            state.waiters[id]?.timer = timer
            return state.waiters[id] == nil
        }
        if isOver { timer.cancel() }
    }

    private func wake(_ id: Int) {
        let waiter = state.withLock { $0.waiters.removeValue(forKey: id) }
        waiter?.timer?.cancel()
        waiter?.continuation.resume()
    }

    private func finish() {
        let waiters = state.withLock { state in
            state.isFinished = true
            defer { state.waiters = [:] }
            return Array(state.waiters.values)
        }
        for waiter in waiters {
            waiter.timer?.cancel()
            waiter.continuation.resume()
        }
    }
}
