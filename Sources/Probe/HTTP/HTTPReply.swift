/// The answer to one GET on a connection that closes behind it (RFC 9112).
struct HTTPReply: Hashable, Sendable {
    let status: Int
    /// Without parameters, in lower case; empty where none is named.
    let contentType: String
    let body: [UInt8]

    /// Takes all that came until the peer closed; nil where it is no whole answer.
    init?(_ bytes: [UInt8]) {
        guard let head = Self.head(bytes), let body = Self.body(bytes[head.end...], head.fields)
        else { return nil }
        status = head.status
        contentType =
            (head.fields["content-type"]?.split(separator: ";").first).map { String($0).trimmed }?
            .lowercased() ?? ""
        self.body = body
    }

    /// How many bytes the head promises, its own among them: some servers leave the connection open whatever they are
    /// asked. `Int.max` where it tells no length; nil while the head is not whole.
    static func promisedCount(_ bytes: [UInt8]) -> Int? {
        guard let head = head(bytes) else { return nil }
        guard head.fields["transfer-encoding"] == nil,
            let count = head.fields["content-length"].flatMap({ Int($0) }), count >= 0
        else { return .max }
        let (sum, isTooMuch) = head.end.addingReportingOverflow(count)
        return isTooMuch ? .max : sum
    }

    /// Status line and fields, by names in lower case, and where the body begins; nil while they are not whole.
    private static func head(
        _ bytes: [UInt8]
    ) -> (status: Int, fields: [String: String], end: Int)? {
        guard let end = headEnd(bytes) else { return nil }
        let lines = bytes[..<end].split(separator: 10).map { line in
            String(decoding: line, as: UTF8.self).trimmed
        }.filter { !$0.isEmpty }
        let words = lines.first?.split(separator: " ", maxSplits: 2) ?? []
        guard words.count >= 2, words[0].hasPrefix("HTTP/1."), words[1].utf8.count == 3,
            let status = Int(words[1]), status >= 100
        else { return nil }
        var fields: [String: String] = [:]
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":") else { return nil }
            fields[line[..<colon].lowercased()] = String(line[line.index(after: colon)...]).trimmed
        }
        return (status, fields, end)
    }

    /// Behind the empty line; nil where none comes in time.
    private static func headEnd(_ bytes: [UInt8]) -> Int? {
        var isLineEmpty = false
        for (index, byte) in bytes.prefix(longestHead).enumerated() {
            if byte == 10 {
                if isLineEmpty { return index + 1 }
                isLineEmpty = true
            } else if byte != 13 {
                isLineEmpty = false
            }
        }
        return nil
    }

    /// Bytes of status line and fields: a body may be long, a head is not.
    private static let longestHead = 16_384

    private static func body(_ rest: ArraySlice<UInt8>, _ fields: [String: String]) -> [UInt8]? {
        if let coding = fields["transfer-encoding"] {
            return coding.lowercased() == "chunked" ? unchunked(rest) : nil
        }
        guard let length = fields["content-length"] else { return Array(rest) }
        guard let count = Int(length), count >= 0, rest.count >= count else { return nil }
        return Array(rest.prefix(count))
    }

    /// RFC 9112 7.1; nil where the last chunk did not come.
    private static func unchunked(_ bytes: ArraySlice<UInt8>) -> [UInt8]? {
        var (rest, body) = (bytes, [UInt8]())
        while let end = rest.firstIndex(of: 10) {
            let line = String(decoding: rest[..<end], as: UTF8.self)
            let digits = (line.split(separator: ";").first).map { String($0).trimmed } ?? ""
            guard (1...6).contains(digits.utf8.count), let size = Int(digits, radix: 16), size >= 0
            else { return nil }
            rest = rest[(end + 1)...]
            guard size > 0 else { return body }
            guard rest.count > size else { return nil }
            body += rest.prefix(size)
            rest = rest.dropFirst(size)
            if rest.first == 13 { rest = rest.dropFirst() }
            guard rest.first == 10 else { return nil }
            rest = rest.dropFirst()
        }
        return nil
    }
}
