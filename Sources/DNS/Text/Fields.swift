/// One field of presentation format, its escapes still in it.
package struct TextField: Hashable, Sendable {
    package var bytes: [UInt8]
    package var isQuoted: Bool

    package init(_ bytes: some Sequence<UInt8>, isQuoted: Bool = false) {
        (self.bytes, self.isQuoted) = (Array(bytes), isQuoted)
    }

    package var text: String { String(decoding: bytes, as: UTF8.self) }
}

/// Reads the fields of one record's data in order; the twin of `Reader` for presentation format.
struct FieldReader {
    private var fields: ArraySlice<TextField>
    let origin: Name

    init(_ fields: some Collection<TextField>, origin: Name) {
        (self.fields, self.origin) = (Array(fields)[...], origin)
    }

    var isAtEnd: Bool { fields.isEmpty }

    mutating func field(_ what: String) throws(DNSError) -> TextField {
        guard let field = fields.popFirst() else { throw .malformed("\(what) is missing") }
        return field
    }

    mutating func number<Number: FixedWidthInteger>(_ what: String) throws(DNSError) -> Number {
        let text = try field(what).text
        guard let number: Number = DNS.number(text) else {
            throw .malformed("\(what) \"\(text)\" is not a number of 0 to \(Number.max)")
        }
        return number
    }

    mutating func name(_ what: String) throws(DNSError) -> Name {
        let text = try field(what)
        do {
            return try Name(text: text.bytes, origin: origin)
        } catch {
            throw .malformed("\(what) \"\(text.text)\" is not a name: \(error)")
        }
    }

    mutating func type(_ what: String) throws(DNSError) -> RecordType {
        let text = try field(what).text
        guard let type = RecordType(text) else {
            throw .malformed("\(what) \"\(text)\" is not a record type")
        }
        return type
    }

    mutating func characterString(_ what: String) throws(DNSError) -> [UInt8] {
        let string = try longString(what)
        guard string.count <= 255 else { throw .malformed("\(what) is longer than 255 bytes") }
        return string
    }

    mutating func longString(_ what: String) throws(DNSError) -> [UInt8] {
        var string: [UInt8] = []
        try unescape(try field(what).bytes) { (byte, _) in string.append(byte) }
        return string
    }

    /// All that is left, read as one hex text that may be broken by blanks.
    mutating func hex(_ what: String) throws(DNSError) -> [UInt8] {
        guard !isAtEnd else { throw .malformed("\(what) is missing") }
        guard let bytes = TextEncoding.decodeHex(joined()) else {
            throw .malformed("\(what) is not hexadecimal")
        }
        return bytes
    }

    mutating func base64(_ what: String) throws(DNSError) -> [UInt8] {
        guard !isAtEnd else { throw .malformed("\(what) is missing") }
        guard let bytes = TextEncoding.decodeBase64(joined()) else {
            throw .malformed("\(what) is not base 64")
        }
        return bytes
    }

    /// `-` for none.
    mutating func salt() throws(DNSError) -> [UInt8] {
        let field = try field("the salt")
        guard field.text != "-" else { return [] }
        guard let salt = TextEncoding.decodeHex(field.bytes), salt.count <= 255 else {
            throw .malformed("the salt \"\(field.text)\" is not hexadecimal")
        }
        return salt
    }

    mutating func types() throws(DNSError) -> TypeBitmap {
        var types: [RecordType] = []
        while !isAtEnd { types.append(try type("the type list's")) }
        return TypeBitmap(types)
    }

    func finish() throws(DNSError) {
        guard let extra = fields.first else { return }
        throw .malformed("\"\(extra.text)\" is one field too many")
    }

    private mutating func joined() -> [UInt8] {
        defer { fields = [] }
        return fields.flatMap(\.bytes)
    }
}
