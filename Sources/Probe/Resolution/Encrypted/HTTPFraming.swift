import HTTP2

/// Messages as requests of HTTP/2 (RFC 8484).
final class HTTPFraming: MessageFraming {
    private let client: HTTP2Client
    private let server: EncryptedServer
    private let query: EncryptedServer.HTTPQuery

    init(
        to server: EncryptedServer, _ query: EncryptedServer.HTTPQuery
    ) throws(ExchangeFailure) {
        (self.server, self.query) = (server, query)
        do {
            client = try HTTP2Client()
        } catch {
            throw .local("\(server.label): \(error)")
        }
    }

    func put(_ query: [UInt8]) -> Int? {
        try? Int(client.submit(request(for: query)))
    }

    private func request(for message: [UInt8]) -> HTTP2Request {
        let accepts = HTTP2Field("accept", Self.mediaType)
        switch query.method {
        case .get:
            return HTTP2Request(
                method: "GET", authority: server.authority,
                path: "\(query.path)?dns=\(Self.base64URL(message))", fields: [accepts])
        case .post:
            return HTTP2Request(
                method: "POST", authority: server.authority, path: query.path,
                fields: [
                    accepts, HTTP2Field("content-type", Self.mediaType),
                    HTTP2Field("content-length", "\(message.count)"),
                ], body: message)
        }
    }

    func receive(_ bytes: [UInt8]) throws(ExchangeFailure) {
        do {
            try client.receive(bytes)
        } catch {
            throw .http("\(server.label): \(error)")
        }
    }

    func takeArrivals() -> [Arrival] {
        client.takeEvents().map { event in
            switch event {
            case .response(let stream, let response):
                Arrival(key: Int(stream), outcome: payload(of: response))
            case .failed(let stream, let failure):
                Arrival(
                    key: Int(stream), outcome: .failure(.http("\(server.label) \(failure.clause)")),
                    isUnprocessed: failure == .refused)
            }
        }
    }

    private func payload(of response: HTTP2Response) -> Result<Payload, ExchangeFailure> {
        let status = response.status
        guard (200..<300).contains(status) else {
            return .failure(.httpStatus(status, "\(server.label) answers HTTP status \(status)"))
        }
        let type = response.value(of: "content-type") ?? ""
        let media = type.prefix { $0 != ";" }.filter { !$0.isWhitespace }.lowercased()
        guard media == Self.mediaType else {
            let told = type.isEmpty ? "nothing" : "\"\(type.prefix(64))\""
            return .failure(
                .contentType("\(server.label) answers with the content type \(told)"))
        }
        let age = response.value(of: "age").flatMap { UInt32($0) } ?? 0
        return .success(Payload(message: response.body, age: age))
    }

    func takeOutgoing() -> [UInt8] { (try? client.takeOutgoing()) ?? [] }

    func forget(_ key: Int) {
        if let stream = HTTP2Client.Stream(exactly: key) { client.cancel(stream) }
    }

    func terminate() { client.terminate() }

    var fault: ExchangeFailure? { client.fault.map { .http("\(server.label): \($0)") } }

    var takesMore: Bool { client.takesRequests }

    /// Without padding (RFC 8484 4.1, RFC 4648 5).
    static func base64URL(_ bytes: [UInt8]) -> String {
        var text = ""
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let part = bytes[start..<min(start + 3, bytes.count)]
            let word = part.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - part.count))
            for place in 0...part.count { text.append(alphabet[word >> (18 - 6 * place) & 63]) }
        }
        return text
    }

    private static let alphabet = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
    private static let mediaType = "application/dns-message"
}

extension HTTP2StreamFailure {
    fileprivate var clause: String {
        switch self {
        case .refused: "refuses the request (REFUSED_STREAM)"
        case .reset(let code): "ends the request without a whole answer (HTTP/2 error \(code))"
        case .overLimit: "answers with more than a DNS message holds"
        }
    }
}
