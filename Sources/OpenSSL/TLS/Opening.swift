/// What the first bytes of a peer look like, where a TLS record was due.
package enum Opening: String, Hashable, Sendable {
    case nothing
    /// A TLS record: content type 20 to 23 and major version 3.
    case tls
    case http
    case ssh
    /// "220 …" of SMTP or FTP.
    case smtp
    /// "* OK …" of IMAP.
    case imap
    /// "+OK …" of POP3.
    case pop3
    case otherText
    case otherBytes

    /// Looks at the first bytes only; fewer than five may still be undecided between two cases.
    package init(_ bytes: some Collection<UInt8>) {
        let start = Array(bytes.prefix(16))
        guard let first = start.first else {
            self = .nothing
            return
        }
        if (20...23).contains(first), start.count < 2 || start[1] == 3 {
            self = .tls
            return
        }
        let match = Self.greetings.first { greeting, _ in
            let common = min(greeting.count, start.count)
            return common >= 3 && greeting.prefix(common) == start.prefix(common)
        }
        if let match {
            self = match.1
            return
        }
        let isText = start.allSatisfy { (0x20...0x7e).contains($0) || (9...13).contains($0) }
        self = isText ? .otherText : .otherBytes
    }

    /// What it looks like, as a noun: "an SSH greeting".
    package var words: String {
        switch self {
        case .nothing: "nothing"
        case .tls: "TLS"
        case .http: "an HTTP response"
        case .ssh: "an SSH greeting"
        case .smtp: "an SMTP or FTP greeting"
        case .imap: "an IMAP greeting"
        case .pop3: "a POP3 greeting"
        case .otherText: "text"
        case .otherBytes: "bytes of no known protocol"
        }
    }

    /// Something came, and it was not TLS.
    package var isNotTLS: Bool { self != .nothing && self != .tls }

    private static let greetings: [(ArraySlice<UInt8>, Opening)] = [
        (.http, ["HTTP/", "<htm", "<!DOC"]), (.ssh, ["SSH-"]),
        (.smtp, ["220 ", "220-", "421 ", "554 "]), (.imap, ["* OK", "* BYE", "* PRE"]),
        (.pop3, ["+OK", "-ERR"]),
    ].flatMap { (opening: Opening, texts: [String]) in
        texts.map { (Array($0.utf8)[...], opening) }
    }
}
