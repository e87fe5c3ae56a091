import Glibc
import Synchronization

/// The process's threads that wait for sockets and run tasks: one for every two processors, each started when first needed.
///
/// A task that prefers one of them is resumed on the thread that saw its event: no other thread is woken, and no lock
/// is fought over.
package enum EventLoops {
    private static let loops = Mutex<[Reactor]>([])
    private static let turn = Atomic<Int>(0)
    /// Others live on the host too, and each thread has a heap of its own, as large as its worst moment.
    private static let most = min((sysconf(Int32(_SC_NPROCESSORS_ONLN)) + 1) / 2, 16)

    /// What the next probe should prefer, in turns; nil where no thread can be had.
    package static func next() -> (any TaskExecutor)? {
        let number = turn.wrappingAdd(1, ordering: .relaxed).oldValue
        return try? loop(number & Int.max)
    }

    /// Returns when nothing that was begun before is due on the caller's thread, 2 ms after another that returned where
    /// much is under way, or at the deadline; at once on a thread that is no loop's.
    package static func idle(by deadline: Deadline) async { await own?.idle(by: deadline) }

    /// Returns at the deadline, or when the task is cancelled; without the threads and the wake-ups of `Task.sleep`.
    package static func sleep(until deadline: Deadline) async {
        guard let loop = try? current() else {
            try? await Task.sleep(until: deadline)
            return
        }
        await loop.sleep(until: deadline)
    }

    /// The caller's own, else the first; a failed start is tried again.
    static func current() throws(Errno) -> Reactor {
        if let own { return own }
        return try loop(0)
    }

    /// Nil on a thread that is none of them.
    private static var own: Reactor? { loops.withLock { $0.first(where: \.isCurrent) } }

    /// Lends room for what one call reads: a loop's own on its thread, else made for the call. Answers are small, and what
    /// is kept of them is copied out in its own size.
    static func withRoom<Value>(
        atMost limit: Int, _ body: (UnsafeMutableRawBufferPointer) throws(Errno) -> Value
    ) throws(Errno) -> Value {
        if let own, limit <= own.room.count {
            return try body(UnsafeMutableRawBufferPointer(rebasing: own.room[..<limit]))
        }
        let room = UnsafeMutableRawBufferPointer.allocate(byteCount: limit, alignment: 16)
        defer { room.deallocate() }
        return try body(room)
    }

    private static func loop(_ number: Int) throws(Errno) -> Reactor {
        try loops.withLock { loops throws(Errno) in
            let index = number % max(most, 1)
            if index < loops.count { return loops[index] }
            // In order, so that none is left out: the next one takes the place of those not started yet.
            let started = try Reactor.started()
            loops.append(started)
            return started
        }
    }
}

extension Reactor: TaskExecutor {
    func enqueue(_ job: consuming ExecutorJob) { add(UnownedJob(job)) }
}
