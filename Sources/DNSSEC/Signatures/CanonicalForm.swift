package import DNS

/// What a signature covers (RFC 4034 3.1.8.1 and 6).
package enum CanonicalForm {
    /// The bytes that `signature` signs: its own RDATA without the signature, then the RRset with canonical
    /// names, the original TTL and the records in canonical order, each once.
    package static func signedData(_ rrset: RRset, by signature: RRSIG) -> [UInt8] {
        let owner = owner(rrset.owner, labels: Int(signature.labels)).lowercased
        var head = owner.wire
        append(rrset.type.rawValue, to: &head)
        append(rrset.class.rawValue, to: &head)
        append(UInt16(truncatingIfNeeded: signature.originalTTL >> 16), to: &head)
        append(UInt16(truncatingIfNeeded: signature.originalTTL), to: &head)
        let wires = rrset.data.map(\.canonicalWire).sorted { $0.lexicographicallyPrecedes($1) }
        var data = signature.signedPrefix
        data.reserveCapacity(wires.reduce(data.count) { $0 + head.count + 2 + $1.count })
        var previous: [UInt8]?
        for wire in wires where wire != previous {
            data += head
            append(UInt16(clamping: wire.count), to: &data)
            data += wire
            previous = wire
        }
        return data
    }

    /// The owner as the signer knew it: a wildcard where the signature has fewer labels (RFC 4035 5.3.2).
    package static func owner(_ owner: Name, labels: Int) -> Name {
        guard labels < owner.signedLabelCount else { return owner }
        return owner.suffix(labels).wildcard ?? owner
    }

    private static func append(_ value: UInt16, to bytes: inout [UInt8]) {
        bytes.append(UInt8(truncatingIfNeeded: value >> 8))
        bytes.append(UInt8(truncatingIfNeeded: value))
    }
}

extension Name {
    /// The labels as RRSIG counts them: a leading `*` is not one (RFC 4034 3.1.3).
    package var signedLabelCount: Int { labelCount - (isWildcard ? 1 : 0) }
}
