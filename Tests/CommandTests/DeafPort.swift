import Glibc
import Peers

/// A loopback port whose UDP socket is never read and whose TCP connections are never accepted, for as long as this
/// process lives.
func deafPort() throws -> UInt16 {
    for _ in 0..<20 {
        let udp = socket(AF_INET, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        let tcp = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var name = sockaddr_in()
        name.sin_family = sa_family_t(AF_INET)
        name.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &name) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(udp, $0, length) == 0 && getsockname(udp, $0, &length) == 0
                    && bind(tcp, $0, length) == 0 && listen(tcp, 16) == 0
            }
        }
        if isBound { return UInt16(bigEndian: name.sin_port) }
        close(udp)
        close(tcp)
    }
    throw PeerError("no deaf port on loopback")
}
