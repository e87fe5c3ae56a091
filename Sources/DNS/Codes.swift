/// A record type (IANA DNS parameters); unknown ones are `TYPE12345` (RFC 3597 5).
package struct RecordType: RawRepresentable, Hashable, Sendable {
    package let rawValue: UInt16
    package init(rawValue: UInt16) { self.rawValue = rawValue }

    package static let a = RecordType(rawValue: 1)
    package static let ns = RecordType(rawValue: 2)
    package static let cname = RecordType(rawValue: 5)
    package static let soa = RecordType(rawValue: 6)
    package static let ptr = RecordType(rawValue: 12)
    package static let mx = RecordType(rawValue: 15)
    package static let txt = RecordType(rawValue: 16)
    package static let aaaa = RecordType(rawValue: 28)
    package static let srv = RecordType(rawValue: 33)
    package static let dname = RecordType(rawValue: 39)
    package static let opt = RecordType(rawValue: 41)
    package static let ds = RecordType(rawValue: 43)
    package static let rrsig = RecordType(rawValue: 46)
    package static let nsec = RecordType(rawValue: 47)
    package static let dnskey = RecordType(rawValue: 48)
    package static let nsec3 = RecordType(rawValue: 50)
    package static let nsec3param = RecordType(rawValue: 51)
    package static let tlsa = RecordType(rawValue: 52)
    package static let cds = RecordType(rawValue: 59)
    package static let cdnskey = RecordType(rawValue: 60)
    package static let svcb = RecordType(rawValue: 64)
    package static let https = RecordType(rawValue: 65)
    /// The pseudo-type of compact denial for a name that does not exist (RFC 9824).
    package static let nxname = RecordType(rawValue: 128)
    package static let any = RecordType(rawValue: 255)
    package static let caa = RecordType(rawValue: 257)

    /// OPT and 128 to 255: what no zone holds (RFC 6895 3.1).
    package var isMeta: Bool { self == .opt || (128...255).contains(rawValue) }
}

extension RecordType: LosslessStringConvertible, Comparable {
    /// Takes the mnemonic in any case, or `TYPE` and a number.
    package init?(_ description: String) {
        let text = description.uppercased()
        if let code = Self.codes[text] {
            self.init(rawValue: code)
        } else if text.hasPrefix("TYPE"), let code: UInt16 = number(text.dropFirst(4)) {
            self.init(rawValue: code)
        } else {
            return nil
        }
    }

    package var description: String { Self.mnemonics[rawValue] ?? "TYPE\(rawValue)" }

    package static func < (left: RecordType, right: RecordType) -> Bool {
        left.rawValue < right.rawValue
    }

    private static let mnemonics: [UInt16: String] = [
        1: "A", 2: "NS", 3: "MD", 4: "MF", 5: "CNAME", 6: "SOA", 7: "MB", 8: "MG", 9: "MR",
        10: "NULL",
        11: "WKS", 12: "PTR", 13: "HINFO", 14: "MINFO", 15: "MX", 16: "TXT", 17: "RP", 18: "AFSDB",
        19: "X25", 20: "ISDN", 21: "RT", 22: "NSAP", 24: "SIG", 25: "KEY", 26: "PX", 27: "GPOS",
        28: "AAAA", 29: "LOC", 30: "NXT", 33: "SRV", 35: "NAPTR", 36: "KX", 37: "CERT", 39: "DNAME",
        41: "OPT", 42: "APL", 43: "DS", 44: "SSHFP", 45: "IPSECKEY", 46: "RRSIG", 47: "NSEC",
        48: "DNSKEY", 49: "DHCID", 50: "NSEC3", 51: "NSEC3PARAM", 52: "TLSA", 53: "SMIMEA",
        55: "HIP",
        59: "CDS", 60: "CDNSKEY", 61: "OPENPGPKEY", 62: "CSYNC", 63: "ZONEMD", 64: "SVCB",
        65: "HTTPS", 99: "SPF", 104: "NID", 105: "L32", 106: "L64", 107: "LP", 108: "EUI48",
        109: "EUI64", 128: "NXNAME", 249: "TKEY", 250: "TSIG", 251: "IXFR", 252: "AXFR", 255: "ANY",
        256: "URI", 257: "CAA",
    ]
    private static let codes = Dictionary(uniqueKeysWithValues: mnemonics.map { ($1, $0) })
}

/// A record class; in practice IN.
package struct RecordClass: RawRepresentable, Hashable, Sendable, LosslessStringConvertible {
    package let rawValue: UInt16
    package init(rawValue: UInt16) { self.rawValue = rawValue }

    package static let `in` = RecordClass(rawValue: 1)
    package static let ch = RecordClass(rawValue: 3)

    /// Takes the mnemonic in any case, or `CLASS` and a number (RFC 3597 5).
    package init?(_ description: String) {
        let text = description.uppercased()
        if text == "IN" {
            self = .in
        } else if text == "CH" {
            self = .ch
        } else if text == "HS" {
            self.init(rawValue: 4)
        } else if text.hasPrefix("CLASS"), let code: UInt16 = number(text.dropFirst(5)) {
            self.init(rawValue: code)
        } else {
            return nil
        }
    }

    package var description: String {
        switch self {
        case .in: "IN"
        case .ch: "CH"
        case RecordClass(rawValue: 4): "HS"
        default: "CLASS\(rawValue)"
        }
    }
}

/// A decimal number, digits only.
func number<Number: FixedWidthInteger>(_ text: some StringProtocol) -> Number? {
    text.utf8.allSatisfy { (0x30...0x39).contains($0) } ? Number(text) : nil
}

/// A response code, extended by EDNS to 12 bits (RFC 6891 6.1.3).
package struct ResponseCode: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    package let rawValue: UInt16
    package init(rawValue: UInt16) { self.rawValue = rawValue }

    package static let noError = ResponseCode(rawValue: 0)
    package static let formatError = ResponseCode(rawValue: 1)
    package static let serverFailure = ResponseCode(rawValue: 2)
    package static let nameError = ResponseCode(rawValue: 3)
    package static let notImplemented = ResponseCode(rawValue: 4)
    package static let refused = ResponseCode(rawValue: 5)
    /// Of a name that a DNAME makes too long (RFC 6672 2.2).
    package static let yxDomain = ResponseCode(rawValue: 6)
    package static let notAuthoritative = ResponseCode(rawValue: 9)
    package static let badVersion = ResponseCode(rawValue: 16)

    /// The mnemonic as `dig` prints it.
    package var description: String {
        let names = [
            "NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED", "YXDOMAIN",
            "YXRRSET",
            "NXRRSET", "NOTAUTH", "NOTZONE",
        ]
        if names.indices.contains(Int(rawValue)) { return names[Int(rawValue)] }
        return switch rawValue {
        case 16: "BADVERS"
        case 23: "BADCOOKIE"
        default: "RCODE\(rawValue)"
        }
    }
}
