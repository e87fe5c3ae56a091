/// What a server said in plaintext and no one has read yet; bounded, whatever it says.
struct Heard: Sendable {
    private var bytes: [UInt8] = []
    private var start = 0
    private var total = 0
    private var lines = 0

    var isEmpty: Bool { start == bytes.count }
    var rest: ArraySlice<UInt8> { bytes[start...] }

    mutating func append(_ more: some Collection<UInt8>) throws(StartTLSFailure) {
        total += more.count
        guard total <= Self.mostBytes else { throw .tooMuch("\(Self.mostBytes) bytes") }
        bytes += more
    }

    mutating func skip(_ count: Int) { start = min(start + count, bytes.count) }

    mutating func byte() -> UInt8? {
        guard let first = rest.first else { return nil }
        start += 1
        return first
    }

    /// The next line without its end, CRLF or LF; nil until it is whole.
    mutating func line() throws(StartTLSFailure) -> String? {
        guard let end = rest.firstIndex(of: UInt8(ascii: "\n")) else {
            guard rest.count <= Self.longestLine else {
                throw .tooMuch("\(Self.longestLine) bytes in a line")
            }
            return nil
        }
        lines += 1
        guard end - start <= Self.longestLine, lines <= Self.mostLines else {
            let isLong = end - start > Self.longestLine
            throw .tooMuch(
                isLong ? "\(Self.longestLine) bytes in a line" : "\(Self.mostLines) lines")
        }
        var line = bytes[start..<end]
        if line.last == UInt8(ascii: "\r") { line.removeLast() }
        start = end + 1
        return String(decoding: line, as: UTF8.self)
    }

    /// The next line with the literals in it, `{5}` or `{5+}` at a line's end and so many bytes behind it (RFC 5804
    /// 1.2); each stands there as a quoted string, in which what would end it is blanked. Nil until all is whole.
    mutating func lineWithLiterals() throws(StartTLSFailure) -> String? {
        let before = (start, lines)
        var text = ""
        while let part = try line() {
            guard let (before, length) = Self.literal(atEndOf: part) else { return text + part }
            text += before
            guard text.utf8.count + length <= Self.longestLine else {
                throw .tooMuch("\(Self.longestLine) bytes in a line")
            }
            guard rest.count >= length else { break }
            let literal = rest.prefix(length).map { Self.endsString($0) ? 0x20 : $0 }
            text += "\"\(String(decoding: literal, as: UTF8.self))\""
            skip(length)
        }
        (start, lines) = before
        return nil
    }

    private static func literal(atEndOf line: String) -> (before: String, length: Int)? {
        guard line.utf8.last == UInt8(ascii: "}"),
            let open = line.utf8.lastIndex(of: UInt8(ascii: "{"))
        else { return nil }
        var digits = line.utf8[line.utf8.index(after: open)...].dropLast()
        if digits.last == UInt8(ascii: "+") { digits = digits.dropLast() }
        guard !digits.isEmpty, digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        // A number of more digits is too long for a line all the same.
        let length = Int(String(decoding: digits.prefix(10), as: UTF8.self)) ?? longestLine
        return (String(line[..<open]), length)
    }

    private static func endsString(_ byte: UInt8) -> Bool {
        [UInt8(ascii: "\""), UInt8(ascii: "\\"), 0x0d, 0x0a].contains(byte)
    }

    /// RFC 5321 4.5.3.1.5 has 512 for a reply line; capabilities of IMAP are longer.
    static let longestLine = 4096
    static let mostLines = 256
    static let mostBytes = 64 << 10
}

extension StartTLSFailure {
    fileprivate static func tooMuch(_ what: String) -> StartTLSFailure {
        StartTLSFailure(.banner, "the server says more than \(what) before TLS")
    }
}
