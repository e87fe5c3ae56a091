import Addresses

extension ServiceBinding {
    /// RFC 9460 2.1.
    var text: String {
        (["\(priority)", "\(target)"] + parameters.map(\.text)).joined(separator: " ")
    }

    init(from reader: inout FieldReader) throws(DNSError) {
        self.init(
            priority: try reader.number("the priority"), target: try reader.name("the target"),
            parameters: [])
        while !reader.isAtEnd {
            let parameter = try Parameter(text: try reader.field("a parameter").bytes)
            guard !parameters.contains(where: { $0.key == parameter.key }) else {
                throw .malformed("the parameter \(parameter.name) stands twice")
            }
            parameters.append(parameter)
        }
        parameters.sort { $0.key < $1.key }
    }
}

extension ServiceBinding.Parameter {
    private static let names = [
        "mandatory", "alpn", "no-default-alpn", "port", "ipv4hint", "ech", "ipv6hint", "dohpath",
        "ohttp",
    ]

    var name: String {
        Self.names.indices.contains(Int(key)) ? Self.names[Int(key)] : "key\(key)"
    }

    /// A known key's value as its own form, anything odd as an escaped string.
    fileprivate var text: String {
        if let value = knownValue { return value.isEmpty ? name : "\(name)=\(value)" }
        return value.isEmpty ? name : "\(name)=\(quoted(value))"
    }

    private var knownValue: String? {
        switch key {
        case 0 where !value.isEmpty && value.count.isMultiple(of: 2):
            return stride(from: 0, to: value.count, by: 2).map { index in
                let key = UInt16(value[index]) << 8 | UInt16(value[index + 1])
                return ServiceBinding.Parameter(key: key, value: []).name
            }.joined(separator: ",")
        case 1:
            var reader = Reader(value)
            var protocols: [String] = []
            while reader.left > 0 {
                guard let one = try? reader.characterString(), !one.isEmpty,
                    one.allSatisfy({ (0x21...0x7e).contains($0) && !Self.needsEscape.contains($0) })
                else { return nil }
                protocols.append(String(decoding: one, as: UTF8.self))
            }
            return protocols.isEmpty ? nil : protocols.joined(separator: ",")
        case 3 where value.count == 2: return "\(UInt16(value[0]) << 8 | UInt16(value[1]))"
        case 4: return addresses(4)
        case 5 where !value.isEmpty: return TextEncoding.base64(value)
        case 6: return addresses(16)
        default: return nil
        }
    }

    private func addresses(_ width: Int) -> String? {
        guard !value.isEmpty, value.count.isMultiple(of: width) else { return nil }
        return stride(from: 0, to: value.count, by: width)
            .compactMap { IPAddress(bytes: value[$0..<($0 + width)])?.description }
            .joined(separator: ",")
    }

    private static let needsEscape = Array(",\\\"();".utf8)

    fileprivate init(text: [UInt8]) throws(DNSError) {
        let parts = text.split(
            separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
        let name = String(decoding: parts[0], as: UTF8.self)
        guard let key = Self.key(name) else {
            throw .malformed("\"\(name)\" is not a service parameter")
        }
        var value = parts.count == 2 ? Array(parts[1]) : []
        if value.count >= 2, value.first == UInt8(ascii: "\""), value.last == UInt8(ascii: "\"") {
            value = Array(value.dropFirst().dropLast())
        }
        var raw: [UInt8] = []
        try unescape(value) { (byte, _) in raw.append(byte) }
        guard let wire = Self.wire(key, raw) else {
            throw .malformed("the value of the service parameter \(name) is wrong")
        }
        self.init(key: key, value: wire)
    }

    private static func key(_ name: String) -> UInt16? {
        if let index = names.firstIndex(of: name) { return UInt16(index) }
        return name.hasPrefix("key") ? UInt16(name.dropFirst(3)) : nil
    }

    private static func wire(_ key: UInt16, _ raw: [UInt8]) -> [UInt8]? {
        let items = raw.split(separator: UInt8(ascii: ",")).map {
            String(decoding: $0, as: UTF8.self)
        }
        switch key {
        case 0:
            let keys = items.compactMap { Self.key($0) }.sorted()
            return keys.count == items.count && !keys.isEmpty
                ? keys.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xff)] } : nil
        case 1:
            guard !items.isEmpty, items.allSatisfy({ $0.utf8.count <= 255 }) else { return nil }
            return items.flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) }
        case 3:
            guard let port = SocketAddress.port(String(decoding: raw, as: UTF8.self)) else {
                return nil
            }
            return [UInt8(port >> 8), UInt8(port & 0xff)]
        case 4, 6:
            let addresses = items.compactMap { IPAddress($0) }
                .filter { $0.family == (key == 4 ? .ipv4 : .ipv6) }
            return addresses.count == items.count && !items.isEmpty
                ? addresses.flatMap(\.bytes) : nil
        case 5: return TextEncoding.decodeBase64(raw)
        default: return raw
        }
    }
}
