/// Path and query of a request line (RFC 9112 3.2), percent-decoded; never fails.
struct RequestTarget: Sendable {
    let path: String
    let query: [(name: String, value: String)]

    /// Takes the bytes between method and version.
    init(_ bytes: [UInt8]) {
        let origin = Self.withoutAuthority(bytes[...])
        let mark = origin.firstIndex(of: UInt8(ascii: "?")) ?? origin.endIndex
        path = Self.decode(origin[..<mark], plusIsSpace: false)
        query = origin[mark...].dropFirst().split(separator: UInt8(ascii: "&")).map { pair in
            let equals = pair.firstIndex(of: UInt8(ascii: "=")) ?? pair.endIndex
            return (
                name: Self.decode(pair[..<equals], plusIsSpace: true),
                value: Self.decode(pair[equals...].dropFirst(), plusIsSpace: true)
            )
        }
    }

    /// The absolute form (RFC 9112 3.2.2) that a client sends to a proxy names its authority first.
    private static func withoutAuthority(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        let scheme = Array("http://".utf8)
        guard bytes.prefix(scheme.count).map({ $0 | 0x20 }) == scheme.map({ $0 | 0x20 }) else {
            return bytes
        }
        let rest = bytes.dropFirst(scheme.count)
        let start = rest.firstIndex { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "?") }
        let origin = rest[(start ?? rest.endIndex)...]
        return origin.first == UInt8(ascii: "/") ? origin : [UInt8(ascii: "/")] + origin
    }

    /// A `%` without two hex digits stands for itself; invalid UTF-8 becomes U+FFFD.
    private static func decode(_ bytes: ArraySlice<UInt8>, plusIsSpace: Bool) -> String {
        var decoded: [UInt8] = []
        decoded.reserveCapacity(bytes.count)
        var rest = bytes
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), let high = rest.first.flatMap(hexValue),
                let low = rest.dropFirst().first.flatMap(hexValue)
            {
                decoded.append(high << 4 | low)
                rest = rest.dropFirst(2)
            } else {
                decoded.append(
                    plusIsSpace && byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
            }
        }
        return String(decoding: decoded, as: UTF8.self)
    }

    private static func hexValue(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
