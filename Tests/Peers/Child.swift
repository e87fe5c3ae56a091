import Foundation
import Glibc
import Synchronization

/// A child process. Foundation's `Process` is not used: two of them started at once on Linux crash
/// each other while they list the open descriptors.
final class Child: Sendable {
    private struct State {
        var status: Int32?
        var waiters: [CheckedContinuation<Int32, Never>] = []
    }
    private let state = Mutex(State())
    /// Held while a child starts, and while a program is written that is to be started: between fork and exec a child
    /// holds every open file, and one that somebody may write to cannot be run (ETXTBSY).
    static let starting = Mutex(())

    /// Starts a program by its path; the descriptors become 0, 1 and 2, and no other is inherited.
    init(
        _ path: String, _ arguments: [String], environment: [String: String] = [:],
        descriptors: [Int32]
    ) throws {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for (number, descriptor) in descriptors.enumerated() {
            posix_spawn_file_actions_adddup2(&actions, descriptor, Int32(number))
        }
        // Closing what is not open is no error here; the Glibc module has no "close all".
        for descriptor in Int32(descriptors.count)..<1024 {
            posix_spawn_file_actions_addclose(&actions, descriptor)
        }

        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        sigaddset(&signals, SIGPIPE)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        posix_spawnattr_setflags(
            &attributes, Int16(POSIX_SPAWN_SETSIGMASK) | Int16(POSIX_SPAWN_SETSIGDEF))

        let merged = ProcessInfo.processInfo.environment.merging(environment) { _, given in given }
        var pid: pid_t = 0
        let code = Self.starting.withLock { _ in
            withArray([path] + arguments) { arguments in
                withArray(merged.map { "\($0.key)=\($0.value)" }) { environment in
                    posix_spawn(&pid, path, &actions, &attributes, arguments, environment)
                }
            }
        }
        guard code == 0 else { throw PeerError("\(path): \(String(cString: strerror(code)))") }
        let child = pid
        Thread.detachNewThread { [self] in end(reap(child)) }
    }

    var isRunning: Bool { state.withLock { $0.status == nil } }

    /// The exit status, or 128 and the signal, as a shell tells it.
    func wait() async -> Int32 {
        await withCheckedContinuation { waiter in
            let status = state.withLock { state in
                if state.status == nil { state.waiters.append(waiter) }
                return state.status
            }
            if let status { waiter.resume(returning: status) }
        }
    }

    private func end(_ status: Int32) {
        let waiters = state.withLock { state in
            state.status = status
            return state.waiters
        }
        for waiter in waiters { waiter.resume(returning: status) }
    }
}

private func reap(_ pid: pid_t) -> Int32 {
    var status: Int32 = 0
    while waitpid(pid, &status, 0) < 0, errno == EINTR {}
    let signal = status & 0x7f
    return signal == 0 ? status >> 8 & 0xff : 128 + signal
}

private func withArray<Result>(
    _ texts: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
) -> Result {
    let pointers = texts.map { strdup($0) } + [nil]
    defer { for pointer in pointers { free(pointer) } }
    return body(pointers)
}

/// A pipe whose writing end only this process holds, so that its end means that it is gone.
struct Lifeline: Sendable {
    let reading: Int32
    let writing: Int32

    init() throws {
        var ends: [Int32] = [-1, -1]
        // A child that starts in between would hold the writing end too, and nothing would ever end it.
        let isMade = Child.starting.withLock { _ in
            pipe(&ends) == 0 && ends.allSatisfy { fcntl($0, F_SETFD, FD_CLOEXEC) == 0 }
        }
        guard isMade else { throw PeerError("no pipe: errno \(errno)") }
        (reading, writing) = (ends[0], ends[1])
    }
}

/// Opens a file for a child, created empty when it is to be written.
func open(_ path: String, writing: Bool) throws -> Int32 {
    let flags = (writing ? O_WRONLY | O_CREAT | O_APPEND : O_RDONLY) | O_CLOEXEC
    let descriptor = Glibc.open(path, flags, 0o644)
    guard descriptor >= 0 else {
        throw PeerError("\(path): \(String(cString: strerror(errno)))")
    }
    return descriptor
}
