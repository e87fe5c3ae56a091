/// What is asked (RFC 1035 4.1.2). Equal when the names are, whatever their case.
package struct Question: Hashable, Sendable, CustomStringConvertible {
    package var name: Name
    package var type: RecordType
    package var `class`: RecordClass

    package init(_ name: Name, _ type: RecordType, class: RecordClass = .in) {
        (self.name, self.type, self.class) = (name, type, `class`)
    }

    package var description: String { "\(name.text) \(type)" }
}

/// A DNS message; its OPT record is kept apart as `edns`.
package struct Message: Hashable, Sendable {
    package var id: UInt16
    package var flags: Flags
    /// With EDNS, 12 bits; written without it only the low 4.
    package var responseCode: ResponseCode
    package var questions: [Question]
    package var answers: [Record]
    package var authorities: [Record]
    package var additionals: [Record]
    package var edns: EDNS?

    package init(
        id: UInt16, flags: Flags = [], responseCode: ResponseCode = .noError,
        questions: [Question] = [], answers: [Record] = [], authorities: [Record] = [],
        additionals: [Record] = [], edns: EDNS? = nil
    ) {
        (self.id, self.flags, self.responseCode) = (id, flags, responseCode)
        (self.questions, self.answers) = (questions, answers)
        (self.authorities, self.additionals, self.edns) = (authorities, additionals, edns)
    }

    /// The header's bits (RFC 1035 4.1.1, RFC 4035 3), the opcode among them.
    package struct Flags: OptionSet, Hashable, Sendable {
        package let rawValue: UInt16
        package init(rawValue: UInt16) { self.rawValue = rawValue }

        package static let isResponse = Flags(rawValue: 0x8000)
        package static let authoritativeAnswer = Flags(rawValue: 0x0400)
        package static let truncated = Flags(rawValue: 0x0200)
        package static let recursionDesired = Flags(rawValue: 0x0100)
        package static let recursionAvailable = Flags(rawValue: 0x0080)
        package static let authenticData = Flags(rawValue: 0x0020)
        package static let checkingDisabled = Flags(rawValue: 0x0010)

        /// 0 is a standard query.
        package var opcode: UInt8 { UInt8(rawValue >> 11 & 15) }
    }

    /// The answer section's RRset of this owner and type, with its signatures.
    package func answer(_ owner: Name, _ type: RecordType) -> RRset? {
        RRset(owner: owner, type: type, in: answers)
    }
}
