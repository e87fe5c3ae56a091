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
