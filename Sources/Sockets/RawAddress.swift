import Addresses
import Glibc

extension SocketAddress {
    /// Calls with the address as the kernel takes it.
    @discardableResult
    func withRaw<Value>(
        _ body: (UnsafePointer<sockaddr>, socklen_t) throws(Errno) -> Value
    ) throws(Errno) -> Value {
        switch address.family {
        case .ipv4:
            var raw = sockaddr_in()
            raw.sin_family = sa_family_t(AF_INET)
            raw.sin_port = port.bigEndian
            raw.sin_addr.s_addr = UInt32(truncatingIfNeeded: address.number).bigEndian
            return try Self.withRaw(of: &raw, body)
        case .ipv6:
            var raw = sockaddr_in6()
            raw.sin6_family = sa_family_t(AF_INET6)
            raw.sin6_port = port.bigEndian
            withUnsafeMutableBytes(of: &raw.sin6_addr) { $0.copyBytes(from: address.bytes) }
            return try Self.withRaw(of: &raw, body)
        }
    }

    private static func withRaw<Raw, Value>(
        of raw: inout Raw, _ body: (UnsafePointer<sockaddr>, socklen_t) throws(Errno) -> Value
    ) throws(Errno) -> Value {
        try withUnsafePointer(to: &raw) { pointer throws(Errno) in
            try pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { raw throws(Errno) in
                try body(raw, socklen_t(MemoryLayout<Raw>.size))
            }
        }
    }

    /// Takes the address that a call fills in, as `getsockname`; nil in a family that is not IP.
    static func fill(
        _ call: (UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<socklen_t>) throws(Errno) ->
            Void
    ) throws(Errno) -> SocketAddress? {
        var raw = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        try withUnsafeMutablePointer(to: &raw) { pointer throws(Errno) in
            try pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address throws(Errno) in
                try call(address, &length)
            }
        }
        return SocketAddress(raw)
    }

    private init?(_ raw: sockaddr_storage) {
        let (address, port) = withUnsafeBytes(of: raw) { bytes -> (IPAddress?, UInt16) in
            // The port stands behind the family in both; the address behind it, or behind the
            // flow label too.
            let port = UInt16(bytes[2]) << 8 | UInt16(bytes[3])
            return switch Int32(raw.ss_family) {
            case AF_INET: (IPAddress(bytes: Array(bytes[4..<8])), port)
            case AF_INET6: (IPAddress(bytes: Array(bytes[8..<24])), port)
            default: (nil, port)
            }
        }
        guard let address else { return nil }
        self.init(address, port: port)
    }
}
