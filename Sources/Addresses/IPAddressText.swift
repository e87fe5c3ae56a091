extension IPAddress: LosslessStringConvertible {
    /// Dotted decimal, or RFC 4291 2.2 (`::` once, a dotted tail allowed); no zone, no brackets.
    package init?(_ text: Substring) {
        if text.utf8.contains(UInt8(ascii: ":")) {
            guard let number = Self.parseIPv6(text) else { return nil }
            self.init(ipv6: number)
        } else {
            guard let number = Self.parseIPv4(text) else { return nil }
            self.init(ipv4: number)
        }
    }

    package init?(_ description: String) {
        self.init(description[...])
    }

    /// Dotted decimal, or the canonical form of RFC 5952.
    package var description: String {
        switch family {
        case .ipv4: bytes.map { String($0) }.joined(separator: ".")
        case .ipv6: ipv6Text
        }
    }

    private static func parseIPv4(_ text: Substring) -> UInt32? {
        // Most of what is asked about is a name, and few names end in a digit.
        guard text.utf8.last.map(isDigit) == true else { return nil }
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var number: UInt32 = 0
        for part in parts {
            guard (1...3).contains(part.utf8.count), part.utf8.allSatisfy(isDigit),
                part.utf8.count == 1 || part.utf8.first != UInt8(ascii: "0"),
                let octet = UInt8(part)
            else { return nil }
            number = number << 8 | UInt32(octet)
        }
        return number
    }

    private static func parseIPv6(_ text: Substring) -> UInt128? {
        guard text.utf8.count <= 45 else { return nil }
        var halves: [[UInt16]] = [[]]
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        for (index, part) in parts.enumerated() {
            if part.isEmpty {
                // The empty part of a leading or trailing "::" stands beside the gap's own.
                let isEdge = index == 0 || index == parts.count - 1
                if isEdge {
                    let neighbour = index == 0 ? 1 : parts.count - 2
                    guard parts.count > 2, parts[neighbour].isEmpty else { return nil }
                    continue
                }
                guard halves.count == 1 else { return nil }
                halves.append([])
            } else if index == parts.count - 1, part.utf8.contains(UInt8(ascii: ".")) {
                guard let tail = parseIPv4(part) else { return nil }
                halves[halves.count - 1] += [UInt16(tail >> 16), UInt16(truncatingIfNeeded: tail)]
            } else {
                guard part.utf8.count <= 4, part.utf8.allSatisfy(isHexDigit),
                    let group = UInt16(part, radix: 16)
                else { return nil }
                halves[halves.count - 1].append(group)
            }
        }
        let given = halves.reduce(0) { $0 + $1.count }
        guard halves.count == 2 ? given <= 7 : given == 8 else { return nil }
        let gap = Array(repeating: UInt16(0), count: 8 - given)
        let groups = halves.count == 2 ? halves[0] + gap + halves[1] : halves[0]
        return groups.reduce(0) { $0 << 16 | UInt128($1) }
    }

    /// RFC 5952: lower case, no leading zeros, `::` for the longest run of two or more zeros.
    private var ipv6Text: String {
        let groups = (0..<8).map { UInt16(truncatingIfNeeded: number >> (16 * (7 - $0))) }
        if number >> 32 == 0xffff {
            return "::ffff:" + IPAddress(ipv4: UInt32(truncatingIfNeeded: number)).description
        }
        var longest = 0..<0
        var start = 0
        for index in 0...8 where index == 8 || groups[index] != 0 {
            if index - start > max(longest.count, 1) { longest = start..<index }
            start = index + 1
        }
        let text = { (part: ArraySlice<UInt16>) in
            part.map { String($0, radix: 16) }.joined(separator: ":")
        }
        if longest.isEmpty { return text(groups[...]) }
        return text(groups[..<longest.lowerBound]) + "::" + text(groups[longest.upperBound...])
    }
}

private func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
}

private func isHexDigit(_ byte: UInt8) -> Bool {
    isDigit(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte | 0x20)
}
