/// One header field; names are in lower case (RFC 9113 8.2.1).
package struct HTTP2Field: Hashable, Sendable {
    package var name: String
    package var value: String

    package init(_ name: String, _ value: String) {
        (self.name, self.value) = (name, value)
    }
}

/// A request; `fields` are without the pseudo-header fields.
package struct HTTP2Request: Hashable, Sendable {
    package var method: String
    package var scheme: String
    package var authority: String
    package var path: String
    package var fields: [HTTP2Field]
    package var body: [UInt8]

    package init(
        method: String = "GET", scheme: String = "https", authority: String, path: String,
        fields: [HTTP2Field] = [], body: [UInt8] = []
    ) {
        (self.method, self.scheme, self.authority) = (method, scheme, authority)
        (self.path, self.fields, self.body) = (path, fields, body)
    }

    /// With the pseudo-header fields first (RFC 9113 8.3).
    var allFields: [HTTP2Field] {
        [
            HTTP2Field(":method", method), HTTP2Field(":scheme", scheme),
            HTTP2Field(":authority", authority), HTTP2Field(":path", path),
        ] + fields
    }
}

/// A final response, informational ones passed over.
package struct HTTP2Response: Hashable, Sendable {
    package var status: Int
    package var fields: [HTTP2Field]
    package var body: [UInt8]

    package init(status: Int, fields: [HTTP2Field] = [], body: [UInt8] = []) {
        (self.status, self.fields, self.body) = (status, fields, body)
    }

    /// The first field of that name, which is in lower case.
    package func value(of name: String) -> String? { fields.first { $0.name == name }?.value }

    var allFields: [HTTP2Field] { [HTTP2Field(":status", "\(status)")] + fields }
}

/// How a stream ended without a whole message.
package enum HTTP2StreamFailure: Error, Hashable, Sendable {
    /// The server did not look at the request, which may be put again (RFC 9113 8.7).
    case refused
    /// RST_STREAM, by either side, with its error code.
    case reset(UInt32)
    /// More came than is taken.
    case overLimit
}

/// An error of the connection as a whole, a clause of nghttp2's.
package struct HTTP2Error: Error, Hashable, Sendable, CustomStringConvertible {
    package let description: String

    init(_ description: String) { self.description = description }
}

/// The most that a session takes in one message.
package struct HTTP2Limits: Hashable, Sendable {
    /// Bytes of names and values, those of informational responses and trailers too.
    package var fields: Int
    /// Bytes.
    package var body: Int

    package init(fields: Int = 16_384, body: Int = 65_535) {
        (self.fields, self.body) = (fields, body)
    }
}
