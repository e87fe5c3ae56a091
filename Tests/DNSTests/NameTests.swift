import DNS
import Testing

@Suite struct NameTests {
    @Test func caseIsKeptAndIgnored() throws {
        let (one, other) = (try name("WwW.Example.COM"), try name("www.example.com."))
        #expect(one == other)
        #expect(one.hashValue == other.hashValue)
        #expect(one.description == "WwW.Example.COM.")
        #expect(one.lowercased.wire == other.wire)
        #expect(try name("www.example.com") != name("www.example.con"))
        #expect(try name("a.b") != name(#"a\.b"#))
    }

    /// Only ASCII letters fold: `[` and `{`, `@` and the grave accent differ (RFC 4343 3).
    @Test func onlyLettersFold() throws {
        #expect(try name("a[") != name("a{"))
        #expect(try name(#"\@a"#) != name("`a"))
        #expect(try name(#"\193"#) != name(#"\225"#))
        for byte in UInt8.min...UInt8.max {
            let (one, flipped) = (try Name(labels: [[byte]]), try Name(labels: [[byte ^ 0x20]]))
            #expect((one == flipped) == (0x61...0x7a).contains(byte | 0x20))
        }
    }

    @Test func equalNamesHashAlikeAtEveryLength() throws {
        var seen: Set<Name> = []
        for length in 1...63 {
            let lower = try Name(labels: [Array(repeating: UInt8(ascii: "q"), count: length)])
            let upper = try Name(labels: [Array(repeating: UInt8(ascii: "Q"), count: length)])
            #expect(seen.insert(lower).inserted)
            #expect(!seen.insert(upper).inserted)
        }
    }

    /// The list of RFC 4034 6.1.
    @Test func canonicalOrder() throws {
        let ordered = try [
            "example", "a.example", "yljkjljk.a.example", "Z.a.example", "zABC.a.EXAMPLE",
            "z.example", #"\001.z.example"#, "*.z.example", #"\200.z.example"#,
        ].map(name)
        for (index, one) in ordered.enumerated() {
            for (position, other) in ordered.enumerated() {
                #expect((one < other) == (index < position), "\(one) \(other)")
            }
        }
        #expect(ordered.reversed().sorted().map(\.description) == ordered.map(\.description))
        #expect(try Name.root < name("example"))
        #expect(try !(name("A.example") < name("a.EXAMPLE")))
    }

    @Test(arguments: [
        (".", "."), ("example.com.", "example.com."), ("example.com", "example.com."),
        (#"a\.b.example."#, #"a\.b.example."#), (#"\065\066."#, "AB."),
        (#"\000.example."#, #"\000.example."#), (#"sp\032ace."#, #"sp\032ace."#),
        (#"sp\ ace."#, #"sp\032ace."#), (#"\\\"\;\(\)\@\$."#, #"\\\"\;\(\)\@\$."#),
        (#"\255\128."#, #"\255\128."#), ("_443._tcp.*.example.", "_443._tcp.*.example."),
        (#"ends\.."#, #"ends\.."#), ("tab\t.", #"tab\009."#),
    ])
    func presentation(text: String, canonical: String) throws {
        let name = try name(text)
        #expect(name.description == canonical)
        #expect(try DNSTests.name(canonical).wire == name.wire)
        #expect(name.isRoot ? name.text == "." : name.text + "." == canonical)
    }

    @Test(arguments: [
        "", "..", ".a", "a..b", #"a\"#, #"a\25"#, #"a\256."#, #"a\2x5"#, "a..", "...",
    ])
    func refused(text: String) {
        #expect(Name(text) == nil)
    }

    @Test func everyByteRoundTrips() throws {
        for byte in UInt8.min...UInt8.max {
            let name = try Name(labels: [[byte, byte], Array("example".utf8)])
            #expect(Name(name.description)?.wire == name.wire)
            #expect(Name(name.text)?.wire == name.wire)
            #expect(try ZoneText.records("\(name) A 192.0.2.1".utf8).first?.owner == name)
        }
    }

    @Test func labels() throws {
        #expect(Name.root.labels.isEmpty)
        #expect(Name.root.labelCount == 0)
        let wildcard = try name("*.b.example")
        #expect(wildcard.labels.map(Array.init) == ["*", "b", "example"].map { Array($0.utf8) })
        #expect(wildcard.labelCount == 3)
        #expect(try Name(labels: wildcard.labels) == wildcard)
        #expect(throws: DNSError.self) { try Name(labels: [[1], []]) }
    }

    @Test func lengthLimits() throws {
        let label = String(repeating: "a", count: 63)
        #expect(Name(label) != nil)
        #expect(Name(label + "a") == nil)
        let longest = "\(label).\(label).\(label)." + String(repeating: "b", count: 61)
        #expect(try name(longest).wire.count == 255)
        #expect(Name(longest + "b") == nil)
        #expect(Name("a." + longest) == nil)
        #expect(try name(String(repeating: "a.", count: 127)).labelCount == 127)
        #expect(Name(String(repeating: "a.", count: 128)) == nil)
        // An escape is one byte of the label, four of the text.
        #expect(Name(String(repeating: #"\001"#, count: 63)) != nil)
        #expect(Name(String(repeating: #"\001"#, count: 64)) == nil)
    }

    @Test func origin() throws {
        let origin = try name("example.net")
        #expect(try Name(text: "www".utf8, origin: origin) == name("www.example.net"))
        #expect(try Name(text: "www.".utf8, origin: origin) == name("www"))
        #expect(try Name(text: "@".utf8, origin: origin) == origin)
        #expect(try Name(text: #"\@"#.utf8, origin: origin) == name(#"\@.example.net"#))
        #expect(try Name(text: ".".utf8, origin: origin) == .root)
        let long = String(repeating: "a.", count: 122) + "a"
        #expect(throws: DNSError.nameTooLong) { try Name(text: long.utf8, origin: origin) }
    }
}
