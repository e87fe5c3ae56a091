/// The answer to one request; length, date and connection fields are the server's.
package struct HTTPResponse: Sendable {
    /// 200 to 599.
    package var status: Int
    /// A field that holds a line break is left out when the response is sent.
    package var headers: [(name: String, value: String)]
    package var body: [UInt8]

    package init(status: Int = 200, headers: [(String, String)] = [], body: [UInt8] = []) {
        self.status = status
        self.headers = headers.map { (name: $0.0, value: $0.1) }
        self.body = body
    }

    package init(_ body: [UInt8], contentType: String, status: Int = 200) {
        self.init(status: status, headers: [("Content-Type", contentType)], body: body)
    }

    package init(text: String, status: Int = 200) {
        self.init(Array(text.utf8), contentType: "text/plain; charset=utf-8", status: status)
    }

    package init(html: String, status: Int = 200) {
        self.init(Array(html.utf8), contentType: "text/html; charset=utf-8", status: status)
    }

    package init(json: String, status: Int = 200) {
        self.init(Array(json.utf8), contentType: "application/json", status: status)
    }

    /// Says that the answer depends on a field of the request (RFC 9110 12.5.5).
    package mutating func vary(by field: String) {
        if let index = headers.firstIndex(where: { $0.name == "Vary" }) {
            headers[index].value += ", " + field
        } else {
            headers.append(("Vary", field))
        }
    }
}
