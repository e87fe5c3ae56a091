/// Numbers as Prometheus reads them back to the same value.
enum NumberText {
    /// Whole numbers in all their digits, so that a Unix time is never `1.7e9`; others in the fewest that lead back.
    static func text(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        if let whole = Int64(exactly: value) { return String(whole) }
        return value.description
    }

    /// The one digit that the number has, as most on a page: they say yes or no.
    static func digit(_ value: Double) -> UInt8? {
        guard let whole = UInt8(exactly: value), whole < 10 else { return nil }
        return UInt8(ascii: "0") + whole
    }

    /// OpenMetrics wants a bucket's bound to look like a float: `1` becomes `1.0`.
    static func canonicalBound(_ text: String) -> String {
        text.utf8.allSatisfy { (0x30...0x39).contains($0) || $0 == UInt8(ascii: "-") }
            ? text + ".0" : text
    }
}
