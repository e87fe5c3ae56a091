import CLinux
import Glibc
import Synchronization

/// One thread that waits for descriptors, by one-shot epoll registrations and a queue of deadlines, and runs the tasks
/// that prefer it.
///
/// A wait ends once, by whoever takes it out of the table first: its event, its deadline, the
/// cancellation of its task, or the closing of its descriptor.
final class Reactor: Sendable {
    /// What a wait is for, as bits of epoll.
    struct Interest: OptionSet {
        let rawValue: UInt32
        static let readable = Interest(rawValue: EPOLLIN.rawValue)
        static let writable = Interest(rawValue: EPOLLOUT.rawValue)
        static let failure = Interest(rawValue: EPOLLERR.rawValue)
        static let hangUp = Interest(rawValue: EPOLLHUP.rawValue)
    }

    enum Outcome: Sendable {
        /// The call may be made again; an error may be queued.
        case ready(hasError: Bool)
        case timedOut, cancelled, closed
        /// epoll did not take the descriptor.
        case failed(Errno)
    }

    /// Names a wait for ever: numbers are not used twice, as descriptors are.
    struct WaitID: Hashable, Sendable {
        let source: UInt64
        let number: UInt64
    }

    struct Wait {
        let id: WaitID
        let interest: Interest
        let continuation: CheckedContinuation<Outcome, Never>
    }

    private static let lastNumber = Atomic<UInt64>(0)
    /// Names the eventfd; no source has it.
    private static let wakeNumber: UInt64 = 0

    private let epoll: Int32
    private let wakeUp: Int32
    private let table = Mutex(ReactorTable())
    /// Used by calls on the thread only, one at a time.
    nonisolated(unsafe) let room = UnsafeMutableRawBufferPointer.allocate(
        byteCount: 1 << 16, alignment: 16)
    private let thread = Atomic<pthread_t>(0)

    /// A number that no source and no wait had before.
    static func newNumber() -> UInt64 {
        lastNumber.add(1, ordering: .relaxed).newValue
    }

    /// With a thread of its own, which never ends.
    static func started() throws(Errno) -> Reactor {
        let reactor = try Reactor()
        try reactor.start()
        return reactor
    }

    /// Whether the caller runs on this reactor's thread.
    var isCurrent: Bool { thread.load(ordering: .relaxed) == pthread_self() }

    private init() throws(Errno) {
        epoll = try system { epoll_create1(Int32(EPOLL_CLOEXEC)) }
        do throws(Errno) {
            let flags = Int32(EFD_CLOEXEC | EFD_NONBLOCK)
            wakeUp = try system { eventfd(0, flags) }
        } catch {
            close(epoll)
            throw error
        }
        try register(wakeUp, EPOLL_CTL_ADD, EPOLLIN.rawValue, as: Self.wakeNumber)
    }

    deinit {
        room.deallocate()
        close(wakeUp)
        close(epoll)
    }

    /// Adds a wait on an open descriptor; the caller keeps it open meanwhile.
    ///
    /// An error means that the wait is not in the table and its continuation is still the caller's.
    func add(_ wait: Wait, on descriptor: Int32, by deadline: Deadline?) throws(Errno) {
        let mustWake = try table.withLock { table throws(Errno) in
            try table.arm(wait, on: descriptor, with: setEvents)
            return table.insert(wait, by: deadline)
        }
        if mustWake { wake() }
    }

    /// Has a job run on the thread; safe on every thread.
    func add(_ job: UnownedJob) {
        if table.withLock({ $0.insert(job) }) { wake() }
    }

    /// Returns at the deadline, or when its task is cancelled.
    func sleep(until deadline: Deadline) async {
        let id = WaitID(source: Self.newNumber(), number: Self.newNumber())
        _ = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let wait = Wait(id: id, interest: [], continuation: continuation)
                if table.withLock({ $0.insert(sleeper: wait, until: deadline) }) { wake() }
                // A cancellation before the wait was in the table found nothing to end.
                if Task.isCancelled { end(id, .cancelled) }
            }
        } onCancel: {
            end(id, .cancelled)
        }
        forget(id.source)
    }

    /// Returns when the thread has nothing else to do and either little is under way or the last one began some time ago,
    /// or at the deadline; of those that wait for it one at a time, in their order.
    func idle(by deadline: Deadline) async {
        await withCheckedContinuation { continuation in
            if table.withLock({ $0.insert(newcomer: continuation, by: deadline) }) { wake() }
        }
    }

    /// Ends a wait if it has not ended yet.
    func end(_ id: WaitID, _ outcome: Outcome) {
        table.withLock { $0.remove(id) }?.continuation.resume(returning: outcome)
    }

    /// Forgets a descriptor that is about to be closed, which the kernel's list does by itself (epoll(7)), and ends
    /// every wait on it.
    func forget(_ source: UInt64) {
        let waits = table.withLock { $0.removeSource(source)?.waits ?? [] }
        for wait in waits { wait.continuation.resume(returning: .closed) }
    }

    private func start() throws(Errno) {
        var everySignal = sigset_t()
        var before = sigset_t()
        sigfillset(&everySignal)
        // Signals belong to the program's own threads.
        pthread_sigmask(SIG_SETMASK, &everySignal, &before)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
        var thread = pthread_t()
        let owner = Unmanaged.passRetained(self)
        let code = pthread_create(&thread, nil, reactorThread, owner.toOpaque())
        guard code == 0 else {
            owner.release()
            throw Errno(code)
        }
        pthread_setname_np(thread, "sockets")
        pthread_detach(thread)
    }

    fileprivate func run() -> Never {
        var events = [epoll_event](repeating: epoll_event(), count: 256)
        let executor = asUnownedTaskExecutor()
        thread.store(pthread_self(), ordering: .relaxed)
        while true {
            let timeout = table.withLock { $0.fallAsleep(at: .now) }
            let count = epoll_wait(epoll, &events, Int32(events.count), timeout)
            let ended = table.withLock { table in
                table.wakeUp()
                for event in events.prefix(Int(max(count, 0))) {
                    if event.data.u64 == Self.wakeNumber {
                        clearWakeUp()
                    } else {
                        let happened = Interest(rawValue: event.events)
                        table.collect(happened, on: event.data.u64, with: setEvents)
                    }
                }
                table.collectExpired(at: .now)
                return table.takeEnded()
            }
            for (wait, outcome) in ended { wait.continuation.resume(returning: outcome) }
            // What becomes due meanwhile has its turn after a look at the descriptors.
            let (jobs, newcomers) = table.withLock { $0.takeDue(hasEvents: !ended.isEmpty) }
            for newcomer in newcomers { newcomer.resume() }
            for job in jobs { job.runSynchronously(on: executor) }
        }
    }

    private func setEvents(_ source: UInt64, _ state: ReactorTable.Source) throws(Errno) {
        let operation = state.isRegistered ? EPOLL_CTL_MOD : EPOLL_CTL_ADD
        let events = state.armed.rawValue | EPOLLONESHOT.rawValue
        try register(state.descriptor, operation, events, as: source)
    }

    private func register(
        _ descriptor: Int32, _ operation: Int32, _ events: UInt32, as number: UInt64
    ) throws(Errno) {
        var event = epoll_event()
        event.events = events
        event.data.u64 = number
        try system { epoll_ctl(epoll, operation, descriptor, &event) }
    }

    private func wake() {
        var one: UInt64 = 1
        _ = write(wakeUp, &one, MemoryLayout<UInt64>.size)
    }

    private func clearWakeUp() {
        var count: UInt64 = 0
        _ = read(wakeUp, &count, MemoryLayout<UInt64>.size)
    }
}

private func reactorThread(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let argument else { return nil }
    Unmanaged<Reactor>.fromOpaque(argument).takeUnretainedValue().run()
}
