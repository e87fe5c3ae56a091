extension Message {
    /// Reads a whole message; anything malformed in it, and anything behind it, throws.
    package init(decoding bytes: [UInt8]) throws(DNSError) {
        var reader = Reader(bytes, isMessage: true)
        let id = try reader.uint16()
        let bits = try reader.uint16()
        let questionCount = try reader.uint16()
        let (answerCount, authorityCount) = (try reader.uint16(), try reader.uint16())
        let additionalCount = try reader.uint16()
        // No count is believed before the bytes are there: arrays grow as records are read.
        var questions: [Question] = []
        for _ in 0..<questionCount { questions.append(try Question(from: &reader)) }
        self.init(
            id: id, flags: Flags(rawValue: bits & ~0x000f),
            responseCode: ResponseCode(rawValue: bits & 0x000f), questions: questions)
        answers = try Self.records(answerCount, from: &reader)
        authorities = try Self.records(authorityCount, from: &reader)
        try readAdditionals(additionalCount, from: &reader)
        try reader.finish()
    }

    private static func records(_ count: UInt16, from reader: inout Reader) throws(DNSError)
        -> [Record]
    {
        var records: [Record] = []
        records.reserveCapacity(min(Int(count), usualCount))
        for _ in 0..<count { records.append(try Record(header: RecordHeader(from: &reader))) }
        return records
    }

    /// Of records in a section of an answer.
    private static let usualCount = 8

    private mutating func readAdditionals(
        _ count: UInt16, from reader: inout Reader
    ) throws(DNSError) {
        for _ in 0..<count {
            let header = try RecordHeader(from: &reader)
            guard header.type == .opt else {
                additionals.append(try Record(header: header))
                continue
            }
            guard edns == nil, header.owner.isRoot else {
                throw .malformed("the message has two OPT records or one that is not the root's")
            }
            edns = try EDNS(header: header)
            responseCode = ResponseCode(
                rawValue: UInt16(header.ttl >> 24) << 4 | responseCode.rawValue)
        }
    }
}

/// What stands before a record's data, and a reader of just that data.
private struct RecordHeader {
    let owner: Name
    let type: RecordType
    let classValue: UInt16
    let ttl: UInt32
    let data: Reader

    init(from reader: inout Reader) throws(DNSError) {
        owner = try reader.name()
        type = RecordType(rawValue: try reader.uint16())
        classValue = try reader.uint16()
        ttl = try reader.uint32()
        data = try reader.part(Int(try reader.uint16()))
    }
}

extension Record {
    fileprivate init(header: RecordHeader) throws(DNSError) {
        var reader = header.data
        let recordClass = RecordClass(rawValue: header.classValue)
        self.init(
            owner: header.owner, type: header.type, class: recordClass,
            ttl: header.ttl > Self.largestTTL ? 0 : header.ttl,
            data: try RecordData(type: header.type, class: recordClass, from: &reader))
    }

    private static let largestTTL: UInt32 = 0x7fff_ffff
}

extension EDNS {
    fileprivate init(header: RecordHeader) throws(DNSError) {
        self.init(
            udpPayloadSize: header.classValue,
            version: UInt8(truncatingIfNeeded: header.ttl >> 16),
            dnssecOK: UInt16(truncatingIfNeeded: header.ttl) & Self.dnssecOKBit != 0)
        var reader = header.data
        while reader.left > 0 {
            let code = try reader.uint16()
            options.append(Option(code: code, data: try reader.bytes(Int(try reader.uint16()))))
        }
    }
}

extension Question {
    fileprivate init(from reader: inout Reader) throws(DNSError) {
        self.init(
            try reader.name(), RecordType(rawValue: try reader.uint16()),
            class: RecordClass(rawValue: try reader.uint16()))
    }
}
