/// Why bytes are no DNS message, or a text is no DNS data.
package enum DNSError: Error, Hashable, Sendable {
    /// A field or a length runs past the end of what is there.
    case truncated
    /// Bytes are left over where the format has ended.
    case trailingBytes
    /// A compression pointer that does not point strictly backwards, or a reserved label type.
    case compression
    /// Over 63 bytes in a label or over 255 in a name (RFC 1035 2.3.4).
    case nameTooLong
    /// A field holds what its format does not allow.
    case malformed(String)
    /// A presentation-format text is wrong; `line` counts from 1.
    case text(line: Int, String)
}

extension DNSError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .truncated: "the message ends in the middle of a field"
        case .trailingBytes: "bytes are left over at the end"
        case .compression: "a compression pointer does not point backwards"
        case .nameTooLong: "a label is longer than 63 bytes or a name longer than 255"
        case .malformed(let what): what
        case .text(let line, let what): "line \(line): \(what)"
        }
    }
}
