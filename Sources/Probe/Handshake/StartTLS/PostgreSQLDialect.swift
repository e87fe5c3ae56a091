/// PostgreSQL's SSLRequest: the answer is one byte.
struct PostgreSQLDialect: Dialect {
    /// Length 8 and the code 1234.5679, big-endian.
    var opening: [UInt8] { [0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f] }
    /// The first answer is greeting and go-ahead in one.
    var hasAsked: Bool { false }

    mutating func next(_ heard: inout Heard) throws(StartTLSFailure) -> DialectStep {
        switch heard.byte() {
        case nil: return .wait
        case UInt8(ascii: "S"): return .ready()
        case UInt8(ascii: "N"):
            throw StartTLSFailure(.notOffered, "the server answers SSLRequest with N")
        case UInt8(ascii: "E"):
            throw StartTLSFailure(.banner, "the server answers SSLRequest with an error")
        case _?: throw StartTLSFailure(.banner, "the server does not answer as PostgreSQL does")
        }
    }
}
