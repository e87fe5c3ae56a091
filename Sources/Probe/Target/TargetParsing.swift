import Addresses
package import DNS
import IDNA

extension Target {
    /// Reads `name`, `name:port`, `[v6]:port`, an IP literal, or `scheme://name[:port]`; Unicode names are IDNA2008.
    package init(parsing text: String) throws(InputError) {
        guard !text.isEmpty else { throw InputError("the target is empty") }
        guard text.utf8.count <= 1024 else {
            throw InputError("the target is longer than 1024 bytes")
        }
        var rest = text[...]
        var service: ServiceProtocol?
        if let (before, behind) = rest.parted(by: "://") {
            let scheme = String(before)
            guard let known = ServiceProtocol(rawValue: scheme.lowercased()) else {
                throw InputError(
                    "the target \"\(text)\" has the unknown scheme \"\(scheme)\"; known are "
                        + ServiceProtocol.allCases.map(\.rawValue).joined(separator: ", "))
            }
            service = known
            rest = behind
            if rest.utf8.last == UInt8(ascii: "/") { rest = Substring(rest.utf8.dropLast()) }
        }
        let (hostText, portText) = try Self.split(rest, of: text)
        var port: Port?
        if let portText {
            guard let number = SocketAddress.port(portText), number > 0 else {
                throw InputError(
                    "the target \"\(text)\" has the port \"\(portText)\", which is not a number of 1 to 65535"
                )
            }
            port = Port(number, service)
        } else if let service {
            port = Port(service.defaultPort, service)
        }
        self.init(text: text, host: try Self.host(hostText, of: text), port: port)
    }

    /// Parts host and port; IPv6 needs brackets only where a port follows.
    private static func split(
        _ rest: Substring, of text: String
    ) throws(InputError) -> (host: Substring, port: Substring?) {
        if rest.utf8.first == UInt8(ascii: "[") {
            guard let (opened, tail) = rest.parted(by: "]") else {
                throw InputError("the target \"\(text)\" has a bracket that is not closed")
            }
            let host = Substring(opened.utf8.dropFirst())
            guard IPAddress(host)?.family == .ipv6 else {
                throw InputError("the target \"\(text)\" has no IPv6 address in its brackets")
            }
            if tail.isEmpty { return (host, nil) }
            guard tail.first == ":" else {
                throw InputError("the target \"\(text)\" has \"\(tail)\" behind its bracket")
            }
            return (host, tail.dropFirst())
        }
        if IPAddress(rest) != nil { return (rest, nil) }
        guard let (host, port) = rest.parted(by: ":") else { return (rest, nil) }
        guard !port.utf8.contains(UInt8(ascii: ":")) else {
            throw InputError("the target \"\(text)\" is neither an IPv6 address nor NAME:PORT")
        }
        return (host, port)
    }

    private static func host(_ host: Substring, of text: String) throws(InputError) -> Host {
        if let address = IPAddress(host) { return .address(address) }
        return .name(try hostName(String(host), in: "the target \"\(text)\""))
    }

    /// A name that can be looked up, in lower case, from what people write; `place` begins the sentence where it is none.
    package static func hostName(_ text: String, in place: String) throws(InputError) -> Name {
        guard !text.isEmpty, text != "." else { throw InputError("\(place) names no host") }
        // A character that no host name may hold is a slip of the pen, not something to look up.
        if let odd = text.utf8.first(where: { $0 < 0x80 && !isOfHosts($0) }) {
            throw InputError(
                "\(place) has \(quoted(odd)) in its name, which no host name may hold")
        }
        if text.utf8.allSatisfy({ (0x30...0x39).contains($0) || $0 == UInt8(ascii: ".") }) {
            throw InputError("\(place) is neither an IPv4 address nor a name")
        }
        let ascii: String
        do {
            ascii = try IDNA.toASCII(text)
        } catch {
            throw InputError("\(place) is no valid name: \(error)")
        }
        do {
            return try Name(parsing: ascii).lowercased
        } catch {
            throw InputError("\(place) is no valid name: \(error)")
        }
    }

    private static func quoted(_ byte: UInt8) -> String {
        byte < 0x20 || byte == 0x7f
            ? "the control character \(byte)" : "\"\(Unicode.Scalar(byte))\""
    }

    private static func isOfHosts(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"),
            UInt8(ascii: "."), UInt8(ascii: "*"):
            true
        default: false
        }
    }
}

extension Substring {
    /// What stands before the first `mark`, which is ASCII, and what behind it; nil where there is none.
    ///
    /// By bytes: a combining character behind a mark does not hide it.
    func parted(by mark: String) -> (before: Substring, behind: Substring)? {
        guard let first = mark.utf8.first else { return nil }
        var rest = utf8
        while let start = rest.firstIndex(of: first) {
            rest = rest[start...]
            if rest.starts(with: mark.utf8) {
                return (self[..<start], Substring(rest.dropFirst(mark.utf8.count)))
            }
            rest = rest.dropFirst()
        }
        return nil
    }
}
