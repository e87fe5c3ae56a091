/// Reads fields of a DNS message in order. Every method either returns what it says or throws.
struct Reader {
    /// The whole message, for compression pointers.
    let message: [UInt8]
    private(set) var position: Int
    /// Where this reader's part ends.
    let end: Int
    /// The first byte that a compression pointer may lead to; none in data that stands alone.
    private let firstTarget: Int

    /// Takes a whole message, whose names begin behind its header, or data without compression.
    init(_ message: [UInt8], isMessage: Bool = false) {
        (self.message, position, end) = (message, 0, message.count)
        firstTarget = isMessage ? 12 : .max
    }

    private init(_ whole: Reader, to end: Int) {
        (message, position, self.end) = (whole.message, whole.position, end)
        firstTarget = whole.firstTarget
    }

    var left: Int { end - position }

    mutating func uint8() throws(DNSError) -> UInt8 {
        guard left >= 1 else { throw .truncated }
        defer { position += 1 }
        return message[position]
    }

    mutating func uint16() throws(DNSError) -> UInt16 {
        guard left >= 2 else { throw .truncated }
        defer { position += 2 }
        return UInt16(message[position]) << 8 | UInt16(message[position + 1])
    }

    mutating func uint32() throws(DNSError) -> UInt32 {
        let high = try uint16()
        return UInt32(high) << 16 | UInt32(try uint16())
    }

    mutating func bytes(_ count: Int) throws(DNSError) -> [UInt8] {
        guard count >= 0, left >= count else { throw .truncated }
        defer { position += count }
        return Array(message[position..<(position + count)])
    }

    mutating func rest() -> [UInt8] {
        defer { position = end }
        return Array(message[position..<end])
    }

    /// A length never yields bytes alone but a reader of just those, so that nothing runs past it.
    mutating func part(_ count: Int) throws(DNSError) -> Reader {
        guard count >= 0, left >= count else { throw .truncated }
        defer { position += count }
        return Reader(self, to: position + count)
    }

    /// A character-string: a length byte and that many bytes (RFC 1035 3.3).
    mutating func characterString() throws(DNSError) -> [UInt8] {
        try bytes(Int(uint8()))
    }

    func finish() throws(DNSError) {
        guard left == 0 else { throw .trailingBytes }
    }

    /// A name, compressed or not. Each pointer must lead before the part that held it, so that the
    /// walk ends (RFC 1035 4.1.4); and no name needs more pointers than it can have labels, so that
    /// a chain of bare pointers costs little however often it is entered.
    mutating func name() throws(DNSError) -> Name {
        var wire: [UInt8] = []
        wire.reserveCapacity(Self.usualNameLength)
        var (at, limit) = (position, end)
        // Where the labels begin that are not taken yet.
        var (start, pointers) = (position, 0)
        var next: Int?
        while true {
            guard at < limit else { throw .truncated }
            let length = Int(message[at])
            switch length >> 6 {
            case 0 where length == 0:
                wire += message[start...at]
                position = next ?? at + 1
                return Name(uncheckedWire: wire)
            case 0:
                guard at + 1 + length <= limit else { throw .truncated }
                at += 1 + length
                guard wire.count + at - start + 1 <= 255 else { throw .nameTooLong }
            case 3:
                guard at + 2 <= limit else { throw .truncated }
                let target = (length & 0x3f) << 8 | Int(message[at + 1])
                pointers += 1
                guard target < start, target >= firstTarget, pointers <= Self.mostPointers else {
                    throw .compression
                }
                wire += message[start..<at]
                if next == nil { next = at + 2 }
                (at, start, limit) = (target, target, message.count)
            default:
                throw .compression
            }
        }
    }

    private static let mostPointers = 127
    /// Few names are longer, and an array that grows is made several times.
    private static let usualNameLength = 48
}
