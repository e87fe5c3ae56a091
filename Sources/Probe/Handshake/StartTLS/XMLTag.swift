/// A tag of an XML stream: its name is all that is read. What XMPP forbids (RFC 6120 11.1: comments, DTDs,
/// CDATA outside of text) is refused, so nothing expands and nothing nests.
struct XMLTag: Hashable, Sendable {
    enum Kind: Hashable, Sendable { case start, end, empty }

    /// Without prefix; `?xml` for the declaration.
    let name: String
    let kind: Kind

    /// Passes over text; nil until the tag is whole.
    init?(_ heard: inout Heard) throws(StartTLSFailure) {
        var (quote, end): (UInt8?, Int?) = (nil, nil)
        let rest = heard.rest
        guard let start = rest.firstIndex(of: UInt8(ascii: "<")) else {
            heard.skip(rest.count)
            return nil
        }
        for index in rest[start...].indices.dropFirst() {
            let byte = rest[index]
            if let open = quote {
                if byte == open { quote = nil }
            } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
                quote = byte
            } else if byte == UInt8(ascii: ">") {
                end = index
                break
            } else if byte == UInt8(ascii: "<") || byte == UInt8(ascii: "!") {
                throw Self.notXML
            }
        }
        guard (end ?? rest.endIndex) - start <= Heard.longestLine else { throw Self.notXML }
        guard let end else { return nil }
        let content = rest[(start + 1)..<end]
        heard.skip(end + 1 - rest.startIndex)
        let isEnd = content.first == UInt8(ascii: "/")
        let isEmpty = content.last == UInt8(ascii: "/")
        let name = content.dropFirst(isEnd ? 1 : 0).prefix { !Self.isSpace($0) && $0 != 0x2f }
        guard !name.isEmpty else { throw Self.notXML }
        let local = name.split(separator: UInt8(ascii: ":")).last ?? name
        self.name = String(decoding: local, as: UTF8.self)
        kind = isEnd ? .end : isEmpty ? .empty : .start
    }

    static let notXML = StartTLSFailure(.banner, "the server does not open a stream as XMPP does")

    static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (9...13).contains(byte) }
}
