import DNS
import Testing

/// The examples of the DNSSEC RFCs, retyped; the key tags tell whether the keys were.
@Suite struct SecurityVectorTests {
    @Test(arguments: [
        (  // RFC 4034 5.4
            60485,
            """
            dskey.example.com. 86400 IN DNSKEY 256 3 5 ( AQOeiiR0GOMYkDshWoSKz9Xz
                fwJr1AYtsmx3TGkJaNXVbfi/ 2pHm822aJ5iI9BMzNXxeYCmZ DRD99WYwYqUSdjMmmAphXdvx
                egXd/M5+X7OrzKBaMbCVdFLU Uh6DhweJBjEVv5f2wwjM9Xzc nOf+EPbtG9DMBmADjFDc2w/r
                ljwvFw== ) ;  key id = 60485
            """
        ),
        (  // RFC 4034 2.3
            2642,
            """
            example.com. 86400 IN DNSKEY 256 3 RSASHA1 ( AQPSKmynfzW4kyBv015MUG2DeIQ3
                Cbl+BBZH4b/0PY1kxkmvHjcZc8no kfzj31GajIQKY+5CptLr3buXA10h
                WqTkF7H6RfoRqXQeogmMHfpftf6z Mv1LyBUgia7za6ZEzOJBOztyvhjL
                742iU/TpPSEDhm2SNKLijfUppn1U aNvv4w==  )
            """
        ),
        (  // RFC 5702 6.1
            9033,
            """
            example.net. 3600 IN DNSKEY (256 3 8 AwEAAcFcGsaxxdgiuuGmCkVI
                my4h99CqT7jwY3pexPGcnUFtR2Fh36BponcwtkZ4cAgtvd4Qs8P kxUdp6p/DlUmObdk= )
            """
        ),
        (  // RFC 6605 6.1
            55648,
            """
            example.net. 3600 IN DNSKEY 257 3 13 ( GojIhhXUN/u4v54ZQqGSnyhWJwaubCvTmeexv7bR6edb
                krSqQpF64cYbcB7wNcP+e+MAnLr+Wi9xMWyQLc8NAA== )
            """
        ),
        (  // RFC 8080 6.1
            3613,
            "example.com. 3600 IN DNSKEY 257 3 ED25519 l02Woi0iS8Aa25FQkUd9RMzZHJpBoRQwAQEX1SxZJA4="
        ),
        (  // the root's key of 2017
            20326,
            """
            . 172800 IN DNSKEY 257 3 8 (
                AwEAAaz/tAm8yTn4Mfeh5eyI96WSVexTBAvkMgJzkKTOiW1vkIbzxeF3+/4RgWOq7HrxRixHlFlExOLA
                Jr5emLvN7SWXgnLh4+B5xQlNVz8Og8kvArMtNROxVQuCaSnIDdD5LKyWbRd2n9WGe2R8PzgCmr3EgVLr
                jyBxWezF0jLHwVN8efS3rCj/EWgvIWgb9tarpVUDK/b58Da+sqqls3eNbuv7pr+eoZG+SrDK6nWeL3c6
                H5Apxz7LjVc1uTIdsIXxuOLYA4/ilBmSVIzuDWfdRUfhHdY6+cn8HFRm+2hM8AnXGXws9555KrUB5qih
                ylGa8subX2Nn6UwNR1AkUTV74bU= )
            """
        ),
    ])
    func keyTags(tag: Int, text: String) throws {
        let record = try record(text)
        let key = try #require(record.dnskey)
        #expect(Int(key.keyTag) == tag)
        #expect(key.isZoneKey)
        #expect(!key.isRevoked)
        #expect(key.isSecureEntryPoint == (key.flags == 257))
        try expectTextRoundTrip(record)
        try expectWireRoundTrip(record)
    }

    @Test func dnskeyFlags() {
        let key = DNSKEY(flags: 0x0181, protocol: 2, algorithm: .ed25519, publicKey: [1])
        #expect(key.isRevoked && key.isSecureEntryPoint && !key.isZoneKey)
        #expect(!DNSKEY(flags: 1, algorithm: .ed25519, publicKey: [1]).isZoneKey)
    }

    /// RFC 4034 5.4 and RFC 4509 2.3.
    @Test func ds() throws {
        let sha1 = try record(
            """
            dskey.example.com. 86400 IN DS 60485 5 1 ( 2BB183AF5F22588179A53B0A
                                                       98631FAD1A292118 )
            """)
        #expect(
            try sha1.data.wire
                == hex("EC45 05 01 2BB183AF5F22588179A53B0A98631FAD1A292118"))
        let sha256 = try record(
            """
            dskey.example.com. 86400 IN DS 60485 5 2 ( D4B7D520E7BB5F0F67674A0C
                CEB1E3E0614B93C4F9E99B83 83F6A1E4469DA50A )
            """)
        #expect(sha256.ds?.digest.count == 32)
        #expect(sha256.ds?.digestType == .sha256)
        for record in [sha1, sha256] {
            try expectTextRoundTrip(record)
            try expectWireRoundTrip(record)
        }
    }

    /// RFC 4034 3.3.
    @Test func rrsig() throws {
        let record = try record(
            """
            host.example.com. 86400 IN RRSIG A 5 3 86400 20030322173103 (
                20030220173103 2642 example.com.
                oJB1W6WNGv+ldvQ3WDG0MQkg5IEhjRip8WTr PYGv07h108dUKGMeDPKijVCHX3DDKdfb+v6o
                B9wfuh3DTJXUAfI/M0zmO/zz8bW0Rznl8O3t GNazPwQKkRN20XPXV6nwwfoXmJQbsLNrLfkG
                J5D6fwFm8nN+6pBzeDQfsS3Ap3o= )
            """)
        let signature = try #require(record.rrsig)
        #expect(signature.typeCovered == .a)
        #expect(signature.expiration == 1_048_354_263)
        #expect(signature.inception == 1_045_762_263)
        #expect(signature.signature.count == 128)
        try #expect(
            signature.signedPrefix
                == hex("0001 05 03 00015180 3E7C9DD7 3E5510D7 0A52 07 6578616d706c65 03 636f6d 00")
        )
        #expect(
            record.description.contains(" 20030322173103 20030220173103 2642 example.com. oJB1"))
        try expectTextRoundTrip(record)
        try expectWireRoundTrip(record)
    }

    @Test func signedPrefixIsCanonical() throws {
        let text = "a. RRSIG MX 8 1 60 20300101000000 20200101000000 7 EXAMPLE. AAAA"
        let signature = try #require(record(text).rrsig)
        #expect(signature.signedPrefix.suffix(9) == (try name("example")).wire[...])
        #expect(
            RecordData.rrsig(signature).wire.suffix(12).prefix(9) == (try name("EXAMPLE")).wire[...]
        )
    }

    @Test(arguments: [
        ("19700101000000", 0), ("20000229120000", 951_825_600), ("20240229235959", 1_709_251_199),
        ("20380119031408", 0x8000_0000), ("21060207062815", 0xffff_ffff),
        ("1045762263", 1_045_762_263),
        ("0", 0),
    ])
    func signatureTimes(text: String, seconds: Int) throws {
        let record = try record("a. RRSIG A 8 1 60 \(text) 1 7 a. AAAA")
        #expect(record.rrsig?.expiration == UInt32(seconds))
        try expectTextRoundTrip(record)
    }

    @Test(arguments: [
        "20230229000000", "20240230000000", "20241301000000", "20240001000000", "20240100000000",
        "20240101240000", "20240101006000", "2024010100000", "4294967296", "20240101-00000",
        "19691231235959",
    ])
    func refusedSignatureTimes(text: String) {
        #expect(throws: DNSError.self) { try record("a. RRSIG A 8 1 60 \(text) 1 7 a. AAAA") }
    }

    /// RFC 4034 4.3.
    @Test func nsec() throws {
        let record = try record(
            "alfa.example.com. 86400 IN NSEC host.example.com. ( A MX RRSIG NSEC TYPE1234 )")
        let zeros = String(repeating: "00", count: 26)
        #expect(
            try record.data.wire
                == hex(
                    "04 686f7374 07 6578616d706c65 03 636f6d 00 0006 40 01 00 00 00 03 041b \(zeros) 20"
                ))
        #expect(record.data.text(.nsec) == "host.example.com. A MX RRSIG NSEC TYPE1234")
        #expect(record.nsec?.types.contains(RecordType(rawValue: 1234)) == true)
        #expect(record.nsec?.types.contains(.aaaa) == false)
        try expectTextRoundTrip(record)
        try expectWireRoundTrip(record)
    }

    /// RFC 6840 5.1: the next name of NSEC keeps its case, the signer of RRSIG does not.
    @Test func nsecKeepsItsCase() throws {
        let record = try record("a. NSEC Host.Example. A")
        #expect(record.data.canonicalWire == record.data.wire)
    }

    @Test(arguments: [
        ("a window twice", "00 0001 40 0001 40"), ("windows descending", "00 0101 40 0001 40"),
        ("an empty window", "00 0000"),
        ("33 bytes", "00 0021" + String(repeating: "01", count: 33)),
        ("a last byte of zero", "00 0002 4000"), ("only zero", "00 0001 00"),
        ("half a window", "00 0003 4000"), ("a window without a length", "00 00"),
    ])
    func refusedBitmaps(what: String, wire: String) {
        #expect(throws: DNSError.self, "\(what)") { try RecordData(type: .nsec, wire: hex(wire)) }
    }

    @Test func wholeBitmap() throws {
        let all = TypeBitmap((0...UInt16.max).map { RecordType(rawValue: $0) })
        let data = RecordData.nsec(NSEC(nextName: .root, types: all))
        #expect(data.wire.count == 1 + 256 * 34)
        #expect(try RecordData(type: .nsec, wire: data.wire) == data)
        #expect(TypeBitmap([.mx, .a, .mx]).types == [.a, .mx])
    }

    /// RFC 5155 appendix A.
    @Test func nsec3() throws {
        let record = try record(
            """
            0p9mhaveqvm6t7vbl5lop2u3t2rp3tom.example. NSEC3 1 1 12 aabbccdd (
                2t7b4g4vsa5smi47k61mv5bv1a22bojr MX DNSKEY NS SOA NSEC3PARAM RRSIG )
            """)
        let nsec3 = try #require(record.nsec3)
        #expect(nsec3.isOptOut)
        #expect(nsec3.iterations == 12)
        #expect(try nsec3.salt == hex("aabbccdd"))
        #expect(nsec3.nextHash.count == 20)
        #expect(NSEC3.label(nsec3.nextHash) == Array("2t7b4g4vsa5smi47k61mv5bv1a22bojr".utf8))
        #expect(NSEC3.hash(label: "2T7B4G4VSA5SMI47K61MV5BV1A22BOJR".utf8) == nsec3.nextHash)
        #expect(
            try record.data.wire.prefix(30)
                == hex("01 01 000C 04 AABBCCDD 14 174EB2409FE28BCB4887A1836F957F0A8425E27B")[
                    ...])
        #expect(
            record.data.text(.nsec3)
                == "1 1 12 AABBCCDD 2T7B4G4VSA5SMI47K61MV5BV1A22BOJR NS SOA MX RRSIG DNSKEY NSEC3PARAM"
        )
        try expectTextRoundTrip(record)
        try expectWireRoundTrip(record)
        let empty = try DNSTests.record("a. NSEC3 1 0 0 - 2t7b4g4vsa5smi47k61mv5bv1a22bojr")
        #expect(empty.nsec3?.salt == [])
        #expect(empty.nsec3?.types.types == [])
        try expectTextRoundTrip(empty)
        try expectWireRoundTrip(empty)
        #expect(throws: DNSError.self) {
            try RecordData(type: .nsec3, wire: hex("01 00 0000 00 00"))
        }
        for label in ["2t7b4g4vsa5smi47k61mv5bv1a22boj!", "w", "0", "01234z", "zzzzzzzz"] {
            #expect(NSEC3.hash(label: label.utf8) == nil)
        }
    }

    @Test func nsec3param() throws {
        let record = try record("example. NSEC3PARAM 1 0 12 aabbccdd")
        #expect(try record.data.wire == hex("01 00 000c 04 aabbccdd"))
        try expectTextRoundTrip(record)
        try expectWireRoundTrip(record)
        try expectTextRoundTrip(try DNSTests.record("example. NSEC3PARAM 1 0 0 -"))
    }
}
