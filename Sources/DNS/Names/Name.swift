/// A fully qualified domain name. Its case is kept, and ignored when compared (RFC 1035 2.3.3, RFC
/// 4343).
package struct Name: Sendable {
    /// The uncompressed wire form: 1 to 255 bytes, labels of 1 to 63 bytes, the root's zero at the
    /// end.
    package private(set) var wire: [UInt8]

    /// The caller answers for the form.
    init(uncheckedWire wire: [UInt8]) {
        self.wire = wire
    }

    package static let root = Name(uncheckedWire: [0])

    /// Takes labels without their length bytes, the leftmost first.
    package init(labels: some Sequence<some Collection<UInt8>>) throws(DNSError) {
        var wire: [UInt8] = []
        for label in labels {
            guard !label.isEmpty else { throw .malformed("a label is empty") }
            guard label.count <= 63 else { throw .nameTooLong }
            wire.append(UInt8(label.count))
            wire += label
        }
        wire.append(0)
        guard wire.count <= 255 else { throw .nameTooLong }
        self.wire = wire
    }

    package var isRoot: Bool { wire.count == 1 }

    /// Puts the name into lower case, the canonical form of RFC 4034 6.2.
    package mutating func lowercase() {
        // Nothing is copied where nothing changes.
        for index in wire.indices where wire[index].isUppercase {
            wire[index] = wire[index].lowercased
        }
    }

    /// The name in lower case.
    package var lowercased: Name {
        var name = self
        name.lowercase()
        return name
    }

    /// The labels without their length bytes, the leftmost first; none for the root.
    package var labels: [ArraySlice<UInt8>] {
        labelOffsets.map { wire[($0 + 1)...($0 + Int(wire[$0]))] }
    }

    /// The number of labels, the root not counted, a leading `*` counted.
    package var labelCount: Int {
        var (count, position) = (0, 0)
        while wire[position] != 0 {
            count += 1
            position += 1 + Int(wire[position])
        }
        return count
    }

    /// Where the first `count` labels end; the beginning for none or less.
    func offset(behind count: Int) -> Int {
        var (left, position) = (count, 0)
        while left > 0, wire[position] != 0 {
            left -= 1
            position += 1 + Int(wire[position])
        }
        return position
    }

    /// Where each label's length byte stands in `wire`, the root's not among them.
    var labelOffsets: [Int] {
        var offsets: [Int] = []
        offsets.reserveCapacity(8)
        var position = 0
        while wire[position] != 0 {
            offsets.append(position)
            position += 1 + Int(wire[position])
        }
        return offsets
    }
}

extension Name: Hashable {
    package static func == (left: Name, right: Name) -> Bool {
        left.wire.count == right.wire.count && left.ends(with: right)
    }

    package func hash(into hasher: inout Hasher) {
        // Eight bytes at a time: the hasher costs by the call.
        var (word, held): (UInt64, Int) = (0, 0)
        for byte in wire {
            (word, held) = (word << 8 | UInt64(byte.lowercased), held + 1)
            guard held == 8 else { continue }
            hasher.combine(word)
            (word, held) = (0, 0)
        }
        hasher.combine(word)
    }
}

extension Name: Comparable {
    /// The canonical order of RFC 4034 6.1: label by label from the right, as lower-case bytes.
    package static func < (left: Name, right: Name) -> Bool {
        let (count, otherCount) = (left.labelCount, right.labelCount)
        var place = left.offset(behind: count - otherCount)
        var otherPlace = right.offset(behind: otherCount - count)
        var order = count - otherCount
        while left.wire[place] != 0 {
            // Whatever differs further to the right counts more.
            let difference = left.order(ofLabelAt: place, and: otherPlace, in: right)
            if difference != 0 { order = difference }
            place += 1 + Int(left.wire[place])
            otherPlace += 1 + Int(right.wire[otherPlace])
        }
        return order < 0
    }
}

extension Name {
    /// Whether its last bytes are the other's, be it from the middle of a label on.
    func ends(with other: Name) -> Bool {
        let start = wire.count - other.wire.count
        guard start >= 0 else { return false }
        // Length bytes are below 64, so that folding them with the letters changes nothing.
        for index in other.wire.indices
        where wire[start + index] != other.wire[index]
            && wire[start + index].lowercased != other.wire[index].lowercased
        {
            return false
        }
        return true
    }

    /// The canonical order of two labels, negative where this name's is the first, zero where they are equal.
    func order(ofLabelAt place: Int, and otherPlace: Int, in other: Name) -> Int {
        let (count, otherCount) = (Int(wire[place]), Int(other.wire[otherPlace]))
        for index in 0..<min(count, otherCount) {
            let byte = wire[place + 1 + index].lowercased
            let otherByte = other.wire[otherPlace + 1 + index].lowercased
            if byte != otherByte { return Int(byte) - Int(otherByte) }
        }
        return count - otherCount
    }
}

extension UInt8 {
    var isUppercase: Bool { self &- 0x41 < 26 }
    var lowercased: UInt8 { isUppercase ? self | 0x20 : self }
}
