package import Addresses

/// One resource record.
package struct Record: Hashable, Sendable {
    package var owner: Name
    package var type: RecordType
    package var `class`: RecordClass
    /// Seconds; a received value over 2^31-1 reads as 0 (RFC 2181 8).
    package var ttl: UInt32
    package var data: RecordData

    package init(
        owner: Name, type: RecordType, class: RecordClass = .in, ttl: UInt32, data: RecordData
    ) {
        (self.owner, self.type, self.class) = (owner, type, `class`)
        (self.ttl, self.data) = (ttl, data)
    }
}

extension Record: CustomStringConvertible {
    /// One line of presentation format, its fields parted by single spaces.
    package var description: String { "\(owner) \(ttl) \(`class`) \(type) \(data.text(type))" }
}

extension Record {
    package var address: IPAddress? {
        if case .address(let address) = data { address } else { nil }
    }
    package var name: Name? { if case .name(let name) = data { name } else { nil } }
    package var soa: SOA? { if case .soa(let soa) = data { soa } else { nil } }
    package var ds: DS? { if case .ds(let ds) = data { ds } else { nil } }
    package var dnskey: DNSKEY? { if case .dnskey(let key) = data { key } else { nil } }
    package var rrsig: RRSIG? { if case .rrsig(let signature) = data { signature } else { nil } }
    package var nsec: NSEC? { if case .nsec(let nsec) = data { nsec } else { nil } }
    package var nsec3: NSEC3? { if case .nsec3(let nsec3) = data { nsec3 } else { nil } }
}

/// All records of one owner, type and class: the unit that is signed and compared. Never empty.
package struct RRset: Hashable, Sendable {
    package let owner: Name
    package let type: RecordType
    package let `class`: RecordClass
    /// The least of the records' TTLs (RFC 2181 5.2).
    package let ttl: UInt32
    /// Each once, in the order received.
    package let data: [RecordData]
    /// The RRSIG records that cover this type at this owner, as they came.
    package let signatures: [RRSIG]

    package init?(
        owner: Name, type: RecordType, class: RecordClass = .in, in records: [Record]
    ) {
        var data: [RecordData] = []
        var signatures: [RRSIG] = []
        var ttl = UInt32.max
        for record in records where record.class == `class` && record.owner == owner {
            if record.type == type {
                ttl = min(ttl, record.ttl)
                data.append(record.data)
            } else if let signature = record.rrsig, signature.typeCovered == type {
                signatures.append(signature)
            }
        }
        guard !data.isEmpty else { return nil }
        if data.count > 1 {
            var seen: Set<RecordData> = []
            data.removeAll { !seen.insert($0).inserted }
        }
        (self.owner, self.type, self.class) = (owner, type, `class`)
        (self.ttl, self.data, self.signatures) = (ttl, data, signatures)
    }

    package var records: [Record] {
        data.map { Record(owner: owner, type: type, class: `class`, ttl: ttl, data: $0) }
    }
}

extension Record {
    /// Puts the owner, and the names that may have been compressed, into lower case: of an answer to a question in
    /// mixed case their letters say nothing (DNS 0x20).
    package mutating func lowercase() {
        owner.lowercase()
        switch data {
        case .name(var name):
            name.lowercase()
            data = .name(name)
        case .mx(var mx):
            mx.exchange.lowercase()
            data = .mx(mx)
        case .soa(var soa):
            soa.primary.lowercase()
            soa.mailbox.lowercase()
            data = .soa(soa)
        default: break
        }
    }
}
