import Glibc
import Peers
import Testing

/// Daemons of a process with many open files.
@Suite(.enabled(if: Program.arePresent("bash"), "needs root"))
struct DaemonTests {
    @Test func `A daemon holds no pipe of its neighbours, however many files are open`()
        async throws
    {
        var held: [Int32] = []
        defer { for descriptor in held { close(descriptor) } }
        // Past the descriptors that every child closes, where so many may be open.
        while held.count < 1100 {
            let descriptor = open("/dev/null", O_RDONLY | O_CLOEXEC)
            guard descriptor >= 0 else { break }
            held.append(descriptor)
        }
        let folder = try await Ground.shared.value.newDirectory("neighbours")
        let program = ["-c", "ls -l /proc/self/fd; echo ready; exec sleep 600"]
        let first = try await Daemon("bash", program, in: folder, until: .log("ready"))
        let second = try await Daemon("bash", program, in: folder, until: .log("ready"))
        // Before they are stopped: with the pipe in its own hands a daemon's watcher waits for ever.
        for daemon in [first, second] {
            try #require(!daemon.log.contains("pipe:"), "\(daemon.log)")
        }
        await first.stop()
        await second.stop()
    }
}
