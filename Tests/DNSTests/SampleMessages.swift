import DNS

/// Messages of every kind that the program meets, by what they are.
enum SampleMessages {
    /// Written by hand as servers write them, with their compression.
    static let captured: [(String, String)] = [
        (
            "query",
            "1a2b 0120 0001 0000 0000 0001 03777777 07657861 6d706c65 03636f6d 00 0001 0001"
                + "00 0029 04d0 0000 8000 0000"
        ),
        ("truncated", "1a2b 8300 0001 0000 0000 0000 02636f 00 0030 0001"),
        (
            "refused with an extended error",
            "0001 8105 0001 0000 0000 0001 00 0002 0001"
                + "00 0029 0200 00 00 0000 000b 000f 0007 0012 7374616c65"
        ),
        ("bad version", "0001 8000 0000 0000 0000 0001 00 0029 0200 01 00 8000 0000"),
        (
            "alias chain",
            "beef 81a0 0001 0004 0000 0000"
                + "03777777 07657861 6d706c65 03636f6d 00 0001 0001"
                + "c00c 0005 0001 0000012c 0006 03636e31 c010"
                + "c02d 0005 0001 0000003c 0006 03636e32 c010"
                + "c03f 0001 0001 0000003c 0004 c0000201"
                + "c03f 0001 0001 0000003c 0004 c0000202"
        ),
        (
            "referral with glue",
            "0102 8000 0001 0000 0002 0002"
                + "03777777 07657861 6d706c65 03636f6d 00 001c 0001"
                + "c010 0002 0001 0002a300 0006 036e7331 c010"
                + "c010 0002 0001 0002a300 0006 036e7332 c010"
                + "c02d 0001 0001 0002a300 0004 c0000235"
                + "c03f 001c 0001 0002a300 0010 20010db8 00000000 00000000 00000035"
        ),
        (
            "name error",
            "0103 8183 0001 0000 0001 0000"
                + "046e6f6e 65 07657861 6d706c65 03636f6d 00 0001 0001"
                + "c011 0006 0001 00000384 0021 026e73 c011 05 61646d69 6e c011"
                + "78a3f175 00001c20 00000708 0013c680 0000012c"
        ),
        (
            "mail",
            "0104 8580 0001 0002 0000 0000 07657861 6d706c65 03636f6d 00 000f 0001"
                + "c00c 000f 0001 00000e10 0009 000a 046d6169 6c c00c"
                + "c00c 000f 0001 00000e10 0004 0014 c02b"
        ),
        (
            "update",
            "0105 2800 0001 0000 0001 0000 07657861 6d706c65 03636f6d 00 0006 0001"
                + "01 61 c00c 0001 00ff 00000000 0000"
        ),
        (
            "delegation alias",
            "0106 8400 0001 0002 0000 0000 01 61 01 64 02746c 00 0001 0001"
                + "c00e 0027 0001 00000e10 0009 03657869 03746c64 00"
                + "c00c 0005 0001 00000000 000b 01 61 03657869 03746c64 00"
        ),
    ]

    /// Responses made of the sample zone, a type each, as answers with their question.
    static let built: [(String, [UInt8])] = {
        guard let zone = try? records(sampleZone) else { return [] }
        var messages: [(String, [UInt8])] = []
        for type in Set(zone.map(\.type)).sorted() {
            let answers = zone.filter { $0.type == type }
            let message = Message(
                id: 0x1234, flags: [.isResponse, .authoritativeAnswer],
                questions: answers.prefix(1).map { Question($0.owner, type) },
                answers: answers, edns: EDNS(dnssecOK: true))
            messages.append(("\(type)", message.encoded()))
        }
        // Old types with names inside (RFC 1183, RFC 3403), as the wire has them.
        let (rp, naptr) = (RecordType(rawValue: 17), RecordType(rawValue: 35))
        let legacy = [
            (rp, [LegacyField.name(.root), .name(.root)]),
            (naptr, [.bytes([0, 1, 0, 2, 1, 0x73, 0, 2, 0x21, 0x21]), .name(.root)]),
        ].map { Record(owner: .root, type: $0, ttl: 5, data: .legacy($1)) }
        messages.append(("legacy", Message(id: 1, authorities: legacy).encoded()))
        return messages
    }()

    static var all: [(String, [UInt8])] {
        captured.map { ($0, (try? hex($1)) ?? []) } + built
    }
}
