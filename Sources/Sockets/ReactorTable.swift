/// Every wait there is; whoever removes one from here ends it. And the jobs that are due.
struct ReactorTable {
    /// A descriptor and who waits on it.
    struct Source {
        let descriptor: Int32
        var waits: [Reactor.Wait] = []
        /// What the kernel was last told; empty once its one shot was seen.
        var armed: Reactor.Interest = []
        var isRegistered = false
    }

    /// What waits for its turn, or for its deadline.
    private struct Newcomer {
        let continuation: CheckedContinuation<Void, Never>
        let deadline: Deadline
    }

    private enum Sleep {
        case awake, forever
        case until(Deadline)
    }

    private var sources: [UInt64: Source] = [:]
    private var deadlines = DeadlineQueue()
    private var living = 0
    private var sleep = Sleep.awake
    private var ended: [(Reactor.Wait, Reactor.Outcome)] = []
    private var jobs: [UnownedJob] = []
    private var newcomers: [Newcomer] = []
    /// When the next newcomer may begin while others wait for the network.
    private var nextBeginning = Deadline.now

    typealias Register = (_ source: UInt64, Source) throws(Errno) -> Void

    /// Tells the kernel what the source now waits for, unless it knows.
    mutating func arm(
        _ wait: Reactor.Wait, on descriptor: Int32, with register: Register
    ) throws(Errno) {
        var source = sources[wait.id.source] ?? Source(descriptor: descriptor)
        let wanted = source.waits.reduce(wait.interest) { $0.union($1.interest) }
        guard !source.armed.isSuperset(of: wanted) else { return }
        source.armed.formUnion(wanted)
        try register(wait.id.source, source)
        source.isRegistered = true
        sources[wait.id.source] = source
    }

    /// Enters a wait for its deadline alone, on a source that has no descriptor; true when the sleeping thread must look.
    mutating func insert(sleeper: Reactor.Wait, until deadline: Deadline) -> Bool {
        sources[sleeper.id.source] = Source(descriptor: -1)
        return insert(sleeper, by: deadline)
    }

    /// Enters a wait on an armed source; true when the sleeping thread must look at its deadline.
    mutating func insert(_ wait: Reactor.Wait, by deadline: Deadline?) -> Bool {
        sources[wait.id.source]?.waits.append(wait)
        living += 1
        guard let deadline else { return false }
        let entry = DeadlineQueue.Entry(deadline: deadline, wait: wait.id)
        deadlines.insert(entry, living: living) { [sources] id in
            sources[id.source]?.waits.contains { $0.id == id } ?? false
        }
        switch sleep {
        case .awake: return false
        case .until(let end) where end <= deadline: return false
        case .until, .forever:
            sleep = .awake
            return true
        }
    }

    /// True when the thread sleeps and must be woken.
    mutating func insert(_ job: UnownedJob) -> Bool {
        jobs.append(job)
        return endSleep()
    }

    /// True when the thread sleeps and must be woken.
    mutating func insert(
        newcomer: CheckedContinuation<Void, Never>, by deadline: Deadline
    ) -> Bool {
        newcomers.append(Newcomer(continuation: newcomer, deadline: deadline))
        return endSleep()
    }

    private mutating func endSleep() -> Bool {
        if case .awake = sleep { return false }
        sleep = .awake
        return true
    }

    /// The jobs; and of the newcomers those that may wait no longer and, where there is nothing else to do and one may
    /// begin, the one that has waited longest.
    mutating func takeDue(
        hasEvents: Bool
    ) -> (jobs: [UnownedJob], newcomers: [CheckedContinuation<Void, Never>]) {
        defer { jobs = [] }
        guard !newcomers.isEmpty else { return (jobs, []) }
        let now = Deadline.now
        let isIdle = jobs.isEmpty && !hasEvents
        var taken = isIdle && mayBegin(at: now) ? [newcomers.removeFirst()] : []
        taken += newcomers.filter { $0.deadline <= now }
        newcomers.removeAll { $0.deadline <= now }
        if !taken.isEmpty { nextBeginning = now + Self.interval }
        return (jobs, taken.map(\.continuation))
    }

    /// Whether few waits are under way, or those that came last have had some time.
    private func mayBegin(at now: Deadline) -> Bool {
        living < Self.fewWaits || nextBeginning <= now
    }

    mutating func remove(_ id: Reactor.WaitID) -> Reactor.Wait? {
        guard let index = sources[id.source]?.waits.firstIndex(where: { $0.id == id }) else {
            return nil
        }
        living -= 1
        return sources[id.source]?.waits.remove(at: index)
    }

    mutating func removeSource(_ number: UInt64) -> Source? {
        guard let source = sources.removeValue(forKey: number) else { return nil }
        living -= source.waits.count
        return source
    }

    /// Ends the waits that an event is for, and arms the source again for the others.
    ///
    /// An event of a source that is gone, or for which nobody waits any more, means nothing.
    mutating func collect(
        _ event: Reactor.Interest, on number: UInt64, with register: Register
    ) {
        guard var source = sources[number] else { return }
        source.armed = []
        let concernsAll = !event.isDisjoint(with: [.failure, .hangUp])
        let outcome = Reactor.Outcome.ready(hasError: event.contains(.failure))
        let waits = source.waits
        source.waits = []
        for wait in waits {
            if concernsAll || !event.isDisjoint(with: wait.interest) {
                ended.append((wait, outcome))
            } else {
                source.waits.append(wait)
                source.armed.formUnion(wait.interest)
            }
        }
        if !source.armed.isEmpty {
            do {
                try register(number, source)
            } catch {
                ended += source.waits.map { ($0, .failed(error)) }
                source.waits = []
                source.armed = []
            }
        }
        living -= waits.count - source.waits.count
        sources[number] = source
    }

    mutating func collectExpired(at now: Deadline) {
        while let entry = deadlines.popFirst(at: now) {
            if let wait = remove(entry.wait) { ended.append((wait, .timedOut)) }
        }
    }

    mutating func takeEnded() -> [(Reactor.Wait, Reactor.Outcome)] {
        defer { ended = [] }
        return ended
    }

    /// Notes until when the thread sleeps, and answers it in milliseconds, -1 for ever.
    ///
    /// Rounds up: a thread awake before the deadline would only spin.
    mutating func fallAsleep(at now: Deadline) -> Int32 {
        guard jobs.isEmpty, newcomers.isEmpty || !mayBegin(at: now) else { return 0 }
        let beginning = newcomers.isEmpty ? nil : nextBeginning
        guard let end = [deadlines.first?.deadline, beginning].compactMap(\.self).min() else {
            sleep = .forever
            return -1
        }
        sleep = .until(end)
        let (seconds, attoseconds) = now.duration(to: end).components
        if seconds < 0 || attoseconds < 0 { return 0 }
        let milliseconds = min(seconds, 1_000_000) * 1000
        return Int32(milliseconds + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
    }

    mutating func wakeUp() {
        sleep = .awake
    }

    /// Of about two probes.
    private static let fewWaits = 12
    /// Between beginnings, about what a probe computes: so many are under way as the network makes wait, and no more.
    private static let interval = Duration.milliseconds(2)
}
