import DNS

/// What every fuzzer does with an input; a broken promise traps, which the fuzzer and the test both see.
public enum FuzzBody {
    /// By name, as the corpus' folders and the fuzzers are called.
    public static let all: [String: @Sendable ([UInt8]) -> Void] = [
        "Message": message, "ZoneText": zoneText, "Name": name, "Denial": denial,
        "Validator": validator, "TrustAnchors": trustAnchors, "Configuration": configuration,
        "Target": target, "HTTPReply": httpReply, "Dialect": dialect,
        "MailRecord": mailRecord, "Certificate": certificate,
    ]

    /// What decodes is encoded and decoded again to the same, and every record can be written down and read again.
    @Sendable public static func message(_ bytes: [UInt8]) {
        guard let message = try? Message(decoding: bytes) else { return }
        let again = try? Message(decoding: message.encoded())
        promise(again == message, "encoding changes the message")
        for record in message.answers + message.authorities + message.additionals {
            isReadAgain(record)
        }
        _ = message.edns?.extendedErrors.map(\.description)
    }

    /// What can be read is written and read again to the same.
    @Sendable public static func zoneText(_ bytes: [UInt8]) {
        guard let records = try? ZoneText.records(bytes) else { return }
        for record in records.prefix(50) { isReadAgain(record) }
    }

    private static func isReadAgain(_ record: Record) {
        let text = record.description
        guard let again = try? ZoneText.records(text.utf8) else {
            return promise(false, "cannot be read: \(text)")
        }
        promise(
            again.count == 1 && again[0].owner == record.owner && again[0].type == record.type
                && again[0].data.wire == record.data.wire, "reads otherwise: \(text)")
    }

    /// Two names, the first in wire form, the second as text: order, equality and relations agree.
    @Sendable public static func name(_ bytes: [UInt8]) {
        let half = bytes.count / 2
        guard let one = try? Name(labels: bytes[..<half].split(separator: 0)),
            let two = Name(String(decoding: bytes[half...], as: UTF8.self))
        else { return }
        promise(!(one < two && two < one), "both come first")
        promise((one == two) == (!(one < two) && !(two < one)), "order and equality differ")
        promise((one < two) == isBefore(one, two), "not the canonical order")
        promise(one != two || one.hashValue == two.hashValue, "equal names, other hashes")
        for name in [one, two] {
            promise(Name(name.description) == name, "its text is another name")
            promise(name.selfAndAncestors.count == name.labelCount + 1, "ancestors are missing")
            promise(name.selfAndAncestors.allSatisfy { name.isWithin($0) }, "not in an ancestor")
            promise(name.lowercased == name, "case matters")
        }
        let common = one.commonAncestor(with: two)
        promise(one.isWithin(common) && two.isWithin(common), "the common ancestor is none")
        promise(one.isWithin(two) == (common == two), "isWithin and commonAncestor differ")
        if let moved = try? one.replacing(two, by: .root) {
            promise(moved.labelCount == one.labelCount - two.labelCount, "a label was lost")
        }
    }

    /// RFC 4034 6.1, word for word: a model that is total and transitive by construction.
    private static func isBefore(_ one: Name, _ two: Name) -> Bool {
        let (left, right) = (one.lowercased.labels.reversed(), two.lowercased.labels.reversed())
        return left.lexicographicallyPrecedes(right) { $0.lexicographicallyPrecedes($1) }
    }

    static func promise(_ isKept: Bool, _ words: @autoclosure () -> String) {
        if !isKept { fatalError(words()) }
    }
}

/// Takes an input apart, byte by byte; zeros when it is at its end.
struct Script {
    private var bytes: ArraySlice<UInt8>

    init(_ bytes: [UInt8]) { self.bytes = bytes[...] }

    var isAtEnd: Bool { bytes.isEmpty }

    mutating func byte() -> UInt8 { bytes.popFirst() ?? 0 }

    /// Below `limit`, which is 1 to 256.
    mutating func number(below limit: Int) -> Int { Int(byte()) % max(1, limit) }

    mutating func flag() -> Bool { byte() & 1 == 1 }
}
