import Addresses

/// An SPF record taken apart (RFC 7208 4.6 and 12), not evaluated.
struct SPFRecord: Hashable, Sendable {
    /// In their order.
    private(set) var terms: [Term] = []
    /// A clause for each syntax error; any of them makes the whole record a permerror.
    private(set) var faults: [String] = []

    /// A mechanism that asks DNS, or a modifier that does.
    enum Term: Hashable, Sendable {
        case include(String)
        /// The target, nil for the domain itself.
        case a(String?)
        case mx(String?)
        case ptr
        case exists(String)
        case redirect(String)
        case all
        /// Nothing is asked for it, or not before mail comes: ip4, ip6, exp and unknown modifiers.
        case other
    }

    /// Whether a TXT record is one at all (RFC 7208 4.5).
    static func isOne(_ text: String) -> Bool {
        text.lowercased().hasPrefix("v=spf1") && (text.utf8.dropFirst(6).first ?? 0x20) == 0x20
    }

    init(_ text: String) {
        var modifiers: Set<String> = []
        for word in text.utf8.dropFirst(6).split(separator: 0x20) {
            let word = String(word) ?? ""
            if let equals = word.utf8.firstIndex(of: UInt8(ascii: "=")),
                word.utf8[..<equals].isModifierName
            {
                modifier(word, at: equals, &modifiers)
            } else {
                mechanism(word)
            }
        }
    }

    /// Those that count towards the limit of 10 (RFC 7208 4.6.4); what `all` hides is never asked.
    var asking: [Term] {
        let mechanisms = terms.prefix { $0 != .all }.filter { term in
            if case .redirect = term { return false }
            return term != .other
        }
        guard !terms.contains(.all) else { return mechanisms }
        return mechanisms
            + terms.filter { if case .redirect = $0 { true } else { false } }
    }

    private mutating func modifier(
        _ word: String, at equals: String.Index, _ seen: inout Set<String>
    ) {
        let name = word[..<equals].lowercased()
        let value = String(word[word.index(after: equals)...])
        guard SPFMacro.isSound(value) else { return fault(word, "a malformed macro") }
        guard name == "redirect" || name == "exp" else { return terms.append(.other) }
        if !seen.insert(name).inserted { note("\(name) stands twice") }
        guard SPFMacro.isDomain(value) else { return fault(word, "no domain") }
        terms.append(name == "redirect" ? .redirect(value) : .other)
    }

    private mutating func mechanism(_ word: String) {
        let bare = word.first.map { "+-?~".contains($0) } == true ? word.dropFirst() : word[...]
        let end = bare.firstIndex { $0 == ":" || $0 == "/" } ?? bare.endIndex
        let name = bare[..<end].lowercased()
        let rest = bare[end...]
        let argument = rest.first == ":" ? String(rest.dropFirst()) : nil
        switch name {
        case "all":
            guard rest.isEmpty else { return fault(word, "something behind all") }
            terms.append(.all)
        case "include", "exists":
            guard let argument, SPFMacro.isDomain(argument) else { return fault(word, "no domain") }
            terms.append(name == "include" ? .include(argument) : .exists(argument))
        case "ptr":
            guard rest.isEmpty || argument.map(SPFMacro.isDomain) == true else {
                return fault(word, "no domain")
            }
            terms.append(.ptr)
        case "a", "mx": host(name, rest, word)
        case "ip4", "ip6": network(name, argument, word)
        default: fault(word, "an unknown mechanism")
        }
    }

    /// `a`, `a:example.com`, `a/24`, `a:example.com/24//64`.
    private mutating func host(_ name: String, _ rest: Substring, _ word: String) {
        let slash = rest.firstIndex(of: "/") ?? rest.endIndex
        let target = rest[..<slash]
        if !target.isEmpty, !SPFMacro.isDomain(String(target.dropFirst())) {
            return fault(word, "no domain")
        }
        guard Self.isDualLength(rest[slash...]) else { return fault(word, "a wrong prefix length") }
        let domain = target.isEmpty ? nil : String(target.dropFirst())
        terms.append(name == "a" ? .a(domain) : .mx(domain))
    }

    private mutating func network(_ name: String, _ argument: String?, _ word: String) {
        let parts = (argument ?? "").split(
            separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        let family: IPAddress.Family = name == "ip4" ? .ipv4 : .ipv6
        guard let address = parts.first.flatMap({ IPAddress($0) }), address.family == family else {
            return fault(word, "no address")
        }
        let most = family == .ipv4 ? 32 : 128
        guard parts.count == 1 || Self.length(parts[1], most) else {
            return fault(word, "a wrong prefix length")
        }
        terms.append(.other)
    }

    private mutating func fault(_ word: String, _ what: String) {
        note("\"\(word.plain(limit: 64))\" has \(what)")
    }

    private mutating func note(_ clause: String) {
        if faults.count < Self.mostFaults { faults.append(clause) }
    }

    private static let mostFaults = 16

    /// `/24`, `//64`, `/24//64` or nothing (RFC 7208 5.3).
    private static func isDualLength(_ text: Substring) -> Bool {
        guard !text.isEmpty else { return true }
        let parts = text.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
        switch parts.count {
        case 1: return length(parts[0], 32)
        case 2: return parts[0].isEmpty && length(parts[1], 128)
        case 3: return length(parts[0], 32) && parts[1].isEmpty && length(parts[2], 128)
        default: return false
        }
    }

    private static func length(_ text: Substring, _ most: Int) -> Bool {
        guard text.utf8.allSatisfy(\.isDigit), let number = Int(text) else { return false }
        return number <= most && (text.utf8.count == 1 || text.utf8.first != 0x30)
    }
}

/// The macro language of domains in SPF records (RFC 7208 7.1).
enum SPFMacro {
    /// Every `%` begins one of the forms that there are; all else is visible ASCII.
    static func isSound(_ text: String) -> Bool {
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            guard (0x21...0x7e).contains(byte) else { return false }
            guard byte == UInt8(ascii: "%") else { continue }
            switch rest.popFirst() {
            case UInt8(ascii: "%"), UInt8(ascii: "_"), UInt8(ascii: "-"): continue
            case UInt8(ascii: "{"):
                guard let end = rest.firstIndex(of: UInt8(ascii: "}")) else { return false }
                guard isExpansion(rest[..<end]) else { return false }
                rest = rest[(end + 1)...]
            default: return false
            }
        }
        return true
    }

    /// A domain-spec: sound, and ends in a top label or a macro.
    static func isDomain(_ text: String) -> Bool {
        guard isSound(text), !text.isEmpty, !text.contains("/") || isMacro(text) else {
            return false
        }
        if text.hasSuffix("}") { return true }
        let labels = (text.hasSuffix(".") ? text.dropLast() : text[...])
            .split(separator: ".", omittingEmptySubsequences: false)
        guard let top = labels.last, labels.count > 1, !labels.contains("") else { return false }
        return top.utf8.allSatisfy { $0.isLetter || $0.isDigit || $0 == 0x2d }
            && top.utf8.contains { !$0.isDigit } && top.first != "-" && top.last != "-"
    }

    /// Whether what is asked hangs on the mail.
    static func isMacro(_ text: String) -> Bool { text.utf8.contains(UInt8(ascii: "%")) }

    /// `d`, `ir`, `l1r-`: a letter, digits that are not 0, `r`, delimiters.
    private static func isExpansion(_ text: ArraySlice<UInt8>) -> Bool {
        var rest = text
        guard let letter = rest.popFirst(),
            "slodiphcrtvSLODIPHCRTV".utf8.contains(letter)
        else { return false }
        let digits = rest.prefix(while: \.isDigit)
        rest = rest.dropFirst(digits.count)
        if !digits.isEmpty, digits.allSatisfy({ $0 == 0x30 }) { return false }
        if let next = rest.first, next | 0x20 == UInt8(ascii: "r") { rest = rest.dropFirst() }
        return rest.allSatisfy { ".-+,/_=".utf8.contains($0) }
    }
}

extension Substring.UTF8View {
    /// RFC 7208 12: a letter, then letters, digits, `-`, `_` and `.`.
    fileprivate var isModifierName: Bool {
        guard let first, first.isLetter else { return false }
        return allSatisfy { $0.isLetter || $0.isDigit || [0x2d, 0x5f, 0x2e].contains($0) }
    }
}
