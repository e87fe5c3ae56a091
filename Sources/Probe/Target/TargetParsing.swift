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
        if let mark = rest.firstRange(of: "://") {
            let scheme = String(rest[..<mark.lowerBound])
            guard let known = ServiceProtocol(rawValue: scheme.lowercased()) else {
                throw InputError(
                    "the target \"\(text)\" has the unknown scheme \"\(scheme)\"; known are "
                        + ServiceProtocol.allCases.map(\.rawValue).joined(separator: ", "))
            }
            service = known
            rest = rest[mark.upperBound...]
            if rest.last == "/" { rest.removeLast() }
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
        if rest.first == "[" {
            guard let close = rest.firstIndex(of: "]") else {
                throw InputError("the target \"\(text)\" has a bracket that is not closed")
            }
            let host = rest[rest.index(after: rest.startIndex)..<close]
            guard IPAddress(host)?.family == .ipv6 else {
                throw InputError("the target \"\(text)\" has no IPv6 address in its brackets")
            }
            let tail = rest[rest.index(after: close)...]
            if tail.isEmpty { return (host, nil) }
            guard tail.first == ":" else {
                throw InputError("the target \"\(text)\" has \"\(tail)\" behind its bracket")
            }
            return (host, tail.dropFirst())
        }
        if IPAddress(rest) != nil { return (rest, nil) }
        guard let colon = rest.firstIndex(of: ":") else { return (rest, nil) }
        let port = rest[rest.index(after: colon)...]
        guard !port.contains(":") else {
            throw InputError("the target \"\(text)\" is neither an IPv6 address nor NAME:PORT")
        }
        return (rest[..<colon], port)
    }

    private static func host(_ host: Substring, of text: String) throws(InputError) -> Host {
        if let address = IPAddress(host) { return .address(address) }
        return .name(try hostName(String(host), in: "the target \"\(text)\""))
    }

    /// A name that can be looked up, in lower case, from what people write; `place` begins the sentence where it is none.
    package static func hostName(_ text: String, in place: String) throws(InputError) -> Name {
        guard !text.isEmpty, text != "." else { throw InputError("\(place) names no host") }
        // A character that no host name may hold is a slip of the pen, not something to look up.
        if let odd = text.unicodeScalars.first(where: {
            $0.isASCII && !allowedASCII.contains(UInt8($0.value))
        }) {
            throw InputError(
                "\(place) has \(quotedScalar(odd)) in its name, which no host name may hold")
        }
        if text.split(separator: ".").allSatisfy({
            $0.utf8.allSatisfy { (0x30...0x39).contains($0) }
        }) {
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

    private static func quotedScalar(_ scalar: Unicode.Scalar) -> String {
        scalar.value < 0x20 || scalar.value == 0x7f
            ? "the control character \(scalar.value)" : "\"\(scalar)\""
    }

    private static let allowedASCII: Set<UInt8> = Set(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.*".utf8)
}
