import Addresses

/// An `http:` URL as certificates hold them (RFC 9110 4.2.1); anything else is refused.
struct HTTPLocation: Hashable, Sendable {
    let host: Target.Host
    let port: UInt16
    /// Host and port as written: the Host field.
    let authority: String
    /// Path and query: what is asked for.
    let path: String

    init?(_ text: String) {
        guard text.utf8.count <= 2048, text.utf8.allSatisfy({ (0x21...0x7e).contains($0) }),
            text.prefix(Self.scheme.count).lowercased() == Self.scheme
        else { return nil }
        let rest = text.dropFirst(Self.scheme.count)
        let end = rest.firstIndex { "/?#".contains($0) } ?? rest.endIndex
        authority = String(rest[..<end])
        // The parser of targets knows hosts and ports, and refuses user information.
        guard let place = try? Target(parsing: authority), !authority.contains("://") else {
            return nil
        }
        (host, port) = (place.host, place.port?.number ?? 80)
        let asked = rest[end...].prefix { $0 != "#" }
        path = asked.first == "/" ? String(asked) : "/" + asked
    }

    private static let scheme = "http://"
}
