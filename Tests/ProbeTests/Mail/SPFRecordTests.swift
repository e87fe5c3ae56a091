import Testing

@testable import Probe

/// The syntax of RFC 7208, by its own examples and by what people get wrong.
@Suite struct SPFRecordTests {
    /// RFC 7208 4.5, 5 to 7, D.1 and D.2.
    static let sound = [
        "v=spf1", "v=spf1 ", "V=SPF1 -ALL", "v=spf1 +mx a:colo.example.com/28 -all",
        "v=spf1 +mx redirect=_spf.example.com", "v=spf1 +all", "v=spf1 a -all",
        "v=spf1 a:example.org -all", "v=spf1 mx -all", "v=spf1 mx:example.org -all",
        "v=spf1 mx mx:example.org -all", "v=spf1 mx/30 mx:example.org/30 -all",
        "v=spf1 ptr -all", "v=spf1 ip4:192.0.2.128/28 -all",
        "v=spf1 ip6:2001:db8::/32 ip4:192.0.2.1 -all",
        "v=spf1 include:example.com include:example.net -all", "v=spf1 redirect=example.org",
        "v=spf1 exists:%{ir}.%{l1r+-}._spf.%{d} -all",
        "v=spf1 mx -all exp=explain._spf.%{d}", "v=spf1 a//64 a:example.com/24//64 ~all",
        "v=spf1 ?include:_spf.example.com  -all", "v=spf1 unknown-modifier=value%% -all",
        "v=spf1 include:_spf.%{d2} -all", "v=spf1 a:mail.example.com. -all",
    ]

    @Test(arguments: sound) func isSound(_ text: String) {
        #expect(SPFRecord.isOne(text))
        #expect(SPFRecord(text).faults == [])
    }

    static let broken: [(String, String)] = [
        ("v=spf1 ipv4:192.0.2.1 -all", "\"ipv4:192.0.2.1\" has an unknown mechanism"),
        ("v=spf1 include -all", "\"include\" has no domain"),
        ("v=spf1 include: -all", "\"include:\" has no domain"),
        ("v=spf1 include:example -all", "\"include:example\" has no domain"),
        ("v=spf1 include:192.0.2.1 -all", "\"include:192.0.2.1\" has no domain"),
        ("v=spf1 ip4:192.0.2 -all", "\"ip4:192.0.2\" has no address"),
        ("v=spf1 ip4:2001:db8::1 -all", "\"ip4:2001:db8::1\" has no address"),
        ("v=spf1 ip4:192.0.2.0/33 -all", "\"ip4:192.0.2.0/33\" has a wrong prefix length"),
        ("v=spf1 ip4:192.0.2.0/024 -all", "\"ip4:192.0.2.0/024\" has a wrong prefix length"),
        ("v=spf1 a/33 -all", "\"a/33\" has a wrong prefix length"),
        ("v=spf1 a//129 -all", "\"a//129\" has a wrong prefix length"),
        ("v=spf1 all:example.com", "\"all:example.com\" has something behind all"),
        ("v=spf1 exists:%{x}.example.com -all", "\"exists:%{x}.example.com\" has no domain"),
        ("v=spf1 exists:%(ir).sbl.example.org", "\"exists:%(ir).sbl.example.org\" has no domain"),
        ("v=spf1 redirect=a.example redirect=b.example", "redirect stands twice"),
        ("v=spf1 -all, mx", "\"-all,\" has an unknown mechanism"),
        ("v=spf1 +", "\"+\" has an unknown mechanism"),
        ("v=spf1 a:ex\u{e4}mple.com -all", "\"a:ex\u{e4}mple.com\" has no domain"),
    ]

    @Test(arguments: broken) func isBroken(_ text: String, _ fault: String) {
        #expect(SPFRecord(text).faults == [fault])
    }

    @Test(arguments: ["v=spf10 -all", "v=spf2.0/pra", " v=spf1", "spf1", "", "v=spf1-all"])
    func isNone(_ text: String) { #expect(!SPFRecord.isOne(text)) }

    /// RFC 7208 4.6.4: what counts.
    @Test func termsThatAsk() {
        let record = SPFRecord(
            "v=spf1 ip4:192.0.2.1 a mx:b.example include:c.example ptr exists:%{i}.d.example "
                + "exp=e.example redirect=f.example")
        #expect(
            record.asking == [
                .a(nil), .mx("b.example"), .include("c.example"), .ptr,
                .exists("%{i}.d.example"), .redirect("f.example"),
            ])
        #expect(SPFRecord("v=spf1 a ~all mx redirect=f.example").asking == [.a(nil)])
    }

    @Test func hostileBytesOnlyFail() {
        for byte in UInt8.min...UInt8.max {
            let text = "v=spf1 " + String(decoding: [byte, byte, 0x25, byte], as: UTF8.self)
            _ = SPFRecord(text).asking
        }
        let long = SPFRecord("v=spf1 " + String(repeating: "%{", count: 30_000))
        #expect(long.faults.count == 1)
    }
}
