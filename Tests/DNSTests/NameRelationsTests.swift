import DNS
import Testing

@Suite struct NameRelationsTests {
    @Test func within() throws {
        let zone = try name("Example.com")
        for inside in ["example.COM", "a.example.com", "b.a.example.com", "*.example.com"] {
            #expect(try name(inside).isWithin(zone))
            #expect(try name(inside).isBelow(zone) == (name(inside) != zone))
            #expect(try name(inside).isWithin(.root))
        }
        for outside in ["com", "aexample.com", "example.com.net", "example.org", "."] {
            #expect(try !name(outside).isWithin(zone))
            #expect(try !name(outside).isBelow(zone))
        }
        #expect(Name.root.isWithin(.root))
        #expect(!Name.root.isBelow(.root))
        // The bytes of "\003com\000" end this name, but no label of it begins there.
        #expect(try !Name(labels: [[1, 3, 0x63, 0x6f, 0x6d]]).isWithin(name("com")))
    }

    @Test func ancestors() throws {
        let deep = try name("a.b.example.com")
        #expect(
            deep.selfAndAncestors.map(\.text) == [
                "a.b.example.com", "b.example.com", "example.com", "com", ".",
            ])
        #expect(deep.parent?.text == "b.example.com")
        #expect(Name.root.parent == nil)
        #expect(Name.root.selfAndAncestors == [.root])
        for (count, text) in [(-1, "."), (0, "."), (1, "com"), (3, "b.example.com")] {
            #expect(deep.suffix(count).text == text)
        }
        #expect(deep.suffix(4) == deep)
        #expect(deep.suffix(99) == deep)
    }

    @Test(arguments: [
        ("a.b.example.com", "c.B.EXAMPLE.com", "b.example.com"), ("a.com", "a.org", "."),
        ("example.com", "example.com", "example.com"),
        ("x.example.com", "example.com", "example.com"),
        ("aexample.com", "example.com", "com"), (".", "com", "."),
    ])
    func commonAncestor(one: String, other: String, common: String) throws {
        #expect(try name(one).commonAncestor(with: name(other)) == name(common))
        #expect(try name(other).commonAncestor(with: name(one)) == name(common))
    }

    @Test func wildcards() throws {
        let zone = try name("example")
        #expect(zone.wildcard?.text == "*.example")
        #expect(zone.wildcard?.isWildcard == true)
        #expect(Name.root.wildcard?.isWildcard == true)
        for text in ["**.example", "a.*.example", "example", "."] {
            #expect(try !name(text).isWildcard)
        }
        let full = try name(String(repeating: "a.", count: 127))
        #expect(full.wildcard == nil)
        #expect(full.parent?.wildcard?.wire.count == 255)
        #expect(zone.child([]) == nil)
        #expect(zone.child(Array(repeating: 97, count: 64)) == nil)
        #expect(zone.child("www".utf8)?.text == "www.example")
    }

    /// The table of RFC 6672 2.2.
    @Test(arguments: [
        ("com.", "example.com.", "example.net.", nil), ("example.com.", "example.com.", "x.", nil),
        ("a.example.com.", "example.com.", "example.net.", "a.example.net."),
        ("a.b.example.com.", "example.com.", "example.net.", "a.b.example.net."),
        ("ab.example.com.", "b.example.com.", "example.net.", nil),
        ("foo.example.com.", "example.com.", "example.net.", "foo.example.net."),
        ("a.x.example.com.", "x.example.com.", "example.net.", "a.example.net."),
        ("a.example.com.", "example.com.", "y.example.net.", "a.y.example.net."),
        ("cyc.example.com.", "example.com.", "example.com.", "cyc.example.com."),
        ("shortloop.x.x.", "x.", ".", "shortloop.x."), ("shortloop.x.", "x.", ".", "shortloop."),
    ])
    func replacing(query: String, owner: String, target: String, result: String?) throws {
        let replaced = try name(query).replacing(name(owner), by: name(target))
        #expect(replaced?.description == result)
    }

    @Test func replacingTooLong() throws {
        let target = try name(String(repeating: "a.", count: 126))
        #expect(try name("x.b.").replacing(name("b."), by: target)?.wire.count == 255)
        #expect(throws: DNSError.nameTooLong) {
            try name("xy.b.").replacing(name("b."), by: target)
        }
    }

    @Test func mixedCase() throws {
        let plain = try name(#"abc-1.\065\091\123.exAMple"#)
        var (upper, lower) = (FixedBits(bits: .max), FixedBits(bits: 0))
        #expect(plain.withCase(from: &upper).description == #"ABC-1.A[{.EXAMPLE."#)
        #expect(plain.withCase(from: &lower).description == #"abc-1.a[{.example."#)
        // What was drawn before is used first.
        let begun = plain.withCase(bits: 0b010, left: 3, from: &upper)
        #expect(begun.description == #"aBc-1.A[{.EXAMPLE."#)
        let long = try name(String(repeating: "a.", count: 127))
        var random = SystemRandomNumberGenerator()
        let mixed = long.withCase(from: &random)
        #expect(mixed == long)
        // 127 letters all of one case come up once in 2^126 runs.
        #expect(Set(mixed.wire) == [0, 1, 0x41, 0x61])
    }
}
