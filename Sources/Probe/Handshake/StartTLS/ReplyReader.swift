/// A reply of SMTP or FTP, whose lines may be many.
struct ReplyReader: Sendable {
    private var code: Int?
    private var lines: [String] = []

    struct Reply: Hashable, Sendable {
        let code: Int
        /// Behind the code, line by line.
        let lines: [String]

        var isFailure: Bool { code >= 400 }
    }

    /// Nil until the last line is there. In FTP the lines between the first and the last need not begin with the
    /// code (RFC 959 4.2); in SMTP they do (RFC 5321 4.2.1).
    mutating func reply(
        _ heard: inout Heard, linesMayBeFree: Bool = false
    ) throws(StartTLSFailure) -> Reply? {
        while let line = try heard.line() {
            guard let (number, isLast, text) = Self.parts(line), code == nil || number == code
            else {
                guard linesMayBeFree, code != nil else {
                    throw StartTLSFailure(.banner, "what the server says is no reply with a code")
                }
                continue
            }
            lines.append(text)
            code = number
            if isLast {
                defer { self = ReplyReader() }
                return Reply(code: number, lines: lines)
            }
        }
        return nil
    }

    private static func parts(_ line: String) -> (code: Int, isLast: Bool, text: String)? {
        let digits = line.utf8.prefix(3)
        guard digits.count == 3, digits.allSatisfy({ (0x30...0x39).contains($0) }),
            let code = Int(String(line.prefix(3))), (100..<600).contains(code)
        else { return nil }
        let rest = line.dropFirst(3)
        guard let mark = rest.first else { return (code, true, "") }
        guard mark == " " || mark == "-" else { return nil }
        return (code, mark == " ", String(rest.dropFirst()))
    }
}
