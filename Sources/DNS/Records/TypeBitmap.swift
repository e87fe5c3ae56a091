/// The set of types that stand at a name, in NSEC and NSEC3 (RFC 4034 4.1.2).
package struct TypeBitmap: Hashable, Sendable {
    /// Ascending, each once.
    package let types: [RecordType]

    package init(_ types: some Sequence<RecordType>) {
        self.types = Set(types).sorted()
    }

    package func contains(_ type: RecordType) -> Bool { types.contains(type) }

    init(from reader: inout Reader) throws(DNSError) {
        var types: [RecordType] = []
        var previous = -1
        while reader.left > 0 {
            let window = Int(try reader.uint8())
            let length = Int(try reader.uint8())
            guard window > previous, (1...32).contains(length) else {
                throw .malformed("a type bitmap's windows are not ascending or not 1 to 32 bytes")
            }
            previous = window
            let bits = try reader.bytes(length)
            // A signature covers the bytes, which must therefore have one form only.
            guard bits.last != 0 else {
                throw .malformed("a type bitmap's window ends with a zero byte")
            }
            for (index, byte) in bits.enumerated() where byte != 0 {
                for bit in 0..<8 where byte & (0x80 >> bit) != 0 {
                    types.append(RecordType(rawValue: UInt16(window << 8 | index << 3 | bit)))
                }
            }
        }
        self.types = types
    }

    func write(to writer: inout Writer) {
        var rest = types[...]
        while let first = rest.first {
            let window = first.rawValue >> 8
            let inWindow = rest.prefix { $0.rawValue >> 8 == window }
            rest = rest.dropFirst(inWindow.count)
            var bits: [UInt8] = []
            for type in inWindow {
                let low = Int(type.rawValue & 0xff)
                while bits.count <= low >> 3 { bits.append(0) }
                bits[low >> 3] |= 0x80 >> UInt8(low & 7)
            }
            writer.uint8(UInt8(window))
            writer.characterString(bits)
        }
    }
}
