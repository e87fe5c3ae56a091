extension Duration {
    /// Prometheus' form, `1h30m`, `9.5s`, `500ms`: each unit once, the larger first; else nil.
    ///
    /// Unlike Prometheus, a number may have a fraction of up to 9 digits. Nanoseconds are kept.
    init?(configurationText text: String) {
        var rest = text.utf8[...]
        var nanoseconds: Int128 = 0
        var units = Self.units[...]
        repeat {
            guard let number = Self.takeNumber(&rest) else { return nil }
            let name = rest.prefix { !Self.isDigit($0) }
            guard let index = units.firstIndex(where: { name.elementsEqual($0.name.utf8) }) else {
                return nil
            }
            let unit = units[index].nanoseconds
            nanoseconds += number.whole * unit + number.billionths * unit / 1_000_000_000
            units = units[(index + 1)...]
            rest = rest.dropFirst(name.count)
        } while !rest.isEmpty
        self = .nanoseconds(Int64(clamping: nanoseconds))
    }

    /// Seconds with as many decimals as there are: `9.5s`.
    var configurationText: String {
        let (seconds, attoseconds) = components
        let digits = String(attoseconds / 1_000_000_000)
        let padded = String(repeating: "0", count: max(0, 9 - digits.count)) + digits
        let end = padded.lastIndex { $0 != "0" }
        return end.map { "\(seconds).\(padded[...$0])s" } ?? "\(seconds)s"
    }

    private static let units: [(name: String, nanoseconds: Int128)] = [
        ("h", 3_600_000_000_000), ("m", 60_000_000_000), ("s", 1_000_000_000), ("ms", 1_000_000),
    ]

    private static func takeNumber(
        _ rest: inout Substring.UTF8View
    ) -> (whole: Int128, billionths: Int128)? {
        guard let whole = takeDigits(&rest) else { return nil }
        guard rest.first == UInt8(ascii: ".") else { return (whole.value, 0) }
        rest = rest.dropFirst()
        guard let fraction = takeDigits(&rest) else { return nil }
        let scale = (fraction.count..<9).reduce(Int128(1)) { scale, _ in scale * 10 }
        return (whole.value, fraction.value * scale)
    }

    /// One to nine decimal digits.
    private static func takeDigits(
        _ rest: inout Substring.UTF8View
    ) -> (value: Int128, count: Int)? {
        let digits = rest.prefix(while: isDigit)
        guard (1...9).contains(digits.count) else { return nil }
        rest = rest.dropFirst(digits.count)
        return (digits.reduce(0) { $0 * 10 + Int128($1 - UInt8(ascii: "0")) }, digits.count)
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
}
