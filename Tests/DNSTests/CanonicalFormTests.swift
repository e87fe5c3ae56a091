import DNS
import Testing

/// What signatures cover (RFC 4034 6.2).
@Suite struct CanonicalFormTests {
    /// Names of the listed types are in lower case, what is no name keeps its case.
    @Test(arguments: [
        ("NS Ns.Example.", "NS ns.example."), ("CNAME A.Example.", "CNAME a.example."),
        ("PTR A.Example.", "PTR a.example."), ("DNAME A.Example.", "DNAME a.example."),
        ("SOA A.Ex. B.Ex. 1 2 3 4 5", "SOA a.ex. b.ex. 1 2 3 4 5"),
        ("MX 1 Mx.Example.", "MX 1 mx.example."), ("SRV 1 2 3 S.Ex.", "SRV 1 2 3 s.ex."),
        (
            "RRSIG A 8 1 60 20300101000000 20200101000000 7 Ex. AbCd",
            "RRSIG A 8 1 60 20300101000000 20200101000000 7 ex. AbCd"
        ),
        // RFC 6840 5.1 took NSEC from the list; newer types never were on it.
        ("NSEC Next.Example. A", "NSEC Next.Example. A"), ("SVCB 1 S.Ex.", "SVCB 1 S.Ex."),
        ("HTTPS 0 S.Ex.", "HTTPS 0 S.Ex."), ("TXT \"MiXed\"", "TXT \"MiXed\""),
        ("CAA 0 Issue \"Ca.Example\"", "CAA 0 Issue \"Ca.Example\""),
    ])
    func lowerCase(text: String, canonical: String) throws {
        let (mixed, lower) = (try record("a. " + text), try record("a. " + canonical))
        #expect(mixed.data.canonicalWire == lower.data.wire)
        #expect(mixed == lower)
        #expect(mixed.data.wire.count == lower.data.wire.count)
    }

    /// RP, AFSDB, NAPTR and MINFO, whose names stand behind, after or without other fields.
    @Test(arguments: [
        (17, "02 4162 00 01 43 00", "02 6162 00 01 63 00"), (18, "0041 01 41 00", "0041 01 61 00"),
        (35, "0001 0002 01 55 03 414243 00 01 41 00", "0001 0002 01 55 03 414243 00 01 61 00"),
        (14, "01 41 00 01 42 00", "01 61 00 01 62 00"),
        (9999, "01 41 00", "01 41 00"),
    ])
    func oldTypes(type: Int, wire: String, canonical: String) throws {
        let type = RecordType(rawValue: UInt16(type))
        let data = try RecordData(type: type, wire: hex(wire))
        #expect(try data.wire == hex(wire))
        #expect(try data.canonicalWire == hex(canonical))
    }

    @Test func oldTypesEndWithTheirNames() {
        #expect(throws: DNSError.trailingBytes) {
            try RecordData(type: RecordType(rawValue: 17), wire: [0, 0, 0])
        }
    }
}
