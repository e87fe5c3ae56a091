/// One HTTP request, complete: its body has arrived.
package struct HTTPRequest: Sendable {
    /// In the sender's letters, except that `HEAD` is `GET`: the server drops the body itself.
    package let method: String
    /// Percent-decoded, without the query; `*` for `OPTIONS *`.
    package let path: String
    /// Percent-decoded with `+` as space, in order; a key without `=` has an empty value.
    package let query: [(name: String, value: String)]
    package let headers: [(name: String, value: String)]
    /// At most `HTTPServer.bodyLimit` bytes; a longer one was answered with 413.
    package let body: [UInt8]
    /// The client's address without its port, as text: `192.0.2.1` or `2001:db8::1`.
    package let remoteAddress: String

    /// The field's values joined by `, ` (RFC 9110 5.3), nil when it is absent; case does not count.
    package func header(_ name: String) -> String? {
        let values = headers.filter { equalIgnoringCase($0.name, name) }.map(\.value)
        return values.isEmpty ? nil : values.joined(separator: ", ")
    }

    /// Every value of one query key, in order.
    package func values(of name: String) -> [String] {
        query.filter { $0.name == name }.map(\.value)
    }
}

private func equalIgnoringCase(_ left: String, _ right: String) -> Bool {
    left.utf8.count == right.utf8.count
        && zip(left.utf8, right.utf8).allSatisfy { lowercased($0) == lowercased($1) }
}

private func lowercased(_ byte: UInt8) -> UInt8 {
    (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
}
