import DNS

/// That a policy exists, and which, at `_mta-sts.` of the domain (RFC 8461 3.1).
struct MTASTSRecord: Hashable, Sendable {
    /// Changes whenever the policy does.
    let id: String?
    let faults: [String]

    static func isOne(_ text: String) -> Bool {
        TagList(text).tags.first.map { $0 == ("v", "STSv1") } ?? false
    }

    init(_ text: String) {
        var tags = TagList(text)
        id = tags["id"]
        if let id, (1...32).contains(id.utf8.count),
            id.utf8.allSatisfy({ $0.isLetter || $0.isDigit })
        {
        } else {
            tags.fault("the policy's id is not 1 to 32 letters and digits")
        }
        faults = tags.faults
    }
}

/// A policy as the policy host serves it (RFC 8461 3.2).
struct MTASTSPolicy: Hashable, Sendable {
    private(set) var mode: Mode?
    /// Seconds.
    private(set) var maxAge: Int?
    /// In their order: names, or `*.` and a name.
    private(set) var patterns: [String] = []
    /// The same: whole names, and those that one label may stand below.
    private var hosts: Set<Name> = []
    private var parents: Set<Name> = []
    /// A clause each; any of them makes the policy void.
    private(set) var faults: [String] = []

    enum Mode: String, Hashable, Sendable {
        case enforce, testing, none
    }

    /// Takes the body, lines of `key: value` with CRLF or LF.
    init(_ body: String) {
        var seen: Set<String> = []
        for line in body.utf8.split(omittingEmptySubsequences: true, whereSeparator: { $0 == 10 }) {
            let text = String(decoding: line, as: UTF8.self).trimmed
            guard !text.isEmpty else { continue }
            guard let colon = text.firstIndex(of: ":") else {
                fault("the line \"\(text.plain(limit: 64))\" is no key with a value")
                continue
            }
            let key = String(text[..<colon]).trimmed
            // Of any but mx only the first counts (RFC 8461 3.2).
            guard seen.insert(key).inserted || key == "mx" else { continue }
            take(key, String(text[text.index(after: colon)...]).trimmed)
        }
        if !seen.contains("version") { faults.append("it has no version") }
        if !seen.contains("mode") { faults.append("it has no mode") }
        if !seen.contains("max_age") { faults.append("it has no max_age") }
        if patterns.isEmpty, mode != MTASTSPolicy.Mode.none { faults.append("it names no mx") }
    }

    /// Whether mail may go to this host; `*` stands for exactly one label (RFC 8461 4.1).
    func covers(_ host: Name) -> Bool {
        hosts.contains(host) || !host.isRoot && parents.contains(host.suffix(host.labelCount - 1))
    }

    private mutating func take(_ key: String, _ value: String) {
        switch key {
        case "version":
            if value != "STSv1" { fault("its version is \"\(value.plain(limit: 32))\"") }
        case "mode":
            mode = Mode(rawValue: value)
            if mode == nil { fault("its mode is \"\(value.plain(limit: 32))\"") }
        case "max_age":
            if value.utf8.allSatisfy(\.isDigit), let age = Int(value), age <= Self.longestAge {
                maxAge = age
            } else {
                fault("its max_age is \"\(value.plain(limit: 32))\"")
            }
        case "mx":
            let isWildcard = value.hasPrefix("*.")
            let text = isWildcard ? String(value.dropFirst(2)) : value
            if !text.isEmpty, !text.contains("*"), let name = Name(text) {
                patterns.append(value)
                if isWildcard { parents.insert(name) } else { hosts.insert(name) }
            } else {
                fault("it names the mx \"\(value.plain(limit: 64))\"")
            }
        default: break  // extensions, to be passed over
        }
    }

    private mutating func fault(_ clause: String) {
        if faults.count < Self.mostFaults { faults.append(clause) }
    }

    private static let mostFaults = 16
    private static let longestAge = 31_557_600
}
