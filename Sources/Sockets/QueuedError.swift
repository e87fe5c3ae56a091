import Addresses
import CLinux

/// An entry of a socket's error queue (`ip(7)`, IP_RECVERR).
struct QueuedError: Hashable, Sendable {
    let error: Errno
    /// Nil when our own host queued it.
    let icmp: ICMP?

    /// Fragmentation needed or packet too big: the kernel lowers the path MTU by itself.
    var isPathMTU: Bool {
        switch (icmp?.origin, icmp?.type, icmp?.code) {
        case (.v4, 3, 4), (.v6, 2, _): true
        default: false
        }
    }

    /// Takes all entries off the queue, oldest first.
    static func drain(_ descriptor: Int32) -> [QueuedError] {
        var entries: [QueuedError] = []
        var entry = clinux_queued_error()
        while clinux_next_queued_error(descriptor, &entry) == 1 {
            entries.append(QueuedError(entry))
        }
        return entries
    }

    private init(_ entry: clinux_queued_error) {
        let offender = withUnsafeBytes(of: entry.offender) {
            IPAddress(bytes: Array($0.prefix(Int(entry.offender_length))))
        }
        error = Errno(entry.error)
        let origin: ICMP.Origin? =
            switch Int32(entry.origin) {
            case Int32(SO_EE_ORIGIN_ICMP): .v4
            case Int32(SO_EE_ORIGIN_ICMP6): .v6
            default: nil
            }
        icmp = origin.map {
            ICMP(origin: $0, type: entry.type, code: entry.code, from: offender)
        }
    }
}
