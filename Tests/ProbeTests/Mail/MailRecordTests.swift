import DNS
import Testing

@testable import Probe

/// DMARC, DKIM, TLS reporting and MTA-STS by the examples of their RFCs.
@Suite struct MailRecordTests {
    /// RFC 7489 B.2.
    @Test(arguments: [
        "v=DMARC1; p=none; rua=mailto:dmarc-feedback@example.com",
        "v=DMARC1; p=none; rua=mailto:dmarc-feedback@example.com; ruf=mailto:auth-reports@example.com",
        "v=DMARC1; p=none; ruf=mailto:auth-reports@thirdparty.example.com!10m",
        "v=DMARC1; p=quarantine; rua=mailto:dmarc-feedback@example.com,mailto:tld-test@thirdparty.example.net!10m; pct=25",
        "v=DMARC1;p=reject;sp=none;adkim=s;aspf=r;fo=1:d:s;rf=afrf;ri=86400;",
        "v=DMARC1 ; p = none",
    ]) func dmarcIsSound(_ text: String) {
        #expect(DMARCRecord.isOne(text))
        #expect(DMARCRecord(text).faults == [])
        #expect(DMARCRecord(text).policy != nil)
    }

    @Test(arguments: [
        ("v=DMARC1; rua=mailto:a@example.com", "there is no policy (p=)"),
        ("v=DMARC1; p=nothing", "p=nothing is none of none, quarantine, reject"),
        ("v=DMARC1; p=none; pct=101", "pct=101 is no number of 0 to 100"),
        ("v=DMARC1; p=none; adkim=x", "adkim=x is none of r, s"),
        (
            "v=DMARC1; p=none; rua=a@example.com",
            "rua has \"a@example.com\", which is no URI to report to"
        ),
        ("v=DMARC1; p=none; p=reject", "the tag p stands twice"),
        ("v=DMARC1; p=none; rua", "\" rua\" is no tag with a value"),
        ("v=DMARC1; sp=none; p=none", "the policy (p=) does not stand right behind the version"),
    ]) func dmarcIsBroken(_ text: String, _ fault: String) {
        #expect(DMARCRecord(text).faults == [fault])
    }

    @Test func otherRecordsAreNoDMARC() {
        for text in ["v=DMARC2; p=none", "p=none; v=DMARC1", "v=dmarc1; p=none", "", "v=spf1 -all"]
        {
            #expect(!DMARCRecord.isOne(text))
        }
    }

    /// RFC 6376 A and C, RFC 8463 A.2.
    @Test func dkimKeys() {
        let rsa = """
            v=DKIM1; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQ\
            KBgQDwIRP/UC3SBsEmGqZ9ZJW3/DkMoGeLnQg1fWn7/zYt\
            IxN2SnFCjxOCKG9v3b4jYfcTNh5ijSsq631uBItLa7od+v\
            /RtdC2UzJ1lWT947qR+Rcac2gbto/NMqJ0fzfVjH4OuKhi\
            tdY9tf6mcwGjaNBcWToIMmPSPDdQPNUYckcQ2QIDAQAB
            """
        // The RFC's own text breaks the line inside base64, and some keys in use are split so.
        #expect(DKIMKeyRecord(rsa.replacing("KBgQ\nKBgQ", with: "KBgQ")).faults.count <= 1)
        let edwards = "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
        #expect(DKIMKeyRecord(edwards).faults == [])
        let broken = [
            ("v=DKIM1; p=", "the key is revoked (p= is empty)"),
            ("v=DKIM1; k=rsa", "there is no key (p=)"),
            ("v=DKIM1; p=!!!!", "the key (p=) is no base64"),
            ("k=rsa; v=DKIM1; p=", "the version is not DKIM1, or does not stand first"),
            ("k=dsa; p=MIGf", "the key is of the unknown kind dsa"),
            ("h=sha1; k=ed25519; p=MIGf", "h=sha1 leaves out sha256 (RFC 8301 3.1)"),
            ("s=other; k=ed25519; p=MIGf", "s=other leaves out email"),
            ("k=ed25519; p=MIGf", "the Ed25519 key is not 32 bytes long"),
            ("p=MIGf", "the RSA key is shorter than 1024 bits"),
        ]
        for (text, fault) in broken { #expect(DKIMKeyRecord(text).faults.first == fault) }
    }

    /// RFC 8460 3.1.
    @Test func tlsReporting() {
        let sound = [
            "v=TLSRPTv1;rua=mailto:reports@example.com",
            "v=TLSRPTv1; rua=https://reporting.example.com/v1/tlsrpt",
            "v=TLSRPTv1; rua=mailto:reports@example.com,https://example.com/r;",
        ]
        for text in sound {
            #expect(TLSReportingRecord.isOne(text))
            #expect(TLSReportingRecord(text).faults == [])
        }
        #expect(
            TLSReportingRecord("v=TLSRPTv1").faults == ["there is no address for reports (rua=)"])
        #expect(TLSReportingRecord("v=TLSRPTv1; rua=ftp://a").faults.count == 1)
        #expect(!TLSReportingRecord.isOne("v=TLSRPTv2; rua=mailto:a@b.example"))
    }

    /// RFC 8461 3.1.
    @Test func stsRecord() {
        let sound = MTASTSRecord("v=STSv1; id=20160831085700Z;")
        #expect(sound.id == "20160831085700Z" && sound.faults == [])
        #expect(MTASTSRecord.isOne("v=STSv1; id=1"))
        let long = String(repeating: "1", count: 33)
        for text in ["v=STSv1;", "v=STSv1; id=", "v=STSv1; id=a-b", "v=STSv1; id=\(long)"] {
            #expect(MTASTSRecord(text).faults.count == 1, "\(text)")
        }
    }

    /// RFC 8461 3.2 and 4.1.
    @Test func stsPolicy() throws {
        let policy = MTASTSPolicy(
            "version: STSv1\r\nmode: enforce\r\nmx: mail.example.com\r\nmx: *.example.net\r\n"
                + "mx: backupmx.example.com\r\nmax_age: 604800\r\n")
        #expect(policy.faults == [] && policy.mode == .enforce && policy.maxAge == 604_800)
        let expected: [(String, Bool)] = [
            ("mail.example.com", true), ("MAIL.example.com", true), ("a.example.net", true),
            ("a.b.example.net", false), ("example.net", false), ("mail2.example.com", false),
            (".", false),
        ]
        for (host, isCovered) in expected {
            #expect(policy.covers(try #require(Name(host))) == isCovered, "\(host)")
        }
        let many = (0..<2000).map { "mx: mx\($0).example.com\n" }.joined()
        let long = MTASTSPolicy("version: STSv1\nmode: enforce\nmax_age: 1\n" + many)
        #expect(long.covers(try #require(Name("mx1999.example.com"))))
        #expect(MTASTSPolicy("version: STSv1\nmode: none\nmax_age: 0\n").faults == [])
        #expect(
            MTASTSPolicy("version:STSv1\nmode:testing\nmx:a.example\nmax_age:1\nnew: x").faults
                == [])
    }

    @Test(arguments: [
        ("", ["it has no version", "it has no mode", "it has no max_age", "it names no mx"]),
        ("version: STSv2\nmode: enforce\nmx: a.example\nmax_age: 1", ["its version is \"STSv2\""]),
        ("version: STSv1\nmode: on\nmx: a.example\nmax_age: 1", ["its mode is \"on\""]),
        (
            "version: STSv1\nmode: testing\nmx: a.example\nmax_age: 31557601",
            ["its max_age is \"31557601\""]
        ),
        (
            "version: STSv1\nmode: testing\nmx: a.*.example\nmax_age: 1",
            ["it names the mx \"a.*.example\"", "it names no mx"]
        ),
        ("version: STSv1\nmode: enforce\nmax_age: 1", ["it names no mx"]),
        (
            "<html>",
            [
                "the line \"<html>\" is no key with a value", "it has no version", "it has no mode",
                "it has no max_age", "it names no mx",
            ]
        ),
    ]) func stsPolicyIsBroken(_ body: String, _ faults: [String]) {
        #expect(MTASTSPolicy(body).faults == faults)
    }

    /// RFC 9112: by length, in chunks, or to the end of the connection.
    @Test(arguments: [
        ("Content-Length: 5", "hello more", "hello"),
        ("Transfer-Encoding: chunked", "3\r\nhel\r\n2;x=y\r\nlo\r\n0\r\n\r\n", "hello"),
        ("Connection: close", "hello", "hello"),
        ("Content-Length: 6", "hello", nil), ("Transfer-Encoding: chunked", "3\r\nhel\r\n", nil),
        ("Transfer-Encoding: gzip", "hello", nil), ("Content-Length: -1", "hello", nil),
    ]) func policyReplies(_ field: String, _ rest: String, _ body: String?) {
        let head = "HTTP/1.1 200 OK\r\nContent-Type: Text/Plain; charset=utf-8\r\n\(field)\r\n\r\n"
        let reply = HTTPReply(Array((head + rest).utf8))
        #expect(reply.map { String(decoding: $0.body, as: UTF8.self) } == body)
        #expect(reply.map(\.contentType) == body.map { _ in "text/plain" })
        #expect(reply.map(\.status) == body.map { _ in 200 })
    }

    @Test(arguments: ["", "HTTP/1.1 200 OK", "HTTP/2 200\r\n\r\n", "220 smtp\r\n\r\n"])
    func noReplies(_ text: String) { #expect(HTTPReply(Array(text.utf8)) == nil) }
}
