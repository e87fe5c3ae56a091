import Glibc

/// SIGTERM, SIGINT and SIGHUP as a stream, by a thread that waits for them.
enum Signals {
    static let hangup = SIGHUP
    private static let handled = [SIGTERM, SIGINT, SIGHUP]

    /// Must run before any other thread starts: threads inherit the mask.
    static func block() {
        var set = signalSet()
        pthread_sigmask(SIG_BLOCK, &set, nil)
        // A reader that goes away is an error of a write, not the end of the program.
        signal(SIGPIPE, SIG_IGN)
    }

    static var stream: AsyncStream<Int32> {
        AsyncStream { continuation in
            Thread {
                var set = signalSet()
                var number: Int32 = 0
                while sigwait(&set, &number) == 0 { continuation.yield(number) }
            }.run()
        }
    }

    private static func signalSet() -> sigset_t {
        var set = sigset_t()
        sigemptyset(&set)
        for number in handled { sigaddset(&set, number) }
        return set
    }
}

/// A detached thread that runs one closure.
private struct Thread {
    private let body: @Sendable () -> Void

    init(_ body: @escaping @Sendable () -> Void) { self.body = body }

    func run() {
        let box = Unmanaged.passRetained(Box(body))
        var thread = pthread_t()
        let status = pthread_create(
            &thread, nil,
            { pointer in
                guard let pointer else { return nil }
                Unmanaged<Box>.fromOpaque(pointer).takeRetainedValue().body()
                return nil
            }, box.toOpaque())
        if status == 0 { pthread_detach(thread) } else { box.release() }
    }

    private final class Box: Sendable {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }
}
