import CNghttp2

/// The client's side of one HTTP/2 connection (RFC 9113) as a state machine over memory; whoever owns the TLS session
/// carries the bytes.
///
/// Used by one task at a time. What a peer sends is bounded by message; how many frames it sends is for the owner to
/// count, who sees the bytes.
package final class HTTP2Client {
    /// A request's place on the connection.
    package typealias Stream = Int32

    package enum Event: Sendable {
        case response(Stream, HTTP2Response)
        case failed(Stream, HTTP2StreamFailure)
    }

    private let session: Session

    package init(limits: HTTP2Limits = HTTP2Limits()) throws(HTTP2Error) {
        session = try Session(isServer: false, limits: limits)
    }

    /// Puts a request; it goes out with `takeOutgoing`, as soon as the server allows one more stream.
    package func submit(_ request: HTTP2Request) throws(HTTP2Error) -> Stream {
        let record = session.record
        var provider = nghttp2_data_provider(
            source: nghttp2_data_source(ptr: nil), read_callback: readBody)
        let stream = Session.withFields(request.allFields) { fields, count in
            withUnsafePointer(to: &provider) { provider in
                nghttp2_submit_request(
                    session.pointer, nil, fields, count, request.body.isEmpty ? nil : provider, nil)
            }
        }
        guard stream > 0 else { throw HTTP2Error(stream) }
        record.arriving[stream] = .init()
        if !request.body.isEmpty { record.leaving[stream] = request.body[...] }
        return stream
    }

    /// Takes bytes that came from the server; throws where the connection cannot go on.
    package func receive(_ bytes: [UInt8]) throws(HTTP2Error) {
        try session.receive(bytes)
    }

    /// Why the connection is over; nil while it is not. What is over may still have a last word to be taken.
    package var fault: HTTP2Error? { session.fault }

    /// Gives what became of requests since the last `receive` or `takeOutgoing`, also after one that threw.
    package func takeEvents() -> [Event] {
        defer { session.record.ended = [] }
        return session.record.ended.map { stream, message, code in
            if message.isOverLimit { return .failed(stream, .overLimit) }
            if code == NGHTTP2_REFUSED_STREAM.rawValue { return .failed(stream, .refused) }
            guard code == NGHTTP2_NO_ERROR.rawValue, message.isWhole, message.hasFields,
                let status = message.status
            else { return .failed(stream, .reset(code)) }
            let fields = message.fields.filter { !$0.name.hasPrefix(":") }
            return .response(
                stream, HTTP2Response(status: status, fields: fields, body: message.body))
        }
    }

    /// Gives the bytes to send to the server, none where there are none; a part of them where there are many.
    package func takeOutgoing() throws(HTTP2Error) -> [UInt8] { try session.takeOutgoing() }

    /// Whether another request may be put: the server has not said GOAWAY, and there are streams left.
    package var takesRequests: Bool {
        nghttp2_session_check_request_allowed(session.pointer) != 0
    }

    /// Gives a request up; nothing more is heard of it.
    package func cancel(_ stream: Stream) {
        guard session.record.arriving.removeValue(forKey: stream) != nil else { return }
        session.reset(stream)
    }

    /// Says GOAWAY; it goes out with `takeOutgoing`.
    package func terminate() { session.terminate() }
}
