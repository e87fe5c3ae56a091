import Foundation
import Synchronization

/// A daemon in the foreground, stopped with this value and, by a guarding shell, with this process.
package final class Daemon: Sendable {
    /// What tells that a daemon answers.
    package enum Sign: Sendable {
        case port(String, Int)
        case log(String)
    }

    private let guardian: Child
    private let lifeline: Mutex<Int32?>
    private let logPath: String
    private let name: String

    /// Starts a program and returns once it answers; throws its log when it ends or takes too long.
    package init(
        _ program: String, _ arguments: [String], in directory: String, until sign: Sign,
        environment: [String: String] = [:], seconds: Double = 20
    ) async throws {
        name = URL(fileURLWithPath: program).lastPathComponent
        logPath = "\(directory)/\(name)-\(UUID().uuidString.prefix(8)).log"
        let pipe = try Lifeline()
        lifeline = Mutex(pipe.writing)
        defer { close(pipe.reading) }
        let log = try open(logPath, writing: true)
        defer { close(log) }
        guardian = try Child(
            "/usr/bin/env",
            ["-C", directory, "bash", "-c", Self.script, "guard", try Program.path(program)]
                + arguments,
            environment: environment,
            descriptors: [pipe.reading, log, log])

        let deadline = ContinuousClock.now + .seconds(seconds)
        while !hasShown(sign) {
            guard guardian.isRunning, ContinuousClock.now < deadline else {
                let state = guardian.isRunning ? "is silent" : "has ended"
                throw PeerError("\(name) \(state):\n\(self.log)")
            }
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    /// Everything that the daemon has written so far.
    package var log: String { read(logPath) }

    /// Ends the daemon, by force after five seconds, and returns when it is gone.
    package func stop() async {
        cut()
        _ = await guardian.wait()
    }

    deinit { cut() }

    private func cut() {
        lifeline.withLock { writing in
            if let writing { close(writing) }
            writing = nil
        }
    }

    private func hasShown(_ sign: Sign) -> Bool {
        switch sign {
        case .port(let address, let port): answers(address, port)
        case .log(let text): log.contains(text)
        }
    }

    // The watcher reads a pipe whose other end only the test process holds. A parent-death signal
    // would not do: it is sent when the *thread* that started the child ends.
    private static let script = """
        exec 3<&0
        "$@" </dev/null 3<&- &
        daemon=$!
        {
            read -r _ <&3
            kill $daemon
            for moment in {1..50}; do kill -0 $daemon || exit; sleep 0.1; done
            kill -KILL $daemon
        } 2>/dev/null >/dev/null &
        watcher=$!
        exec 3<&-
        trap '' INT TERM HUP
        wait $daemon
        status=$?
        kill $watcher 2>/dev/null
        exit $status
        """
}

/// Whether something accepts TCP connections there.
package func answers(_ address: String, _ port: Int) -> Bool {
    withSocket(address, port) { socket, name, length in connect(socket, name, length) == 0 }
}

/// A TCP port of the address that nothing listens on, another one for each caller: who asked before may not listen yet.
package func freePort(on address: String = "127.0.0.1") -> Int {
    var port = boundPort(on: address)
    for _ in 0..<100 where !givenPorts.withLock({ $0.insert(port).inserted }) {
        port = boundPort(on: address)
    }
    return port
}

private let givenPorts = Mutex<Set<Int>>([])

private func boundPort(on address: String) -> Int {
    var port = 0
    _ = withSocket(address, 0) { socket, name, length in
        var bound = sockaddr_in()
        var size = length
        guard bind(socket, name, length) == 0 else { return false }
        let got = withUnsafeMutablePointer(to: &bound) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(socket, $0, &size) }
        }
        port = Int(UInt16(bigEndian: bound.sin_port))
        return got == 0
    }
    return port
}

private func withSocket(
    _ address: String, _ port: Int,
    _ body: (Int32, UnsafePointer<sockaddr>, socklen_t) -> Bool
) -> Bool {
    let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    guard socket >= 0 else { return false }
    defer { close(socket) }
    var name = sockaddr_in()
    name.sin_family = sa_family_t(AF_INET)
    name.sin_port = in_port_t(UInt16(truncatingIfNeeded: port)).bigEndian
    inet_pton(AF_INET, address, &name.sin_addr)
    return withUnsafePointer(to: name) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            body(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
        }
    }
}
