package import DNS
import OpenSSL

/// Where trust starts: per zone, DS or DNSKEY records that are believed without proof.
package struct TrustAnchors: Hashable, Sendable {
    /// Never empty for a zone that is there.
    package private(set) var byZone: [Name: [Anchor]]

    package enum Anchor: Hashable, Sendable {
        case ds(DS)
        case dnskey(DNSKEY)
    }

    package init(_ byZone: [Name: [Anchor]]) {
        self.byZone = byZone.filter { !$0.value.isEmpty }
    }

    /// The root's keys of 2017 and 2024 (https://data.iana.org/root-anchors/root-anchors.xml).
    package static let iana = TrustAnchors([
        .root: [
            .ds(
                DS(
                    keyTag: 20326, algorithm: .rsaSHA256, digestType: .sha256,
                    digest: [
                        0xE0, 0x6D, 0x44, 0xB8, 0x0B, 0x8F, 0x1D, 0x39, 0xA9, 0x5C, 0x0B, 0x0D,
                        0x7C,
                        0x65, 0xD0, 0x84, 0x58, 0xE8, 0x80, 0x40, 0x9B, 0xBC, 0x68, 0x34, 0x57,
                        0x10,
                        0x42, 0x37, 0xC7, 0xF8, 0xEC, 0x8D,
                    ])),
            .ds(
                DS(
                    keyTag: 38696, algorithm: .rsaSHA256, digestType: .sha256,
                    digest: [
                        0x68, 0x3D, 0x2D, 0x0A, 0xCB, 0x8C, 0x9B, 0x71, 0x2A, 0x19, 0x48, 0xB2,
                        0x7F,
                        0x74, 0x12, 0x19, 0x29, 0x8D, 0x0A, 0x45, 0x0D, 0x61, 0x2C, 0x48, 0x3A,
                        0xF4,
                        0x44, 0xA4, 0xC0, 0xFB, 0x2B, 0x16,
                    ])),
        ]
    ])

    /// Reads DS and DNSKEY records in presentation format. Of a file that RFC 5011 software keeps, with a
    /// `;;state=` behind each key, only the valid and the missing keys count. Every error of a record names its
    /// line.
    package init(text: [UInt8]) throws(DNSError) {
        var byZone: [Name: [Anchor]] = [:]
        let lines = text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        let kept = lines.map { Self.isDistrusted($0) ? [] : $0 }
        let whole = Array(kept.joined(separator: [UInt8(ascii: "\n")]))
        for (line, record) in try ZoneText.numberedRecords(whole) {
            do {
                guard let anchor = try Self.anchor(record) else { continue }
                byZone[record.owner, default: []].append(anchor)
            } catch {
                throw .text(line: line, error.description)
            }
        }
        guard !byZone.isEmpty else { throw .malformed("it holds no DS or DNSKEY record to trust") }
        self.init(byZone)
    }

    /// Nil for a revoked key. What could never match a key is refused, or every answer would be bogus.
    private static func anchor(_ record: Record) throws(DNSError) -> Anchor? {
        switch record.data {
        case .ds(let ds) where record.type == .ds && record.class == .in:
            let size = ds.digestType.digest?([]).count
            guard size == nil || size == ds.digest.count else {
                throw .malformed(
                    "the DS of \(record.owner) with key tag \(ds.keyTag) has \(ds.digest.count) "
                        + "bytes of digest, which \(ds.digestType) has not")
            }
            return .ds(ds)
        case .dnskey(let key) where record.type == .dnskey && record.class == .in:
            guard key.isZoneKey else {
                throw .malformed(
                    "the DNSKEY of \(record.owner) with key tag \(key.keyTag) is no zone key "
                        + "(flags \(key.flags), protocol \(key.protocol))")
            }
            return key.isRevoked ? nil : .dnskey(key)
        default:
            throw .malformed(
                "a record of \(record.owner) is of class \(record.class) and type \(record.type), "
                    + "and only DS and DNSKEY of class IN are trust anchors")
        }
    }

    /// The anchored zone closest above `name`, or at it.
    func closest(to name: Name) -> Name? {
        // Anchors are few: to look at each costs less than to look up every ancestor.
        byZone.keys.filter { name.isWithin($0) }.max { $0.labelCount < $1.labelCount }
    }

    /// The anchors of a zone as DS records that can be matched against its keys.
    func delegationSigners(of zone: Name) -> [DS] {
        (byZone[zone] ?? []).compactMap { anchor in
            switch anchor {
            case .ds(let ds): ds
            case .dnskey(let key): DS(of: key, zone: zone, digestType: .sha256)
            }
        }
    }

    /// States of RFC 5011 4.2 as numbers: 2 is valid, 3 missing; the rest is not to be trusted.
    private static func isDistrusted(_ line: ArraySlice<UInt8>) -> Bool {
        guard let comment = line.firstIndex(of: UInt8(ascii: ";")) else { return false }
        let text = String(decoding: line[comment...], as: UTF8.self)
        guard let mark = text.firstRange(of: ";;state="), let state = text[mark.upperBound...].first
        else { return false }
        return state != "2" && state != "3"
    }
}
