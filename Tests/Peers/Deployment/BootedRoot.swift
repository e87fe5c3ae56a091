import Foundation

/// A Debian root with systemd running as its first process: a machine as its services see it, on this machine's network.
package final class BootedRoot: Sendable {
    private let root: DebianRoot
    private let daemon: Daemon
    /// The process number of its systemd, as seen from outside.
    private let first: String

    /// Boots, and returns when every service has been started or has failed.
    package init(_ root: DebianRoot) async throws {
        self.root = root
        let directory = try await Ground.shared.value.newDirectory("boot")
        let number = try await Ground.shared.value.number
        daemon = try await Daemon(
            "bash", ["-ec", Self.script, "boot", root.path, "trustpath-tests-\(number)"],
            in: directory, until: .log("booting "), environment: DebianRoot.environment)
        guard let line = daemon.log.firstMatch(of: #/booting ([0-9]+)\n/#) else {
            throw PeerError("no first process: \(daemon.log)")
        }
        first = String(line.1)
        let deadline = ContinuousClock.now + .seconds(60)
        while true {
            let state = try await run("systemctl", ["is-system-running", "--wait"])
            // Whether all of a bare system's own services succeed is not the question.
            if ["running\n", "degraded\n"].contains(state.output) { return }
            guard ContinuousClock.now < deadline else {
                throw PeerError("systemd is \(state.output)\(state.errors)")
            }
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    /// Runs a program beside the services.
    package func run(
        _ program: String, _ arguments: [String], seconds: Int = 60
    ) async throws -> CommandResult {
        try await Peers.run(
            "nsenter",
            ["--target", first, "--mount", "--pid", "--uts", "--ipc", "--cgroup"]
                + ["--root", "--wd", program] + arguments,
            environment: DebianRoot.environment, seconds: seconds)
    }

    /// Runs a program that must succeed; what a service said in the meantime is told where it does not.
    @discardableResult
    package func check(_ program: String, _ arguments: [String]) async throws -> String {
        let result = try await run(program, arguments)
        guard result.status == 0 else {
            let journal = try await run("journalctl", ["--no-pager", "--lines", "50"])
            let command = ([program] + arguments).joined(separator: " ")
            throw PeerError("\(command): \(result.output)\(result.errors)\(journal.output)")
        }
        return result.output
    }

    package func stop() async { await daemon.stop() }

    /// `boot ROOT GROUP`: control groups below GROUP, which is removed at the end.
    private static let script = """
        root=$1
        # The second version of control groups alone, or beside the first one.
        groups=
        for folder in /sys/fs/cgroup/systemd /sys/fs/cgroup/unified; do
            [ ! -d $folder ] || groups+=" $folder/$2"
        done
        groups=${groups:-/sys/fs/cgroup/$2}
        clean() {
            for group in $groups; do
                [ ! -d "$group" ] || find "$group" -depth -type d -exec rmdir {} ';' || true
            done
        }
        clean
        for group in $groups; do mkdir "$group"; done
        (
            for group in $groups; do echo $BASHPID >"$group/cgroup.procs"; done
            exec unshare --mount --pid --uts --ipc --cgroup --fork --kill-child bash -ec '
                cd "$1"
                mount --bind . .
                cd "$1"
                mount -t proc proc proc
                mount -t sysfs sys sys
                for folder in dev run tmp; do mount -t tmpfs -o mode=755 "$folder" "$folder"; done
                chmod 1777 tmp
                for device in null zero full random urandom tty; do
                    touch "dev/$device"
                    mount --bind "/dev/$device" "dev/$device"
                done
                mkdir dev/pts dev/shm dev/mqueue
                mount -t devpts -o newinstance,ptmxmode=0666 devpts dev/pts
                ln -s pts/ptmx dev/ptmx
                mount -t tmpfs shm dev/shm
                if [ -d /sys/fs/cgroup/systemd ]; then
                    mount -t tmpfs cgroup sys/fs/cgroup
                    mkdir sys/fs/cgroup/systemd sys/fs/cgroup/unified
                    mount -t cgroup -o none,name=systemd cgroup sys/fs/cgroup/systemd
                    mount -t cgroup2 cgroup2 sys/fs/cgroup/unified || rmdir sys/fs/cgroup/unified
                else
                    mount -t cgroup2 cgroup2 sys/fs/cgroup
                fi
                mkdir run/outside
                pivot_root . run/outside
                exec /usr/bin/env -i container=test PATH="$PATH" /bin/sh -c \\
                    "umount -l /run/outside; cd /; mount --make-rshared /; exec /lib/systemd/systemd" \\
                    >/dev/null 2>&1
            ' root "$root"
        ) &
        outer=$!
        trap 'kill -KILL $first 2>/dev/null || true; wait $outer || true; clean; exit' TERM
        until first=$(pgrep -P $outer); do sleep 0.02; done
        echo "booting $first"
        wait $outer || true
        clean
        """
}
