import Glibc
import Synchronization

@testable import Sockets

/// An actor on a thread of its own, in a network namespace of its own: a socket that opens in one
/// of its methods is a socket of that namespace, wherever it is used later.
actor NetworkNamespace {
    private let thread: NamespaceThread

    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    init() {
        // A loop that a socket of the namespace's starts would stay in it.
        for _ in 0..<16 { _ = EventLoops.next() }
        thread = NamespaceThread()
    }

    /// Whether this host lets us make namespaces, and has `ip`.
    static let isAllowed = run("unshare -n ip link set lo up 2>/dev/null")

    /// The thread's number, by which `ip link set … netns` finds the namespace.
    func threadID() -> String {
        var room = [CChar](repeating: 0, count: 64)
        let count = readlink("/proc/thread-self", &room, room.count)
        let bytes = room.prefix(max(count, 0)).map { UInt8(bitPattern: $0) }
        return String(decoding: bytes, as: UTF8.self).split(separator: "/").last.map(String.init)
            ?? ""
    }

    /// Runs shell commands in the namespace; false when one of them fails.
    func shell(_ commands: String) -> Bool {
        Self.run("set -e\n" + commands)
    }

    /// Calls on the namespace's thread.
    func perform<Value: Sendable, Failure>(
        _ body: @Sendable (isolated NetworkNamespace) async throws(Failure) -> Value
    ) async throws(Failure) -> Value {
        try await body(self)
    }

    private static func run(_ commands: String) -> Bool {
        let arguments = ["sh", "-c", commands].map { (word: String) in strdup(word) } + [nil]
        defer { for argument in arguments { free(argument) } }
        var child = pid_t()
        guard posix_spawn(&child, "/bin/sh", nil, nil, arguments, environ) == 0 else {
            return false
        }
        var status: Int32 = 0
        while waitpid(child, &status, 0) < 0, errno == EINTR {}
        return status == 0
    }
}

/// Runs an actor's jobs one by one on a thread that has left the network of its process.
private final class NamespaceThread: SerialExecutor, @unchecked Sendable {
    private let jobs = Mutex<[UnownedJob]>([])
    private let pending = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)

    init() {
        sem_init(pending, 0, 0)
        var thread = pthread_t()
        // The namespaces end with the process: nobody waits for the thread.
        pthread_create(&thread, nil, runNamespace, Unmanaged.passRetained(self).toOpaque())
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        jobs.withLock { $0.append(job) }
        sem_post(pending)
    }

    fileprivate func run() -> Never {
        leaveNetwork()
        while true {
            guard sem_wait(pending) == 0 else { continue }
            let job = jobs.withLock { $0.removeFirst() }
            job.runSynchronously(on: asUnownedSerialExecutor())
        }
    }

    /// Calls unshare(CLONE_NEWNET), which Swift's Glibc module does not declare.
    private func leaveNetwork() {
        guard let symbol = dlsym(nil, "unshare") else { abort() }
        typealias Unshare = @convention(c) (Int32) -> Int32
        guard unsafeBitCast(symbol, to: Unshare.self)(0x4000_0000) == 0 else { abort() }
    }
}

private func runNamespace(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let argument else { return nil }
    Unmanaged<NamespaceThread>.fromOpaque(argument).takeUnretainedValue().run()
}
