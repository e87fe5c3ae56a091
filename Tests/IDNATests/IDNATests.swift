import IDNA
import Testing

@Suite struct IDNATests {
    @Test(arguments: [
        ("faß.example", "xn--fa-hia.example"), ("bücher.example", "xn--bcher-kva.example"),
        ("BÜCHER.Example", "xn--bcher-kva.Example"), ("日本語.example", "xn--wgv71a119e.example"),
        ("日本語。example", "xn--wgv71a119e.example"), ("bu\u{308}cher", "xn--bcher-kva"),
        ("_443._tcp.bücher.example.", "_443._tcp.xn--bcher-kva.example."),
        ("βόλος.com", "xn--nxasmm1c.com"),
    ])
    func unicodeNames(name: String, ascii: String) throws {
        #expect(try IDNA.toASCII(name) == ascii)
    }

    @Test(arguments: [
        "", ".", "example.com", "example.com.", "WWW.Example.COM", "_443._tcp.example",
        "xn--bcher-kva.example", "XN--BCHER-KVA.example", "a\\046b.example", "-a.example",
        "r3---sn-abc.example", "a..b", "under_score.example", "a\0b",
    ])
    func asciiPassesUnchanged(name: String) throws {
        #expect(try IDNA.toASCII(name) == name)
    }

    @Test(arguments: [
        ("😀.example", "string contains a disallowed character"),
        ("xn--ls8h.example", "string contains a disallowed character"),
        ("\u{301}a.example", "string contains a forbidden leading combining character"),
        ("xn--zzzzzzzzzzzz.example", "string contains invalid punycode data"),
        ("xn--.example", "string contains invalid punycode data"),
        ("\u{1FAE8}.example", "string contains a disallowed character"),
        ("a\u{200D}b.example", "string contains a forbidden context-j character"),
        ("\u{2100}.example", "string contains a disallowed character"),
        ("ü\0.example", "string contains a disallowed character"),
        (
            String(repeating: "ü", count: 80) + ".example",
            "punycode encoded data will be too large"
        ),
    ])
    func refused(name: String, reason: String) throws {
        let error = try #require(throws: IDNAError.self) { try IDNA.toASCII(name) }
        #expect(error.reason == reason)
        #expect(error.description.hasSuffix("is no valid name: " + reason))
    }

    @Test(arguments: [
        ("xn--bcher-kva.example", "bücher.example"), ("XN--BCHER-KVA.example", "bücher.example"),
        ("xn--fa-hia.example", "faß.example"), ("_443._tcp.example", "_443._tcp.example"),
        ("xn--zzzzzzzzzzzz.example", "xn--zzzzzzzzzzzz.example"),
        ("xn--ls8h.example", "xn--ls8h.example"), ("", ""), (".", "."),
    ])
    func readable(name: String, unicode: String) {
        #expect(IDNA.toUnicode(name) == unicode)
    }
}
