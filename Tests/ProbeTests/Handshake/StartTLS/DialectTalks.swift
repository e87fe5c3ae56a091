@testable import Probe

extension DialectTests {
    static let talks: [Talk] = mail + files + messages + databases

    private static let mail: [Talk] = [
        Talk(
            .smtp, "good", ["220 a\r\n", "250-a\r\n250-SIZE 1\r\n250 STARTTLS\r\n", "220 go\r\n"]),
        Talk(
            .smtp, "long greeting",
            ["220-a\r\n220-b\r\n220 c\r\n", "250-a\r\n250 STARTTLS\r\n", "220\r\n"]),
        Talk(.smtp, "554", ["554 no\r\n"], .banner),
        Talk(.smtp, "421", ["421 busy\r\n"], .banner),
        Talk(.smtp, "not SMTP", ["+OK hello\r\n"], .banner),
        Talk(.smtp, "two codes", ["220-a\r\n250 b\r\n"], .banner),
        Talk(.smtp, "EHLO unknown", ["220 a\r\n", "502 what\r\n"], .notOffered),
        Talk(.smtp, "EHLO refused", ["220 a\r\n", "550 no\r\n"], .banner),
        Talk(.smtp, "not offered", ["220 a\r\n", "250-STARTTLS\r\n250 SIZE 1\r\n"], .notOffered),
        Talk(.smtp, "no extensions", ["220 a\r\n", "250 a\r\n"], .notOffered),
        Talk(.smtp, "454", ["220 a\r\n", "250-a\r\n250 STARTTLS\r\n", "454 no\r\n"], .rejected),
        Talk(
            .smtp, "no code", ["220 a\r\n", "250-a\r\n250 STARTTLS\r\n", "go ahead\r\n"], .rejected),
        Talk(.submission, "good", ["220 a\r\n", "250-a\r\n250 StartTLS\r\n", "220 go\r\n"]),
        Talk(
            .imap, "good",
            ["* OK a\r\n", "* CAPABILITY IMAP4rev1 STARTTLS\r\na1 OK\r\n", "a2 OK\r\n"]),
        Talk(.imap, "BYE", ["* BYE a\r\n"], .banner),
        Talk(.imap, "PREAUTH", ["* PREAUTH a\r\n"], .notOffered),
        Talk(.imap, "not IMAP", ["220 a\r\n"], .banner),
        Talk(
            .imap, "not offered", ["* OK\r\n", "* CAPABILITY IMAP4rev1\r\na1 OK\r\n"], .notOffered),
        Talk(.imap, "no capabilities", ["* OK\r\n", "a1 BAD\r\n"], .banner),
        Talk(
            .imap, "refused", ["* OK\r\n", "* CAPABILITY STARTTLS\r\na1 OK\r\n", "a2 NO\r\n"],
            .rejected),
        Talk(
            .imap, "BYE late", ["* OK\r\n", "* CAPABILITY STARTTLS\r\na1 OK\r\n", "* BYE\r\n"],
            .rejected),
        Talk(.pop3, "good", ["+OK a\r\n", "+OK\r\nUSER\r\nSTLS\r\n.\r\n", "+OK go\r\n"]),
        Talk(.pop3, "-ERR", ["-ERR a\r\n"], .banner),
        Talk(.pop3, "not POP3", ["* OK\r\n"], .banner),
        Talk(.pop3, "no CAPA", ["+OK\r\n", "-ERR\r\n"], .notOffered),
        Talk(.pop3, "no answer", ["+OK\r\n", "* BAD\r\n"], .banner),
        Talk(.pop3, "not offered", ["+OK\r\n", "+OK\r\nUSER\r\n.\r\n"], .notOffered),
        Talk(.pop3, "refused", ["+OK\r\n", "+OK\r\nSTLS\r\n.\r\n", "-ERR\r\n"], .rejected),
        Talk(.sieve, "good", ["\"SASL\" \"\"\r\n\"STARTTLS\"\r\nOK\r\n", "OK go\r\n"]),
        Talk(.sieve, "BYE", ["BYE \"a\"\r\n"], .banner),
        Talk(.sieve, "not ManageSieve", ["220 a\r\n"], .banner),
        Talk(.sieve, "not offered", ["\"SASL\" \"\"\r\nOK\r\n"], .notOffered),
        Talk(.sieve, "refused", ["\"STARTTLS\"\r\nOK\r\n", "NO\r\n"], .rejected),
        Talk(
            .sieve, "literals",
            [
                "{8}\r\nSTARTTLS\r\n\"A\" {7+}\r\nNO\r\n\"\r\n\r\nOK (B {0}\r\n) {1}\r\nC\r\n",
                "OK {2}\r\ngo\r\n",
            ]),
        Talk(
            .sieve, "not offered but in a literal",
            ["\"A\" {14}\r\n\r\n\"STARTTLS\"\r\n\r\nOK\r\n"], .notOffered),
        Talk(
            .sieve, "refused in a literal", ["\"STARTTLS\"\r\nOK\r\n", "NO {2}\r\nno\r\n"],
            .rejected),
        Talk(.sieve, "huge literal", ["\"A\" {4294967296}\r\n"], .banner),
        Talk(.sieve, "a literal beyond any number", ["\"A\" {99999999999999999999+}\r\n"], .banner),
        Talk(.sieve, "no literal", ["\"A\" {-1}\r\nOK\r\n"], .notOffered),
    ]

    private static let files: [Talk] = [
        Talk(.ftp, "good", ["220-a\r\n free\r\n220 b\r\n", "234 go\r\n"]),
        Talk(.ftp, "421", ["421 a\r\n"], .banner),
        Talk(.ftp, "not FTP", ["SSH-2.0-a\r\n"], .banner),
        Talk(.ftp, "not offered", ["220 a\r\n", "530 log in\r\n"], .notOffered),
        Talk(.ftp, "refused", ["220 a\r\n", "534 policy\r\n"], .rejected),
        Talk(.ldap, "good", bytes: [ldap(0)]),
        Talk(.ldap, "long lengths", bytes: [[0x30, 0x84, 0, 0, 0, 12] + ldap(0).dropFirst(2)]),
        Talk(.ldap, "not offered", bytes: [ldap(2)], .notOffered),
        Talk(.ldap, "unavailable", bytes: [ldap(52)], .rejected),
        Talk(.ldap, "disconnection", bytes: [ldap(52, message: 0)], .banner),
        Talk(.ldap, "not LDAP", ["220 a\r\n"], .banner),
        Talk(.ldap, "huge", bytes: [[0x30, 0x84, 0x7f, 0xff, 0xff, 0xff]], .banner),
        Talk(.ldap, "indefinite", bytes: [[0x30, 0x80]], .banner),
    ]

    private static let messages: [Talk] = [ServiceProtocol.xmpp, .xmppServer].flatMap { service in
        [
            Talk(
                service, "good",
                [start + features("<starttls xmlns='t'/>"), "<proceed xmlns='t'/>"]),
            Talk(
                service, "in full",
                [
                    start + features("<starttls><required/></starttls><m>A</m>"),
                    "<proceed></proceed>",
                ]),
            Talk(service, "no features", [start + "<stream:features/>"], .notOffered),
            Talk(service, "not offered", [start + features("<m><n>STARTTLS</n></m>")], .notOffered),
            Talk(
                service, "refused", [start + features("<starttls/>"), "<failure xmlns='t'/>"],
                .rejected),
            Talk(
                service, "error", [start + "<stream:error><host-unknown/></stream:error>"], .banner),
            Talk(service, "end", [start + "</stream:stream>"], .banner),
            Talk(service, "DTD", ["<?xml version='1.0'?><!DOCTYPE a>"], .banner),
            Talk(service, "not XMPP", ["HTTP/1.1 400 Bad Request\r\n"], .banner),
            Talk(service, "text before tags", ["<?xml version='1.0'?>a<stream:stream>"], .banner),
            Talk(
                service, "space before tags", [" <?xml version='1.0'?>\n" + start + "<features/>"],
                .notOffered),
            Talk(
                service, "long tag", ["<stream:stream a='\(String(repeating: "a", count: 5000))'>"],
                .banner),
            Talk(
                service, "DTD late", [start + features("<starttls/>"), "<!DOCTYPE a>"], .rejected),
            Talk(service, "HTML", ["<html></html>"], .banner),
        ]
    }

    private static let databases: [Talk] = [
        Talk(.postgres, "good", ["S"]),
        Talk(.postgres, "not offered", ["N"], .notOffered),
        Talk(.postgres, "error", ["E"], .banner),
        Talk(.postgres, "not PostgreSQL", ["H"], .banner),
        Talk(.mysql, "good", bytes: [mysql(0xff, 0xff)]),
        Talk(.mysql, "not offered", bytes: [mysql(0xff, 0xf7)], .notOffered),
        Talk(.mysql, "error", bytes: [[5, 0, 0, 0, 0xff, 0x10, 4, 0x23, 0x30]], .banner),
        Talk(.mysql, "protocol 9", bytes: [[3, 0, 0, 0, 9, 65, 0]], .banner),
        Talk(.mysql, "cut off", bytes: [[4, 0, 0, 0, 10, 65, 0, 1]], .banner),
        Talk(.mysql, "not MySQL", ["220 a\r\n"], .banner),
    ]

    private static let start = "<?xml version='1.0'?><stream:stream id='>' version=\"1.0\">"

    private static func features(_ text: String) -> String {
        "<stream:features>\(text)</stream:features>"
    }

    private static func ldap(_ result: UInt8, message: UInt8 = 1) -> [UInt8] {
        [0x30, 12, 2, 1, message, 0x78, 7, 0x0a, 1, result, 4, 0, 4, 0]
    }

    /// A greeting of protocol 10 with the low capabilities.
    private static func mysql(_ low: UInt8, _ high: UInt8) -> [UInt8] {
        let payload: [UInt8] =
            [10] + Array("8.0\u{0}".utf8) + [1, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 0, low, high]
            + [33, 2, 0, 0, 0, 0] + [UInt8](repeating: 0, count: 10)
        return [UInt8(payload.count), 0, 0, 0] + payload
    }
}
