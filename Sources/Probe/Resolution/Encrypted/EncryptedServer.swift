package import Addresses
package import DNS

/// A resolver spoken to inside TLS, and what its certificate must cover.
package struct EncryptedServer: Hashable, Sendable {
    package var service: Service
    /// The authentication name (RFC 8310 8.1); nil where the certificate must cover the address.
    package var name: Name?
    /// Nil where it is looked up by the name.
    package var address: IPAddress?
    package var port: UInt16

    package enum Service: Hashable, Sendable {
        /// DNS over TLS (RFC 7858).
        case tls
        /// DNS over HTTPS (RFC 8484).
        case https(HTTPQuery)
    }

    /// How a DoH server is asked.
    package struct HTTPQuery: Hashable, Sendable {
        /// With its leading slash, and without the template's variable.
        package var path: String
        package var method: Method

        package enum Method: String, Hashable, Sendable {
            /// The query in the URI, so that HTTP caches may answer.
            case get = "GET"
            /// The query in the body, past all caches.
            case post = "POST"
        }
    }

    /// The metrics' `resolver`: as it is written, the port only where it is not the usual one.
    package var label: String {
        let place = address.map { "\(text(of: $0))" }
        let host = [name?.text, place].compactMap { $0 }.joined(separator: "@")
        let tail = port == service.usualPort ? "" : ":\(port)"
        switch service {
        case .tls: return "tls://\(host)\(tail)"
        case .https(let query): return "https://\(host)\(tail)\(query.template)"
        }
    }

    /// What the certificate must cover and HTTP's authority names: a host name, or an address.
    package var host: String { name?.text ?? address?.description ?? "" }

    /// HTTP's `:authority`: the host, and the port where it is not the usual one.
    package var authority: String {
        let host = name?.text ?? address.map { text(of: $0) } ?? ""
        return port == service.usualPort ? host : "\(host):\(port)"
    }

    private func text(of address: IPAddress) -> String {
        address.family == .ipv6 ? "[\(address)]" : "\(address)"
    }
}

extension EncryptedServer.Service {
    package var usualPort: UInt16 {
        switch self {
        case .tls: 853
        case .https: 443
        }
    }
}

extension EncryptedServer.HTTPQuery {
    /// The URI template's path (RFC 8484 3); who wrote `{?dns}` asks for GET.
    package var template: String { method == .get ? path + Self.variable : path }

    private static let variable = "{?dns}"

    /// Reads what stands behind the authority of a URI template; `place` begins the sentence where it cannot be used.
    init(parsing text: Substring, in place: String) throws(InputError) {
        let isTemplate = text.hasSuffix(Self.variable)
        let path = isTemplate ? text.dropLast(Self.variable.count) : text
        guard !path.isEmpty else {
            throw InputError("\(place) has no path; most servers answer at /dns-query")
        }
        let odd = path.unicodeScalars.first {
            !$0.isASCII || $0.value <= 0x20 || $0.value == 0x7f || Self.oddASCII.contains($0)
        }
        if let odd {
            throw InputError(
                "\(place) has \(Self.quoted(odd)) in its path, which may hold it only as a percent code; the "
                    + "template {?dns} may stand at its end")
        }
        guard !isTemplate || !path.contains("?") else {
            throw InputError("\(place) has a query before {?dns}")
        }
        (self.path, method) = (String(path), isTemplate ? .get : .post)
    }

    private static let oddASCII: Set<Unicode.Scalar> = [
        "{", "}", "#", "\"", "<", ">", "\\", "^", "`", "|",
    ]

    private static func quoted(_ scalar: Unicode.Scalar) -> String {
        scalar.value <= 0x20 || scalar.value == 0x7f
            ? "the character \(scalar.value)" : "\"\(scalar)\""
    }
}

extension EncryptedServer {
    /// Reads what follows `tls://` or `https://`: `[NAME@][ADDRESS][:PORT][PATH]`, NAME or ADDRESS or both.
    init(parsing rest: Substring, isHTTPS: Bool, of text: String) throws(InputError) {
        let place = "the resolver \"\(text)\""
        let slash = rest.firstIndex(of: "/") ?? rest.endIndex
        if isHTTPS {
            service = .https(try HTTPQuery(parsing: rest[slash...], in: place))
        } else {
            guard slash == rest.endIndex else {
                throw InputError("\(place) has a path, which only https has")
            }
            service = .tls
        }
        let authority = rest[..<slash]
        let at = authority.lastIndex(of: "@")
        let hostAndPort = at.map { authority[authority.index(after: $0)...] } ?? authority
        let (host, portText) = try Self.split(hostAndPort, in: place)
        port = service.usualPort
        if let portText {
            guard let number = SocketAddress.port(portText), number > 0 else {
                throw InputError(
                    "\(place) has the port \"\(portText)\", which is not a number of 1 to 65535")
            }
            port = number
        }
        if let address = IPAddress(host) {
            guard !address.isUnspecified, !address.isMulticast else {
                throw InputError("\(place) has \(address), which is no server's address")
            }
            self.address = address
        } else if at != nil {
            throw InputError("\(place) has \"\(host)\" behind its \"@\", which is no address")
        } else {
            name = try Self.name(host, in: place)
        }
        if let at { name = try Self.name(authority[..<at], in: place) }
    }

    private static func name(_ text: Substring, in place: String) throws(InputError) -> Name {
        guard IPAddress(text) == nil else {
            throw InputError("\(place) has an address where its certificate's name should stand")
        }
        return try Target.hostName(String(text), in: place)
    }

    /// Parts host and port; IPv6 needs brackets only where a port follows.
    private static func split(
        _ text: Substring, in place: String
    ) throws(InputError) -> (host: Substring, port: Substring?) {
        if text.first == "[" {
            guard let close = text.firstIndex(of: "]") else {
                throw InputError("\(place) has a bracket that is not closed")
            }
            let host = text[text.index(after: text.startIndex)..<close]
            guard IPAddress(host)?.family == .ipv6 else {
                throw InputError("\(place) has no IPv6 address in its brackets")
            }
            let tail = text[text.index(after: close)...]
            if tail.isEmpty { return (host, nil) }
            guard tail.first == ":" else {
                throw InputError("\(place) has \"\(tail)\" behind its bracket")
            }
            return (host, tail.dropFirst())
        }
        if IPAddress(text) != nil { return (text, nil) }
        guard let colon = text.firstIndex(of: ":") else { return (text, nil) }
        return (text[..<colon], text[text.index(after: colon)...])
    }
}
