import Addresses

extension ServiceBinding {
    /// RFC 9460 2.1.
    var text: String {
        let fields = parameters.map {
            $0.key == 0 && !namesItsMandatoryKeys ? $0.opaqueText : $0.text
        }
        return (["\(priority)", "\(target)"] + fields).joined(separator: " ")
    }

    init(from reader: inout FieldReader) throws(DNSError) {
        self.init(
            priority: try reader.number("the priority"), target: try reader.name("the target"),
            parameters: [])
        var (hasMandatory, seen) = (false, Set<UInt16>())
        while !reader.isAtEnd {
            let text = try reader.field("a parameter").bytes
            let parameter = try Parameter(text: text)
            guard seen.insert(parameter.key).inserted else {
                throw .malformed("the parameter \(parameter.name) stands twice")
            }
            hasMandatory = hasMandatory || text.starts(with: "mandatory".utf8)
            parameters.append(parameter)
        }
        parameters.sort { $0.key < $1.key }
        guard !hasMandatory || namesItsMandatoryKeys else {
            throw .malformed("the parameter mandatory names itself, a key twice or one not given")
        }
    }

    /// RFC 9460 8: the keys stand ascending, each once, `mandatory` itself not among them, all of
    /// them given.
    private var namesItsMandatoryKeys: Bool {
        guard let keys = parameters.first(where: { $0.key == 0 })?.mandatoryKeys else {
            return false
        }
        return zip([0] + keys, keys).allSatisfy { $0 < $1 }
            && Set(parameters.map(\.key)).isSuperset(of: keys)
    }
}

extension ServiceBinding.Parameter {
    private static let names = [
        "mandatory", "alpn", "no-default-alpn", "port", "ipv4hint", "ech", "ipv6hint", "dohpath",
        "ohttp",
    ]

    var name: String { Self.name(key) }

    private static func name(_ key: UInt16) -> String {
        names.indices.contains(Int(key)) ? names[Int(key)] : "key\(key)"
    }

    /// The key's own form, or where the value does not fit it the form of unknown keys.
    fileprivate var text: String {
        guard let form = knownText else { return opaqueText }
        return form.isEmpty ? name : "\(name)=\(form)"
    }

    fileprivate var opaqueText: String {
        value.isEmpty ? "key\(key)" : "key\(key)=\(quoted(value))"
    }

    private var knownText: String? {
        switch key {
        case 0: mandatoryKeys.map { $0.map(Self.name).joined(separator: ",") }
        case 1: protocolsText
        case 2, 8: value.isEmpty ? "" : nil
        case 3: value.count == 2 ? "\(UInt16(value[0]) << 8 | UInt16(value[1]))" : nil
        case 4: addresses(4)
        case 5: value.isEmpty ? nil : TextEncoding.base64(value)
        case 6: addresses(16)
        case 7: value.isEmpty ? nil : quoted(value)
        default: nil
        }
    }

    /// The value of `mandatory` as keys, in the order given; nil when it is none or half a one.
    fileprivate var mandatoryKeys: [UInt16]? {
        guard !value.isEmpty, value.count.isMultiple(of: 2) else { return nil }
        return stride(from: 0, to: value.count, by: 2).map {
            UInt16(value[$0]) << 8 | UInt16(value[$0 + 1])
        }
    }

    /// A list, escaped once as a list and once as a string (RFC 9460 appendix A.1).
    private var protocolsText: String? {
        var reader = Reader(value)
        var items: [[UInt8]] = []
        while reader.left > 0 {
            guard let item = try? reader.characterString(), !item.isEmpty else { return nil }
            items.append(
                item.flatMap {
                    $0 == Self.comma || $0 == Self.backslash
                        ? [Self.backslash, $0] : [$0]
                })
        }
        guard !items.isEmpty else { return nil }
        let list = Array(items.joined(separator: [Self.comma]))
        let isPlain = list.allSatisfy { (0x21...0x7e).contains($0) && !"\"();\\".utf8.contains($0) }
        return isPlain ? String(decoding: list, as: UTF8.self) : quoted(list)
    }

    private func addresses(_ width: Int) -> String? {
        guard !value.isEmpty, value.count.isMultiple(of: width) else { return nil }
        return stride(from: 0, to: value.count, by: width)
            .compactMap { IPAddress(bytes: Array(value[$0..<($0 + width)]))?.description }
            .joined(separator: ",")
    }

    private static let comma = UInt8(ascii: ",")
    private static let backslash = UInt8(ascii: "\\")
}

extension ServiceBinding.Parameter {
    fileprivate init(text: [UInt8]) throws(DNSError) {
        let parts = text.split(
            separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
        let name = String(decoding: parts[0], as: UTF8.self)
        guard let key = Self.key(name) else {
            throw .malformed("\"\(name)\" is not a service parameter")
        }
        let raw = parts.count == 2 ? try Self.unquoted(parts[1]) : []
        guard let value = name.hasPrefix("key") ? raw : Self.value(key, raw),
            value.count <= UInt16.max
        else { throw .malformed("the value of the service parameter \(name) is wrong") }
        self.init(key: key, value: value)
    }

    private static func key(_ name: String) -> UInt16? {
        if let index = names.firstIndex(of: name) { return UInt16(index) }
        guard name.hasPrefix("key"), let key: UInt16 = number(name.dropFirst(3)),
            name == "key\(key)"
        else { return nil }
        return key
    }

    /// Takes off the quotes around a value and its escapes; a quote elsewhere is refused.
    private static func unquoted(_ text: ArraySlice<UInt8>) throws(DNSError) -> [UInt8] {
        let quote = UInt8(ascii: "\"")
        var inner = text
        if text.count >= 2, text.first == quote, text.last == quote {
            inner = text.dropFirst().dropLast()
        }
        var raw: [UInt8] = []
        try unescape(inner) { (byte, isEscaped) throws(DNSError) in
            guard byte != quote || isEscaped else {
                throw .malformed("a quote stands inside the value of a service parameter")
            }
            raw.append(byte)
        }
        return raw
    }

    /// The wire form of a known key's value; nil where it is none.
    private static func value(_ key: UInt16, _ raw: [UInt8]) -> [UInt8]? {
        switch key {
        case 0:
            let items = texts(raw)
            let keys = items.compactMap { Self.key($0) }.sorted()
            return keys.count == items.count ? keys.flatMap(bigEndian) : nil
        case 1:
            guard let items = protocols(raw) else { return nil }
            return items.flatMap { [UInt8(truncatingIfNeeded: $0.count)] + $0 }
        case 2, 8: return raw.isEmpty ? [] : nil
        case 3: return SocketAddress.port(Substring(decoding: raw, as: UTF8.self)).map(bigEndian)
        case 4, 6:
            let items = texts(raw)
            let addresses = items.compactMap { IPAddress($0) }
                .filter { $0.family == (key == 4 ? .ipv4 : .ipv6) }
            return addresses.count == items.count ? addresses.flatMap(\.bytes) : nil
        case 5: return raw.isEmpty ? nil : TextEncoding.decodeBase64(raw)
        default: return raw.isEmpty ? nil : raw
        }
    }

    /// Comma-separated texts that need no escapes; an empty one is kept, to be refused as what it
    /// should be.
    private static func texts(_ raw: [UInt8]) -> [String] {
        raw.split(separator: comma, omittingEmptySubsequences: false).map {
            String(decoding: $0, as: UTF8.self)
        }
    }

    /// Items of 1 to 255 bytes with `\,` and `\\` resolved (RFC 9460 appendix A.1).
    private static func protocols(_ raw: [UInt8]) -> [[UInt8]]? {
        var items: [[UInt8]] = [[]]
        var rest = raw[...]
        while var byte = rest.popFirst() {
            if byte == comma {
                items.append([])
                continue
            }
            if byte == backslash {
                guard let next = rest.popFirst(), next == comma || next == backslash else {
                    return nil
                }
                byte = next
            }
            items[items.count - 1].append(byte)
        }
        return items.allSatisfy { (1...255).contains($0.count) } ? items : nil
    }

    private static func bigEndian(_ number: UInt16) -> [UInt8] {
        [UInt8(number >> 8), UInt8(number & 0xff)]
    }
}
