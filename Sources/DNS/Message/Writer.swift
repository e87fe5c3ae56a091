/// Builds a DNS message, compressing names against those written before.
struct Writer {
    private(set) var bytes: [UInt8] = []
    private let compresses: Bool
    /// The names written so far, by offset; a few are enough, since a message's names repeat.
    private var known: [(suffix: ArraySlice<UInt8>, offset: Int)] = []
    private static let knownLimit = 24
    /// A question, or the data of a record.
    private static let usualLength = 64

    init(compressing compresses: Bool = false) {
        self.compresses = compresses
        bytes.reserveCapacity(Self.usualLength)
    }

    mutating func uint8(_ value: UInt8) { bytes.append(value) }

    mutating func uint16(_ value: UInt16) {
        bytes.append(UInt8(truncatingIfNeeded: value >> 8))
        bytes.append(UInt8(truncatingIfNeeded: value))
    }

    mutating func uint32(_ value: UInt32) {
        uint16(UInt16(truncatingIfNeeded: value >> 16))
        uint16(UInt16(truncatingIfNeeded: value))
    }

    mutating func raw(_ more: some Sequence<UInt8>) { bytes += more }

    /// A length byte and at most 255 bytes.
    mutating func characterString(_ text: [UInt8]) {
        uint8(UInt8(min(text.count, 255)))
        raw(text.prefix(255))
    }

    /// Writes what `body` writes, behind its 16-bit length.
    mutating func counted(_ body: (inout Writer) -> Void) {
        let start = bytes.count
        uint16(0)
        body(&self)
        let length = bytes.count - start - 2
        bytes[start] = UInt8(truncatingIfNeeded: length >> 8)
        bytes[start + 1] = UInt8(truncatingIfNeeded: length)
    }

    /// A name that must not be compressed (RFC 3597 4).
    mutating func name(_ name: Name, lowercased: Bool = false) {
        raw(lowercased ? name.lowercased.wire : name.wire)
    }

    /// A name of RFC 1035's own types: may be compressed. A match is exact, so that case survives.
    mutating func compressibleName(_ name: Name, lowercased: Bool = false) {
        guard compresses else { return self.name(name, lowercased: lowercased) }
        for offset in name.labelOffsets {
            let suffix = name.wire[offset...]
            if let match = known.first(where: { $0.suffix == suffix }) {
                return uint16(0xc000 | UInt16(match.offset))
            }
            if known.count < Self.knownLimit, bytes.count < 0x4000 {
                known.append((suffix, bytes.count))
            }
            raw(name.wire[offset...(offset + Int(name.wire[offset]))])
        }
        uint8(0)
    }
}
