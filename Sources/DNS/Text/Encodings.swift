/// The text encodings of presentation format (RFC 4648), and its times.
package enum TextEncoding {
    static func hex(_ bytes: some Sequence<UInt8>) -> String {
        String(
            decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }

    static func decodeHex(_ text: some Collection<UInt8>) -> [UInt8]? {
        let values = text.map(hexValue)
        guard values.count.isMultiple(of: 2), !values.contains(16) else { return nil }
        return stride(from: 0, to: values.count, by: 2).map { values[$0] << 4 | values[$0 + 1] }
    }

    static func base64(_ bytes: [UInt8]) -> String {
        let text = encode(bytes, bits: 6, alphabet: base64Alphabet)
        return text + String(repeating: "=", count: (4 - text.utf8.count % 4) % 4)
    }

    /// Refuses a wrong length, foreign characters and non-zero trailing bits.
    package static func decodeBase64(_ text: some Collection<UInt8>) -> [UInt8]? {
        guard text.count.isMultiple(of: 4) else { return nil }
        var body = Array(text)
        for _ in 0..<2 where body.last == UInt8(ascii: "=") { body.removeLast() }
        return decode(body, bits: 6) { base64Alphabet.firstIndex(of: $0) }
    }

    /// Base 32 with the extended hex alphabet, lower case, no padding: NSEC3's hashes (RFC 5155
    /// 3.3).
    static func base32Hex(_ bytes: [UInt8]) -> String {
        encode(bytes, bits: 5, alphabet: base32Alphabet)
    }

    static func decodeBase32Hex(_ text: some Collection<UInt8>) -> [UInt8]? {
        decode(Array(text), bits: 5) { base32Alphabet.firstIndex(of: $0.lowercased) }
    }

    private static func encode(_ bytes: [UInt8], bits: Int, alphabet: [UInt8]) -> String {
        var text: [UInt8] = []
        var (buffer, held) = (0, 0)
        for byte in bytes {
            (buffer, held) = ((buffer << 8 | Int(byte)) & 0xffff, held + 8)
            while held >= bits {
                held -= bits
                text.append(alphabet[buffer >> held & (1 << bits - 1)])
            }
        }
        if held > 0 { text.append(alphabet[buffer << (bits - held) & (1 << bits - 1)]) }
        return String(decoding: text, as: UTF8.self)
    }

    private static func decode(
        _ text: [UInt8], bits: Int, value: (UInt8) -> Int?
    ) -> [UInt8]? {
        var bytes: [UInt8] = []
        var (buffer, held) = (0, 0)
        for character in text {
            guard let value = value(character) else { return nil }
            (buffer, held) = ((buffer << bits | value) & 0xffff, held + bits)
            if held >= 8 {
                held -= 8
                bytes.append(UInt8(truncatingIfNeeded: buffer >> held))
            }
        }
        guard held < bits, buffer & (1 << held - 1) == 0 else { return nil }
        return bytes
    }

    private static func hexValue(_ byte: UInt8) -> UInt8 {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46, 0x61...0x66: (byte | 0x20) - 0x57
        default: 16
        }
    }

    private static let digits = Array("0123456789ABCDEF".utf8)
    private static let base32Alphabet = Array("0123456789abcdefghijklmnopqrstuv".utf8)
    private static let base64Alphabet =
        Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
}

/// `YYYYMMDDHHmmSS` in UTC, as RRSIG writes its times (RFC 4034 3.2).
enum SignatureTime {
    /// The number is printed as seconds since 1970 without regard to serial arithmetic, as other tools do.
    static func text(_ seconds: UInt32) -> String {
        CivilTime(secondsSince1970: Int64(seconds)).compact
    }

    /// Takes `YYYYMMDDHHmmSS` or a number of seconds.
    static func parse(_ text: some Collection<UInt8>) -> UInt32? {
        let digits = text.map { Int($0) - 48 }
        guard digits.allSatisfy({ (0...9).contains($0) }), !digits.isEmpty else { return nil }
        let number = { (range: Range<Int>) in digits[range].reduce(0) { $0 * 10 + $1 } }
        guard digits.count == 14 else {
            return digits.count <= 10 ? UInt32(exactly: number(0..<digits.count)) : nil
        }
        let (month, day) = (number(4..<6), number(6..<8))
        let (hour, minute, second) = (number(8..<10), number(10..<12), number(12..<14))
        guard (1...12).contains(month), (1...31).contains(day), hour < 24, minute < 60, second < 61
        else { return nil }
        let days = daysSince1970(year: number(0..<4), month: month, day: day)
        guard days >= 0, CivilTime(secondsSince1970: Int64(days) * 86400).day == Int64(day) else {
            return nil
        }
        return UInt32(truncatingIfNeeded: days * 86400 + hour * 3600 + minute * 60 + second)
    }

    /// Counts years from March, so that the leap day ends them.
    private static func daysSince1970(year: Int, month: Int, day: Int) -> Int {
        let year = month <= 2 ? year - 1 : year
        let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
        let era = (year >= 0 ? year : year - 399) / 400
        let yearOfEra = year - era * 400
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
            - 719_468
    }
}
