import DNS
import Testing

@Suite struct ZoneTextTests {
    /// RFC 1035 5.3.
    @Test func masterFile() throws {
        let text = #"""
            @   IN  SOA     VENERA      Action\.domains (
                                             20     ; SERIAL
                                             7200   ; REFRESH
                                             600    ; RETRY
                                             3600000; EXPIRE
                                             60)    ; MINIMUM

                    NS      A.ISI.EDU.
                    NS      VENERA
                    NS      VAXA
                    MX      10      VENERA
                    MX      20      VAXA

            A       A       26.3.0.103

            VENERA  A       10.1.0.52
                    A       128.9.0.32

            VAXA    A       10.2.0.27
                    A       128.9.0.33
            """#
        let records = try ZoneText.records(
            text.utf8, origin: name("ISI.EDU"), defaultTTL: 60)
        #expect(
            records.map(\.description) == [
                #"ISI.EDU. 60 IN SOA VENERA.ISI.EDU. Action\.domains.ISI.EDU. 20 7200 600 3600000 60"#,
                "ISI.EDU. 60 IN NS A.ISI.EDU.", "ISI.EDU. 60 IN NS VENERA.ISI.EDU.",
                "ISI.EDU. 60 IN NS VAXA.ISI.EDU.", "ISI.EDU. 60 IN MX 10 VENERA.ISI.EDU.",
                "ISI.EDU. 60 IN MX 20 VAXA.ISI.EDU.", "A.ISI.EDU. 60 IN A 26.3.0.103",
                "VENERA.ISI.EDU. 60 IN A 10.1.0.52", "VENERA.ISI.EDU. 60 IN A 128.9.0.32",
                "VAXA.ISI.EDU. 60 IN A 10.2.0.27", "VAXA.ISI.EDU. 60 IN A 128.9.0.33",
            ])
        #expect(records[0].soa?.mailbox.labelCount == 3)
    }

    @Test func sampleRoundTrips() throws {
        let all = try records(sampleZone)
        #expect(all.count == 36)
        #expect(Set(all.map(\.type)).count == 23)
        for record in all {
            try expectTextRoundTrip(record)
            try expectWireRoundTrip(record)
        }
        let printed = all.map(\.description).joined(separator: "\r\n")
        #expect(try records(printed) == all)
    }

    @Test(arguments: [
        ("a 300 IN A 192.0.2.1", 300), ("a IN 300 A 192.0.2.1", 300), ("a in A 192.0.2.1", 3600),
        ("a A 192.0.2.1", 3600), ("$TTL 60\na A 192.0.2.1", 60), ("$ttl 1m30s\na A 192.0.2.1", 90),
        ("a 1w2d3h4m5s A 192.0.2.1", 788645), ("a 1H A 192.0.2.1", 3600), ("a 0 A 192.0.2.1", 0),
        ("a 2147483647 A 192.0.2.1", 2_147_483_647), ("a CLASS1 7 A 192.0.2.1", 7),
        ("a 1 TYPE1 192.0.2.1", 1), ("a 1 CLASS1 TYPE1 \\# 4 C0000201", 1),
        // The last that was stated, unless $TTL says otherwise (RFC 1035 5.1, RFC 2308 4).
        ("b 5 NS a.\na A 192.0.2.1", 5), ("$TTL 9\nb 5 NS a.\na A 192.0.2.1", 9),
    ])
    func ttlAndClass(text: String, ttl: Int) throws {
        let record = try #require(records(text).last)
        #expect(
            record
                == (try Record(
                    owner: name("a"), type: .a, ttl: UInt32(ttl),
                    data: RecordData(type: .a, wire: [192, 0, 2, 1]))))
    }

    @Test func origins() throws {
        let all = try ZoneText.records(
            """
            a NS b
            $ORIGIN sub
            @ NS b.
            $ORIGIN other.
            c NS @
              NS \\@
            \\064x NS a\\.b
            """.utf8, origin: name("example"))
        #expect(
            all.map { "\($0.owner) \($0.data.text(.ns))" } == [
                "a.example. b.example.", "sub.example. b.", "c.other. other.",
                #"c.other. \@.other."#,
                #"\@x.other. a\.b.other."#,
            ])
    }

    @Test func quotesParenthesesAndComments() throws {
        let all = try records(
            """
            ; a comment with ( and "
            a ( TXT ; ( inside
                "one;(\\"" ; another "
              )"two"(three)
            \t
               ; a blank line's comment
              TXT\ta\\;b a\\"b a\\032b a\\ b;end
            """)
        #expect(all.map(\.owner) == [try name("a"), try name("a")])
        #expect(
            all.map { $0.data.text(.txt) } == [
                #""one;(\"" "two" "three""#, #""a;b" "a\"b" "a b" "a b""#,
            ])
        #expect(try records("").isEmpty)
        #expect(try records("\n\r\n  \n;").isEmpty)
        #expect(try records(#"a TXT """#).first?.data == .txt([[]]))
    }

    @Test func texts() throws {
        let most = String(repeating: "x", count: 255)
        #expect(try record("a TXT \(most)").data == .txt([Array(most.utf8)]))
        #expect(throws: DNSError.self) { try record("a TXT \(most)x") }
        let bytes = (0...255).map { UInt8($0) }
        for string in [bytes.prefix(128), bytes.suffix(128)] {
            let record = Record(owner: .root, type: .txt, ttl: 1, data: .txt([Array(string)]))
            try expectTextRoundTrip(record)
        }
    }

    /// RFC 3597 5.
    @Test func unknownTypes() throws {
        let all = try records(
            """
            a.example.   CLASS32     TYPE731         \\# 6 abcd (
                                                     ef 01 23 45 )
            b.example.   HS          TYPE62347       \\# 0
            e.example.   IN          A               \\# 4 0A000001
            e.example.   CLASS1      TYPE1           10.0.0.2
            """)
        #expect(
            all.map(\.description) == [
                "a.example. 3600 CLASS32 TYPE731 \\# 6 ABCDEF012345",
                "b.example. 3600 HS TYPE62347 \\# 0", "e.example. 3600 IN A 10.0.0.1",
                "e.example. 3600 IN A 10.0.0.2",
            ])
        for record in all { try expectTextRoundTrip(record) }
    }

    /// Line by line, what is wrong is told with its line.
    @Test(arguments: [
        (1, "a A 192.0.2.256"), (2, "\na AAAA 192.0.2.1"), (3, "b TXT (\n\n)) c\n"),
        (1, "  A 192.0.2.1"),
        (2, "a A 192.0.2.1\nb A"), (1, "a A 192.0.2.1 192.0.2.2"), (1, "a NOTHING x"), (1, "a"),
        (1, "a 300"), (1, "a 300 300 A 192.0.2.1"), (1, "a IN IN A 192.0.2.1"),
        (1, "a 1x A 192.0.2.1"),
        (1, "a 2147483648 A 192.0.2.1"), (1, "a 99999999999999999999 A 192.0.2.1"),
        (2, "\n$TTL"), (1, "$TTL x"), (1, "$TTL -1"), (1, "$INCLUDE /etc/passwd"),
        (1, "$GENERATE 1-2 a A b"),
        (1, "$ORIGIN a..b"), (2, "\na TXT ( b\n\n"), (1, "a TXT b )"), (1, "a TXT \"b"),
        (1, "a TXT \"b\nc\""),
        (1, "a TXT b\\\nb TXT c"), (1, "a TXT \\"), (1, "a\\ TXT\n"), (1, "a TXT \\300"),
        (1, "a MX x b."), (1, "a MX 65536 b."), (1, "a MX -1 b."), (1, "a MX +1 b."),
        (1, "a MX 1 b..c"),
        (1, "a SRV 1 2 b."), (1, "a SOA b. c. 1 2 3 4"), (1, "a TYPE+1 192.0.2.1"),
        (1, "a TYPE65536 \\# 0"),
        (1, "a CLASS+1 A 192.0.2.1"), (1, "a TYPE9999 x"), (1, "a TYPE9999 \\# 2 00"),
        (1, "a TYPE9999 \\# 1 0"), (1, "a TYPE9999 \\#"), (1, "a A \\# 3 000000"), (1, "a A \\# 0"),
        (1, "a DS 1 8 2"), (1, "a DS 1 8 2 0"), (1, "a DS 1 8 2 0g"), (1, "a DS 1 +8 2 00"),
        (1, "a DS 1 NOTHING 2 00"), (1, "a TLSA 3 1 1"), (1, "a DNSKEY 257 3 8"),
        (1, "a DNSKEY 257 3 8 A"), (1, "a DNSKEY 257 3 8 AAA"), (1, "a DNSKEY 257 3 8 AB=="),
        (1, "a DNSKEY 257 3 8 AA==AA=="), (1, "a DNSKEY 257 3 8 AA-_"), (1, "a CAA 0 \"\" x"),
        (1, "a CAA 0 is-sue x"), (1, "a CAA 0 issue"), (1, "a CAA 256 issue x"),
        (1, "a CAA 0 issue x y"),
        (1, "a NSEC b. A NOTHING"), (1, "a NSEC3 1 0 0 - !"), (1, "a NSEC3 1 0 0 abc 00"),
        (1, "a NSEC3PARAM 1 0 65536 -"), (1, "a CH A 192.0.2.1"), (1, "a TXT"),
    ])
    func errors(line: Int, text: String) {
        let error = #expect(throws: DNSError.self) { try records(text) }
        if case .text(let told, let what)? = error {
            #expect(told == line)
            #expect(!what.isEmpty)
            #expect(error?.description.hasPrefix("line \(line): ") == true)
        } else {
            Issue.record("\(String(describing: error)) names no line")
        }
    }
}
