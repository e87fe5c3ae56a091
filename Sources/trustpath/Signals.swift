import Glibc

/// SIGTERM, SIGINT and SIGHUP as a stream, through a pipe.
///
/// Blocking them and waiting with sigwait would not do: once an asynchronous `main` is under way, Dispatch lets the
/// main thread sleep in sigsuspend with nothing blocked, and the default action ends the program there.
enum Signals {
    static let hangup = SIGHUP
    private static let handled = [SIGTERM, SIGINT, SIGHUP]

    /// A reader that goes away is an error of a write, not the end of the program.
    static func ignoreBrokenPipes() { signal(SIGPIPE, SIG_IGN) }

    /// Takes the signals over from the first call on; they do not end the program any more.
    static var stream: AsyncStream<Int32> {
        AsyncStream { continuation in
            let reading = pipe.reading
            for number in handled { signal(number, writeToPipe) }
            Thread {
                var byte: UInt8 = 0
                while true {
                    let count = read(reading, &byte, 1)
                    if count == 1 { continuation.yield(Int32(byte)) }
                    if count == 0 || count < 0 && errno != EINTR { return }
                }
            }.run()
        }
    }

    /// Made once, before the handler that writes to it is set.
    fileprivate static let pipe: (reading: Int32, writing: Int32) = {
        var ends: [Int32] = [-1, -1]
        _ = Glibc.pipe(&ends)
        return (ends[0], ends[1])
    }()
}

/// Runs within any thread's work: nothing but `write`, and errno as it was.
private func writeToPipe(_ number: Int32) {
    let error = errno
    var byte = UInt8(truncatingIfNeeded: number)
    _ = write(Signals.pipe.writing, &byte, 1)
    errno = error
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
