import Foundation
import Glibc
import Synchronization

/// What one test process owns on this machine: a directory, the addresses 127.53.N.1 to .254 and
/// fd53:0:0:N::1 to ::fe, and network namespaces named after N. A shell holds them by a lock and gives all of them back as soon
/// as the process ends, however it ends.
package final class Ground: Sendable {
    /// The ground of this process, claimed at first use.
    package static let shared = Task { try Ground() }

    /// N: what keeps concurrent test processes apart.
    package let number: Int
    package let directory: String
    private let lastHost = Mutex(127)
    private let holder: Holder

    private init() throws {
        holder = try Holder()
        guard holder.words.count == 2, let number = Int(holder.words[0]) else {
            throw PeerError("no ground to test on: \(holder.words.joined(separator: " "))")
        }
        self.number = number
        directory = holder.words[1]
    }

    /// 127.53.N.`host`, host 1 to 127: for servers whose place is fixed.
    package func address(_ host: Int) -> String { "127.53.\(number).\(host)" }

    /// fd53:0:0:N::`host`; only an address that loopback carries can be listened on.
    package func address6(_ host: Int) -> String {
        "fd53:0:0:\(String(number, radix: 16))::\(String(host, radix: 16))"
    }

    /// Whether this machine has IPv6 at all.
    package static let hasIPv6 = !read("/proc/net/if_inet6").isEmpty

    /// An address that nobody else in this process was given.
    package func freshAddress() -> String {
        address(
            lastHost.withLock {
                $0 += 1
                return $0
            })
    }

    /// Makes the loopback interface carry an address; BIND binds no other.
    package func carry(_ address: String) async throws {
        let prefix = address.contains(":") ? "128" : "32"
        let added = try await run("ip", ["addr", "add", "\(address)/\(prefix)", "dev", "lo"])
        guard added.status == 0 || added.errors.contains("File exists") else {
            throw PeerError("ip addr add \(address): \(added.errors)")
        }
    }

    /// A new directory that lives as long as the process.
    package func newDirectory(_ name: String) throws -> String {
        let path = "\(directory)/\(name)-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o755])
        return path
    }
}

/// The shell behind the ground; it reads until this process is gone, then cleans up.
private struct Holder: Sendable {
    /// What the shell said: the number and the directory, or why there are none.
    let words: [String]
    // Never closed: the kernel closes it with the process, and the shell cleans up.
    private let lifeline: Int32

    init() throws {
        let (input, output) = (try Lifeline(), try Lifeline())
        _ = try Child(
            "/bin/bash", ["-c", Self.script],
            descriptors: [input.reading, output.writing, output.writing])
        lifeline = input.writing
        close(input.reading)
        close(output.writing)
        var text: [UInt8] = []
        var byte: UInt8 = 0
        while Glibc.read(output.reading, &byte, 1) == 1, byte != UInt8(ascii: "\n") {
            text.append(byte)
        }
        close(output.reading)
        words = String(decoding: text, as: UTF8.self).split(separator: " ").map { String($0) }
    }

    private static let script = """
        trap '' INT TERM HUP
        exec 2>/dev/null
        clean() {
            for space in $(ip netns list | cut -d' ' -f1); do
                case $space in trustpath-$number-*) ip netns delete $space;; esac
            done
            for address in $(ip -brief address show dev lo); do
                case $address in 127.53.$number.*) ip address delete $address dev lo;; esac
            done
            for address in $(ip -6 -brief address show dev lo); do
                case $address in
                fd53:0:0:$(printf %x $number)::*) ip address delete $address dev lo;;
                esac
            done
        }
        for number in $(seq 1 254) none; do
            [ $number != none ] || { echo "every block of 127.53.0.0/16 is taken"; exit 1; }
            exec 9>/run/lock/trustpath-peers-$number && flock -n 9 && break
        done
        clean
        directory=$(mktemp -d /tmp/trustpath-peers-XXXXXX)
        chmod 755 $directory
        echo $number $directory
        cat >/dev/null
        for attempt in 1 2 3 4 5 6 7 8 9 10; do
            rm -rf $directory && break
            sleep 0.3
        done
        clean
        """
}

/// A fixture that could not be made, in one sentence.
package struct PeerError: Error, CustomStringConvertible {
    package let description: String
    package init(_ description: String) { self.description = description }
}
