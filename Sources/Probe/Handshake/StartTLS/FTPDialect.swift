/// FTP (RFC 4217).
struct FTPDialect: Dialect {
    private var reader = ReplyReader()
    private(set) var hasAsked = false

    var opening: [UInt8] { [] }

    mutating func next(_ heard: inout Heard) throws(StartTLSFailure) -> DialectStep {
        guard let reply = try reader.reply(&heard, linesMayBeFree: true) else { return .wait }
        guard hasAsked else {
            guard reply.code == 220 else {
                throw StartTLSFailure(.banner, "the server greets with \(reply.code)")
            }
            hasAsked = true
            return .say("AUTH TLS")
        }
        guard reply.code == 234 else {
            // Commands and mechanisms that it does not know; 530 of those that want a login before all else.
            let isUnknown = [500, 502, 503, 504, 530].contains(reply.code)
            throw StartTLSFailure(
                isUnknown ? .notOffered : .rejected,
                "the server answers AUTH TLS with \(reply.code)")
        }
        return .ready()
    }
}
