/// LDAP's StartTLS operation (RFC 4511 4.14), in BER.
struct LDAPDialect: Dialect {
    /// Message 1: an ExtendedRequest with the operation's name.
    var opening: [UInt8] {
        let name = Array("1.3.6.1.4.1.1466.20037".utf8)
        let request = [0x77, UInt8(name.count + 2), 0x80, UInt8(name.count)] + name
        return [0x30, UInt8(request.count + 3), 0x02, 0x01, 0x01] + request
    }

    /// The first answer is greeting and go-ahead in one.
    var hasAsked: Bool { false }

    mutating func next(_ heard: inout Heard) throws(StartTLSFailure) -> DialectStep {
        var bytes = heard.rest
        guard let tag = bytes.first else { return .wait }
        guard tag == 0x30 else { throw Self.notLDAP }
        guard let message = try Self.element(&bytes) else { return .wait }
        heard.skip(heard.rest.count - bytes.count)
        var rest = message.content
        guard let number = try Self.element(&rest), number.tag == 0x02,
            let response = try Self.element(&rest), response.tag == 0x78
        else { throw Self.notLDAP }
        var fields = response.content
        guard let code = try Self.element(&fields), code.tag == 0x0a, code.content.count == 1,
            let result = code.content.first
        else { throw Self.notLDAP }
        // A message of its own accord: the notice of disconnection (RFC 4511 4.4.1).
        guard Array(number.content) == [1] else {
            throw StartTLSFailure(.banner, "the server disconnects with result \(result)")
        }
        switch result {
        case 0: return .ready()
        // RFC 4511 4.12: protocolError is the answer to an operation that is not known.
        case 2:
            throw StartTLSFailure(
                .notOffered, "the server answers StartTLS with result 2 (protocolError)")
        default:
            throw StartTLSFailure(.rejected, "the server answers StartTLS with result \(result)")
        }
    }

    /// One element of definite length, as LDAP has them (RFC 4511 5.1); nil while it is not whole.
    private static func element(
        _ bytes: inout ArraySlice<UInt8>
    ) throws(StartTLSFailure) -> (tag: UInt8, content: ArraySlice<UInt8>)? {
        var rest = bytes
        guard let tag = rest.popFirst(), let first = rest.popFirst() else { return nil }
        var length = Int(first)
        if first >= 0x80 {
            let count = Int(first & 0x7f)
            guard (1...4).contains(count) else { throw notLDAP }
            guard rest.count >= count else { return nil }
            length = rest.prefix(count).reduce(0) { $0 << 8 | Int($1) }
            rest = rest.dropFirst(count)
        }
        guard length <= longestMessage else { throw notLDAP }
        guard rest.count >= length else { return nil }
        bytes = rest.dropFirst(length)
        return (tag, rest.prefix(length))
    }

    private static let notLDAP = StartTLSFailure(
        .banner, "the server does not answer as LDAP does")
    private static let longestMessage = 16 << 10
}
