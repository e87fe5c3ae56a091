import CMicroHTTPD
import Glibc

/// An address to listen on: `:10853` (every address, IPv6 and IPv4), `192.0.2.1:80`, `[::1]:80`.
struct ListenAddress {
    let text: String
    /// Nil for every address of the host.
    private let host: Host?
    private let port: UInt16

    private enum Host {
        case ipv4(in_addr)
        case ipv6(in6_addr)
    }

    init(_ text: String) throws(HTTPServerError) {
        guard let colon = text.lastIndex(of: ":"),
            let port = Self.port(text[text.index(after: colon)...])
        else { throw .invalidAddress(text) }
        let host = text[..<colon]
        self.text = text
        self.port = port
        if host.isEmpty || host == "[::]" {
            self.host = nil
        } else if host.first == "[", host.last == "]" {
            var address = in6_addr()
            guard inet_pton(AF_INET6, String(host.dropFirst().dropLast()), &address) == 1 else {
                throw .invalidAddress(text)
            }
            self.host = .ipv6(address)
        } else {
            var address = in_addr()
            guard inet_pton(AF_INET, String(host), &address) == 1 else {
                throw .invalidAddress(text)
            }
            self.host = .ipv4(address)
        }
    }

    private static func port(_ text: Substring) -> UInt16? {
        guard (1...5).contains(text.utf8.count),
            text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
        else { return nil }
        return UInt16(text)
    }

    /// A listening, non-blocking socket that the caller owns, and its port.
    func listen() throws(HTTPServerError) -> (socket: Int32, port: UInt16) {
        switch host {
        case .ipv4(let address): return try listen(at: address)
        case .ipv6(let address): return try listen(at: address, only: true)
        case nil:
            do {
                return try listen(at: in6addr_any, only: false)
            } catch .cannotListen(_, EAFNOSUPPORT) {
                return try listen(at: in_addr(s_addr: 0))
            }
        }
    }

    private func listen(at address: in_addr) throws(HTTPServerError) -> (Int32, UInt16) {
        var name = sockaddr_in()
        name.sin_family = sa_family_t(AF_INET)
        name.sin_port = port.bigEndian
        name.sin_addr = address
        let socket = try open(AF_INET)
        return (socket, try bind(socket, to: &name) { UInt16(bigEndian: $0.sin_port) })
    }

    private func listen(
        at address: in6_addr, only: Bool
    ) throws(HTTPServerError) -> (Int32, UInt16) {
        var name = sockaddr_in6()
        name.sin6_family = sa_family_t(AF_INET6)
        name.sin6_port = port.bigEndian
        name.sin6_addr = address
        let socket = try open(AF_INET6)
        set(IPV6_V6ONLY, of: Int32(IPPROTO_IPV6), to: only ? 1 : 0, on: socket)
        return (socket, try bind(socket, to: &name) { UInt16(bigEndian: $0.sin6_port) })
    }

    private func open(_ family: Int32) throws(HTTPServerError) -> Int32 {
        let type =
            Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
            | Int32(SOCK_NONBLOCK.rawValue)
        let socket = Glibc.socket(family, type, 0)
        guard socket >= 0 else { throw .cannotListen(text, errno) }
        // Lets a restarted agent listen while connections of the former one are in TIME_WAIT.
        set(SO_REUSEADDR, of: SOL_SOCKET, to: 1, on: socket)
        return socket
    }

    private func set(_ option: Int32, of level: Int32, to value: Int32, on socket: Int32) {
        var value = value
        setsockopt(socket, level, option, &value, socklen_t(MemoryLayout<Int32>.size))
    }

    /// Binds and listens; closes the socket on failure.
    private func bind<Name>(
        _ socket: Int32, to name: inout Name, port: (Name) -> UInt16
    ) throws(HTTPServerError) -> UInt16 {
        var length = socklen_t(MemoryLayout<Name>.size)
        let failed = withUnsafeMutablePointer(to: &name) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                Glibc.bind(socket, address, length) != 0 || Glibc.listen(socket, 1024) != 0
                    || getsockname(socket, address, &length) != 0
            }
        }
        if failed {
            let reason = errno
            close(socket)
            throw .cannotListen(text, reason)
        }
        return port(name)
    }
}
