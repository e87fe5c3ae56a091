import DNS
import Testing

@Suite struct MessageTests {
    @Test func query() throws {
        let message = Message(
            id: 0xbeef, flags: [.recursionDesired, .checkingDisabled],
            questions: [Question(try name("wWw.example.com"), .aaaa)], edns: EDNS(dnssecOK: true))
        let bytes = message.encoded()
        #expect(
            try bytes
                == hex(
                    """
                    beef 0110 0001 0000 0000 0001
                    03 775777 07 6578616d706c65 03 636f6d 00 001c 0001
                    00 0029 04d0 00 00 8000 0000
                    """))
        let decoded = try Message(decoding: bytes)
        #expect(decoded == message)
        #expect(decoded.questions[0].name.wire == message.questions[0].name.wire)
        #expect(decoded.edns?.udpPayloadSize == 1232)
        #expect(decoded.edns?.dnssecOK == true)
    }

    @Test func flags() throws {
        let message = try Message(decoding: hex("0001 ACB5 0000 0000 0000 0000"))
        #expect(message.flags.opcode == 5)
        #expect(message.flags.isSuperset(of: [.isResponse, .authoritativeAnswer]))
        #expect(message.flags.isSuperset(of: [.recursionAvailable, .authenticData]))
        #expect(message.flags.contains(.checkingDisabled))
        #expect(message.flags.isDisjoint(with: [.truncated, .recursionDesired]))
        #expect(message.responseCode == .refused)
        #expect(try message.encoded() == hex("0001 ACB5 0000 0000 0000 0000"))
    }

    /// 12 bits with OPT, 4 without (RFC 6891 6.1.3).
    @Test func extendedResponseCode() throws {
        for code in [0, 3, 15, 16, 23, 0xfff] as [UInt16] {
            let message = Message(
                id: 1, responseCode: ResponseCode(rawValue: code), edns: EDNS(version: 3))
            let decoded = try Message(decoding: message.encoded())
            #expect(decoded.responseCode.rawValue == code)
            #expect(decoded == message)
        }
        let plain = Message(id: 1, responseCode: .badVersion)
        #expect(try Message(decoding: plain.encoded()).responseCode == .noError)
        #expect(ResponseCode.nameError.description == "NXDOMAIN")
        #expect(ResponseCode(rawValue: 16).description == "BADVERS")
        #expect(ResponseCode(rawValue: 3841).description == "RCODE3841")
    }

    /// RFC 8914 2; the text may be missing and may end with a NUL.
    @Test func extendedErrors() throws {
        let bytes = try hex(
            """
            0001 8182 0000 0000 0000 0001
            00 0029 0200 00 00 0000 0024
            000f 0002 0009
            000f 0007 0007 6578707264
            000f 0001 00
            000a 0002 c0de
            000f 0004 ffff ff00
            """)
        let message = try Message(decoding: bytes)
        let errors = try #require(message.edns).extendedErrors
        #expect(
            errors == [
                ExtendedError(code: 9), ExtendedError(code: 7, text: "exprd"),
                ExtendedError(code: 0xffff, text: "\u{fffd}"),
            ])
        #expect(errors[0].description == "EDE 9 (DNSKEY Missing)")
        #expect(errors[1].description == "EDE 7 (Signature Expired): exprd")
        #expect(errors[2].purpose == "EDE 65535")
        #expect(message.encoded() == bytes)
        let own = EDNS(options: [ExtendedError(code: 6, text: "bogus").option])
        #expect(own.extendedErrors == [ExtendedError(code: 6, text: "bogus")])
    }

    @Test(arguments: [
        ("twice", "0002", "00 0029 0200 00000000 0000  00 0029 0200 00000000 0000"),
        ("not the root's", "0001", "0161 00 0029 0200 00000000 0000"),
        ("an option too long", "0001", "00 0029 0200 00000000 0004 000f 0001"),
        ("half an option", "0001", "00 0029 0200 00000000 0003 000f 00"),
    ])
    func refusedOPT(what: String, count: String, body: String) throws {
        let bytes = try hex("0001 8180 0000 0000 0000" + count) + hex(body)
        #expect(throws: DNSError.self, "\(what)") { try Message(decoding: bytes) }
    }

    /// OPT may stand anywhere among the additional records (RFC 6891 6.1.1).
    @Test func additionalsAroundOPT() throws {
        let address = "0001 0001 00000001 0004 C00002"
        let message = try Message(
            decoding: hex("0001 8180 0000 0000 0000 0003 00 \(address) 01")
                + hex("00 0029 0200 00000000 0000 00 \(address) 02"))
        #expect(message.additionals.map { $0.data.text(.a) } == ["192.0.2.1", "192.0.2.2"])
        #expect(message.edns?.udpPayloadSize == 512)
        #expect(try Message(decoding: message.encoded()) == message)
    }

    @Test func truncation() throws {
        let answers = try (1...100).map { try record("www.example.com. 60 A 192.0.2.\($0)") }
        let message = Message(
            id: 9, flags: [.isResponse, .authoritativeAnswer],
            questions: [Question(try name("www.example.com"), .a)], answers: answers,
            edns: EDNS(dnssecOK: true))
        let whole = message.encoded()
        #expect(message.encoded(limit: whole.count) == whole)
        let cut = message.encoded(limit: whole.count - 1)
        #expect(cut.count <= 512)
        let decoded = try Message(decoding: cut)
        #expect(decoded.flags == [.isResponse, .authoritativeAnswer, .truncated])
        #expect(decoded.questions == message.questions)
        #expect(decoded.answers.isEmpty)
        #expect(decoded.edns == message.edns)
    }

    /// More than a message can hold is truncated, never a wrong count or length.
    @Test func beyond65535Bytes() throws {
        let text = RecordData.txt(Array(repeating: Array(repeating: 65, count: 255), count: 250))
        let record = Record(owner: .root, type: .txt, ttl: 1, data: text)
        let message = Message(id: 9, answers: [record, record])
        #expect(try Message(decoding: message.encoded()).flags.contains(.truncated))
        let many = Array(
            repeating: Record(
                owner: .root, type: RecordType(rawValue: 9999), ttl: 0, data: .unknown([])),
            count: 65536)
        let counted = try Message(decoding: Message(id: 9, answers: many).encoded())
        #expect(counted.flags.contains(.truncated))
    }

    /// RFC 2181 8: a TTL with the top bit is 0.
    @Test func longestTTL() throws {
        for (ttl, read) in [(0x7fff_ffff, 0x7fff_ffff), (0x8000_0000, 0), (0xffff_ffff, 0)] {
            let record = Record(
                owner: .root, type: .txt, ttl: UInt32(ttl), data: .txt([Array("x".utf8)]))
            let message = try Message(decoding: Message(id: 1, answers: [record]).encoded())
            #expect(message.answers[0].ttl == UInt32(read))
        }
    }

    @Test func rrsets() throws {
        let zone = try records(
            """
            WWW.example. 300 A 192.0.2.1
            www.example. 60 A 192.0.2.2
            www.EXAMPLE. 90 A 192.0.2.1
            www.example. 1 AAAA 2001:db8::1
            other.example. 1 A 192.0.2.9
            www.example. 300 RRSIG A 8 2 300 20300101000000 20200101000000 1 example. AAAA
            www.example. 300 RRSIG AAAA 8 2 300 20300101000000 20200101000000 1 example. BBBB
            www.example. CH A \\# 1 00
            """)
        let message = Message(id: 1, answers: zone)
        let set = try #require(message.answer(name("www.example"), .a))
        #expect(set.ttl == 60)
        #expect(set.data.map { $0.text(.a) } == ["192.0.2.1", "192.0.2.2"])
        #expect(set.signatures.map(\.typeCovered) == [.a])
        #expect(set.records.count == 2)
        #expect(message.answer(try name("www.example"), .mx) == nil)
    }
}
