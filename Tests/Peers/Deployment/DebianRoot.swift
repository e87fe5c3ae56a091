import Foundation

/// A minimal Debian in a directory of its own, unpacked from what scripts/debian-root made. Programs run in it as in a
/// container: with mounts and process numbers of their own, on this machine's network.
package final class DebianRoot: Sendable {
    /// Where its files are.
    package let path: String

    package init(_ name: String) async throws {
        guard FileManager.default.fileExists(atPath: Self.archive) else {
            throw PeerError("\(Self.archive) is missing: run scripts/debian-root")
        }
        path = try await Ground.shared.value.newDirectory(name)
        try await Peers.check(
            "tar", ["-xf", Self.archive, "-C", path, "--numeric-owner"], seconds: 120)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Runs a program that must succeed, as root, and returns its output.
    @discardableResult
    package func check(
        _ program: String, _ arguments: [String], seconds: Int = 120
    ) async throws -> String {
        try await Peers.check(
            "unshare", Self.enter([path, "-", program] + arguments),
            environment: Self.environment, seconds: seconds)
    }

    /// Runs a program to its end, as root.
    package func run(
        _ program: String, _ arguments: [String], seconds: Int = 120
    ) async throws -> CommandResult {
        try await Peers.run(
            "unshare", Self.enter([path, "-", program] + arguments),
            environment: Self.environment, seconds: seconds)
    }

    /// Runs a program as a container would: as a user (`UID:GID`) without any privilege, on a file system that cannot be
    /// written to, in a network namespace.
    package func run(
        as user: String, in network: String, _ command: [String], seconds: Int = 30
    ) async throws -> CommandResult {
        try await Peers.run(
            "ip", Self.confine(network, [path, user] + command), environment: Self.environment,
            seconds: seconds)
    }

    /// Starts such a program as a daemon.
    package func daemon(
        as user: String, in network: String, _ command: [String], until sign: Daemon.Sign
    ) async throws -> Daemon {
        try await Daemon(
            "ip", Self.confine(network, [path, user] + command),
            in: try await Ground.shared.value.newDirectory("log"), until: sign,
            environment: Self.environment)
    }

    private static func confine(_ network: String, _ arguments: [String]) -> [String] {
        ["netns", "exec", network, "unshare"] + enter(arguments)
    }

    /// Installs a package, and what it needs, as an administrator does.
    package func install(_ package: String) async throws -> String {
        let name = URL(fileURLWithPath: package).lastPathComponent
        try FileManager.default.copyItem(atPath: package, toPath: "\(path)/tmp/\(name)")
        defer { try? FileManager.default.removeItem(atPath: "\(path)/tmp/\(name)") }
        return try await check("apt-get", ["install", "-y", "/tmp/\(name)"])
    }

    /// Every file but the system's own records of what was installed when, each with its kind.
    package func files() async throws -> Set<String> {
        let records = [
            "./proc", "./dev", "./tmp", "./var/log", "./var/cache", "./var/lib/apt",
            "./var/lib/dpkg", "./var/lib/systemd/deb-systemd-helper-enabled", "./etc/ld.so.cache",
        ]
        let pruned = records.flatMap { ["-path", $0, "-o"] }.dropLast()
        let text = try await Peers.check(
            "find", ["."] + ["("] + pruned + [")", "-prune", "-o", "-printf", "%y %p\\n"],
            in: path)
        return Set(text.split(separator: "\n").map { String($0) })
    }

    private static func enter(_ arguments: [String]) -> [String] {
        ["--mount", "--pid", "--fork", "--kill-child", "bash", "-ec", script, "enter"] + arguments
    }

    static let archive = "/var/cache/trustpath-tests/debian-root.tar"
    static let environment = [
        "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        "DEBIAN_FRONTEND": "noninteractive", "HOME": "/",
    ]

    /// `enter ROOT USER COMMAND…`, the user `-` for root with all its rights.
    private static let script = """
        root=$1 user=$2
        shift 2
        mount --bind "$root" "$root"
        mount -t proc proc "$root/proc"
        mount -t tmpfs -o mode=755 dev "$root/dev"
        for device in null zero full random urandom; do
            touch "$root/dev/$device"
            mount --bind "/dev/$device" "$root/dev/$device"
        done
        [ "$user" != - ] || exec chroot "$root" "$@"
        mount -o remount,bind,ro "$root"
        # A process that takes another user loses the signal of its parent's death: this shell keeps it, and all of its
        # process numbers end with it.
        status=0
        chroot "$root" setpriv --reuid "${user%:*}" --regid "${user#*:}" --clear-groups \\
            --no-new-privs --bounding-set -all --inh-caps -all "$@" || status=$?
        exit $status
        """
}
