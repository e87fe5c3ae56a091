extension Name {
    /// The name without its leftmost label; nil for the root.
    package var parent: Name? {
        isRoot ? nil : Name(uncheckedWire: Array(wire[(1 + Int(wire[0]))...]))
    }

    /// The name's last `count` labels; the whole name when it has no more.
    package func suffix(_ count: Int) -> Name {
        let start = offset(behind: labelCount - max(0, count))
        return start == 0 ? self : Name(uncheckedWire: Array(wire[start...]))
    }

    /// At or below `ancestor`.
    package func isWithin(_ ancestor: Name) -> Bool {
        guard ends(with: ancestor) else { return false }
        // What ends alike may do so in the middle of a label.
        let start = wire.count - ancestor.wire.count
        var position = 0
        while position < start { position += 1 + Int(wire[position]) }
        return position == start
    }

    /// Strictly below `ancestor`.
    package func isBelow(_ ancestor: Name) -> Bool {
        wire.count > ancestor.wire.count && isWithin(ancestor)
    }

    /// The longest name that both are within.
    package func commonAncestor(with other: Name) -> Name {
        let (count, otherCount) = (labelCount, other.labelCount)
        var place = offset(behind: count - otherCount)
        var otherPlace = other.offset(behind: otherCount - count)
        var start = place
        while wire[place] != 0 {
            let isSame = order(ofLabelAt: place, and: otherPlace, in: other) == 0
            place += 1 + Int(wire[place])
            otherPlace += 1 + Int(other.wire[otherPlace])
            if !isSame { start = place }
        }
        return start == 0 ? self : Name(uncheckedWire: Array(wire[start...]))
    }

    /// This name and all above it, the root last.
    package var selfAndAncestors: [Name] {
        (labelOffsets + [wire.count - 1]).map { Name(uncheckedWire: Array(wire[$0...])) }
    }

    /// `label.self`; nil when that is too long.
    package func child(_ label: some Collection<UInt8>) -> Name? {
        guard (1...63).contains(label.count), wire.count + label.count < 255 else { return nil }
        return Name(uncheckedWire: [UInt8(label.count)] + label + wire)
    }

    /// `*.self`, the wildcard of this closest encloser (RFC 4592 2.1.1); nil when that is too long.
    package var wildcard: Name? { child([UInt8(ascii: "*")]) }

    package var isWildcard: Bool { wire.count > 2 && wire[0] == 1 && wire[1] == UInt8(ascii: "*") }

    /// Puts `target` in the place of `owner`, as a DNAME does (RFC 6672 2.2). Nil when the name is
    /// not below `owner`; too long a result throws, which a server tells by YXDOMAIN.
    package func replacing(_ owner: Name, by target: Name) throws(DNSError) -> Name? {
        guard isBelow(owner) else { return nil }
        let wire = Array(wire[..<(wire.count - owner.wire.count)]) + target.wire
        guard wire.count <= 255 else { throw .nameTooLong }
        return Name(uncheckedWire: wire)
    }

    /// The name with the case of each letter chosen by a bit (DNS 0x20): the lowest `left` of `bits` in turn, then
    /// those that `seed` gives.
    package func withCase(
        bits: UInt64 = 0, left: Int = 0, from seed: inout some RandomNumberGenerator
    ) -> Name {
        var (bits, left) = (bits, left)
        return Name(
            uncheckedWire: wire.map { byte in
                guard (0x61...0x7a).contains(byte.lowercased) else { return byte }
                if left == 0 { (bits, left) = (seed.next(), 64) }
                defer { (bits, left) = (bits >> 1, left - 1) }
                return bits & 1 == 1 ? byte.lowercased & 0xdf : byte.lowercased
            })
    }
}
