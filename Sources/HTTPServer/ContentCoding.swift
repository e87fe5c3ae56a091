import CZlib

/// gzip for clients that ask for it (RFC 9110 12.5.3), as Prometheus does.
enum ContentCoding {
    /// Shorter bodies gain nothing.
    static let leastCount = 1024
    /// Fast: a metrics page shrinks to a tenth by it, and the levels above cost more than they save.
    private static let level: Int32 = 1

    /// The response as this client wants it; told to caches wherever it could have been another.
    static func applied(to response: HTTPResponse, for request: HTTPRequest) -> HTTPResponse {
        guard response.body.count >= leastCount,
            !response.headers.contains(where: { $0.name == "Content-Encoding" })
        else { return response }
        var response = response
        response.vary(by: "Accept-Encoding")
        guard wantsGzip(request.header("Accept-Encoding")),
            let body = gzip(response.body), body.count < response.body.count
        else { return response }
        response.body = body
        response.headers.append(("Content-Encoding", "gzip"))
        return response
    }

    /// Whether gzip is acceptable and as welcome as no coding at all.
    static func wantsGzip(_ header: String?) -> Bool {
        let codings = (header ?? "").split(separator: ",").compactMap { Coding($0) }
        let named = codings.filter { $0.name == "gzip" || $0.name == "x-gzip" }
        let any = codings.first { $0.name == "*" }?.quality ?? 0
        let gzip = named.map(\.quality).max() ?? any
        let identity = codings.first { $0.name == "identity" }?.quality ?? 0
        return gzip > 0 && gzip >= identity
    }

    private struct Coding {
        let name: String
        /// 0 to 1.
        let quality: Double

        /// Nil where the quality is no number of that range.
        init?(_ text: Substring) {
            let parts = text.split(separator: ";").map {
                $0.filter { $0 != " " && $0 != "\t" }.lowercased()
            }
            name = parts.first ?? ""
            guard let weight = parts.dropFirst().first(where: { $0.hasPrefix("q=") }) else {
                quality = 1
                return
            }
            guard let number = Double(weight.dropFirst(2)), (0...1).contains(number) else {
                return nil
            }
            quality = number
        }
    }

    /// Nil when zlib has no memory.
    private static func gzip(_ body: [UInt8]) -> [UInt8]? {
        let room = tp_gzip_bound(body.count)
        let bytes = [UInt8](unsafeUninitializedCapacity: room) { buffer, count in
            count = body.withUnsafeBufferPointer {
                tp_gzip($0.baseAddress, $0.count, buffer.baseAddress, buffer.count, level)
            }
        }
        return bytes.isEmpty ? nil : bytes
    }
}
