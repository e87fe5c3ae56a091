import DNS
import Testing

@Suite struct ServiceBindingTests {
    /// The test vectors of RFC 9460 appendix D.1 and D.2.
    @Test(arguments: [
        (#"HTTPS 0 foo.example.com."#, "0000 03 666f6f 07 6578616d706c65 03 636f6d 00"),
        (#"SVCB 1 ."#, "0001 00"),
        (
            #"SVCB 16 foo.example.com. port=53"#,
            "0010 03 666f6f 07 6578616d706c65 03 636f6d 00 0003 0002 0035"
        ),
        (
            #"SVCB 1 foo.example.com. key667=hello"#,
            "0001 03 666f6f 07 6578616d706c65 03 636f6d 00 029b 0005 68656c6c6f"
        ),
        (
            #"SVCB 1 foo.example.com. key667="hello\210qoo""#,
            "0001 03 666f6f 07 6578616d706c65 03 636f6d 00 029b 0009 68656c6c6fd2716f6f"
        ),
        (
            #"SVCB 1 foo.example.com. ( ipv6hint="2001:db8::1,2001:db8::53:1" )"#,
            """
            0001 03 666f6f 07 6578616d706c65 03 636f6d 00 0006 0020
            20010db8000000000000000000000001 20010db8000000000000000000530001
            """
        ),
        (
            #"SVCB 1 example.com. ( ipv6hint="2001:db8:122:344::192.0.2.33" )"#,
            "0001 07 6578616d706c65 03 636f6d 00 0006 0010 20010db8012203440000 0000c0000221"
        ),
        (
            """
            SVCB 16 foo.example.org. ( alpn=h2,h3-19 mandatory=ipv4hint,alpn
                                       ipv4hint=192.0.2.1 )
            """,
            """
            0010 03 666f6f 07 6578616d706c65 03 6f7267 00 0000 0004 0001 0004
            0001 0009 02 6832 05 68332d3139 0004 0004 c0000201
            """
        ),
        (#"SVCB 16 foo.example.org. alpn="f\\\\oo\\,bar,h2""#, escapedProtocols),
        (#"SVCB 16 foo.example.org. alpn=f\\\092oo\092,bar,h2"#, escapedProtocols),
    ])
    func vectors(text: String, wire: String) throws {
        let record = try record("example.com. " + text)
        #expect(try record.data.wire == hex(wire))
        #expect(try RecordData(type: record.type, wire: hex(wire)) == record.data)
        try expectTextRoundTrip(record)
        try expectWireRoundTrip(record)
    }

    private static let escapedProtocols =
        "0010 03 666f6f 07 6578616d706c65 03 6f7267 00 0001 000c 08 665c6f6f2c626172 02 6832"

    /// Appendix D.3, and what else the forms of section 7 do not allow.
    @Test(arguments: [
        "key123=abc key123=def", "mandatory", "alpn", "port", "ipv4hint", "ipv6hint",
        "no-default-alpn=abc", "mandatory=key123", "mandatory=mandatory",
        "mandatory=key123,key123 key123=abc",
        "alpn=h2,,h3", "alpn=h2,", "alpn=,h2", #"alpn="""#, #"alpn="a\\b""#, #"alpn="a\\""#,
        "port=65536", "port=-1", "port=5x", "port=", "ipv4hint=192.0.2.1,", "ipv4hint=2001:db8::1",
        "ipv6hint=192.0.2.1", "ipv6hint=2001:db8::1,,2001:db8::2", "ech", "ech=abc", "dohpath",
        "ohttp=1", "mandatory=", "mandatory=nothing", "mandatory=alpn, alpn=h2",
        "key65536=a", "key-1=a", "key+5=a", "key05=a", "key=a", "KEY7=a", "nothing=a", "=a",
        #"key7="a"b"#, #"key7=a"b""#, #"key7=\25"#,
    ])
    func refused(parameters: String) {
        #expect(throws: DNSError.self) { try record("a. SVCB 1 b. " + parameters) }
    }

    /// One field too long for its length bytes is refused, not cut.
    @Test func tooLong() {
        let item = String(repeating: "a", count: 256)
        #expect(throws: DNSError.self) { try record("a. SVCB 1 b. alpn=\(item)") }
        let value = String(repeating: "a", count: 65536)
        #expect(throws: DNSError.self) { try record("a. SVCB 1 b. key99=\(value)") }
    }

    @Test(arguments: [
        (
            "HTTPS 1 . alpn=h3,h2 ipv4hint=192.0.2.1 ipv6hint=2001:db8::1",
            "1 . alpn=h3,h2 ipv4hint=192.0.2.1 ipv6hint=2001:db8::1"
        ),
        ("HTTPS 1 . ipv4hint=192.0.2.1 alpn=h2", "1 . alpn=h2 ipv4hint=192.0.2.1"),
        ("SVCB 2 . port=\"443\" no-default-alpn alpn=a", "2 . alpn=a no-default-alpn port=443"),
        ("SVCB 2 . no-default-alpn=", "2 . no-default-alpn"),
        ("SVCB 2 . ech=AEX+DQA=", "2 . ech=AEX+DQA="), ("SVCB 1 . ohttp", "1 . ohttp"),
        ("SVCB 1 . dohpath=/dns-query{?dns}", "1 . dohpath=\"/dns-query{?dns}\""),
        (#"SVCB 1 . key9="a b\"c\\;\000""#, #"1 . key9="a b\"c\\;\000""#),
        ("SVCB 1 . key1=\"\\002h2\"", "1 . alpn=h2"), ("SVCB 1 . key65535", "1 . key65535"),
        (#"SVCB 1 . alpn="a b,(c)""#, #"1 . alpn="a b,(c)""#),
        (#"SVCB 1 . alpn="\195\164\\,\"""#, #"1 . alpn="\195\164\\,\"""#),
        ("SVCB 1 . mandatory=key99,port key99 port=1", "1 . mandatory=port,key99 port=1 key99"),
    ])
    func presentation(text: String, canonical: String) throws {
        let record = try record("a. " + text)
        #expect(record.data.text(record.type) == canonical)
        try expectTextRoundTrip(record)
        try expectWireRoundTrip(record)
    }

    /// What the wire allows and the keys' own forms cannot say is written as unknown keys are (RFC
    /// 9460 2.1).
    @Test(arguments: [
        ("0000 0000", "key0"), ("0000 0001 00", #"key0="\000""#),
        ("0000 0002 0000", #"key0="\000\000""#), ("0000 0002 0001", #"key0="\000\001""#),
        ("0001 0000", "key1"), ("0001 0001 00", #"key1="\000""#),
        ("0001 0002 0561", #"key1="\005a""#),
        ("0002 0001 61", #"key2="a""#), ("0003 0001 35", #"key3="5""#), ("0004 0000", "key4"),
        ("0004 0003 000000", #"key4="\000\000\000""#), ("0005 0000", "key5"), ("0006 0000", "key6"),
        ("0007 0000", "key7"), ("0008 0001 20", #"key8=" ""#),
    ])
    func oddValues(wire: String, text: String) throws {
        let data = try RecordData(type: .https, wire: hex("0001 00" + wire))
        #expect(data.text(.https) == "1 . " + text)
        let record = Record(owner: .root, type: .https, ttl: 1, data: data)
        try expectTextRoundTrip(record)
        try expectWireRoundTrip(record)
    }

    @Test(arguments: [
        ("keys descending", "0001 00 0002 0000 0001 0000"),
        ("a key twice", "0001 00 0002 0000 0002 0000"),
        ("a value too long", "0001 00 0003 0003 0035"), ("half a key", "0001 00 00"),
        ("no target", "0001"),
    ])
    func refusedWire(what: String, wire: String) {
        #expect(throws: DNSError.self, "\(what)") { try RecordData(type: .svcb, wire: hex(wire)) }
    }
}
