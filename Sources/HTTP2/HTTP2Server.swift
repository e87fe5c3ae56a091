import CNghttp2

/// The server's side of one HTTP/2 connection as a state machine over memory.
///
/// Used by one task at a time.
package final class HTTP2Server {
    package typealias Stream = Int32

    private let session: Session

    package init(limits: HTTP2Limits = HTTP2Limits()) throws(HTTP2Error) {
        session = try Session(isServer: true, limits: limits)
    }

    /// Takes bytes that came from the client and gives the requests that are whole now; throws where the connection
    /// cannot go on.
    package func receive(_ bytes: [UInt8]) throws(HTTP2Error) -> [(Stream, HTTP2Request)] {
        try session.receive(bytes)
        defer {
            session.record.requests = []
            session.record.ended = []
        }
        return session.record.requests.filter { !$0.message.isOverLimit }.map { stream, message in
            let value = { (name: String) in
                message.fields.first { $0.name == name }?.value ?? ""
            }
            return (
                stream,
                HTTP2Request(
                    method: value(":method"), scheme: value(":scheme"),
                    authority: value(":authority"), path: value(":path"),
                    fields: message.fields.filter { !$0.name.hasPrefix(":") }, body: message.body)
            )
        }
    }

    /// Answers a request; a stream that is gone is passed over.
    package func respond(_ response: HTTP2Response, on stream: Stream) {
        session.record.leaving[stream] = response.body[...]
        var provider = nghttp2_data_provider(
            source: nghttp2_data_source(ptr: nil), read_callback: readBody)
        let code = Session.withFields(response.allFields) { fields, count in
            withUnsafePointer(to: &provider) { provider in
                nghttp2_submit_response(
                    session.pointer, stream, fields, count,
                    response.body.isEmpty ? nil : provider)
            }
        }
        if code != 0 || response.body.isEmpty { session.record.leaving[stream] = nil }
    }

    /// Gives the bytes to send to the client, none where there are none; a part of them where there are many.
    package func takeOutgoing() throws(HTTP2Error) -> [UInt8] { try session.takeOutgoing() }

    /// Refuses a request without having looked at it.
    package func refuse(_ stream: Stream) {
        nghttp2_submit_rst_stream(
            session.pointer, UInt8(NGHTTP2_FLAG_NONE.rawValue), stream,
            UInt32(NGHTTP2_REFUSED_STREAM.rawValue))
    }

    /// Takes no more requests than those that came (GOAWAY), and answers these.
    package func goAway() {
        let last = nghttp2_session_get_last_proc_stream_id(session.pointer)
        nghttp2_submit_goaway(
            session.pointer, UInt8(NGHTTP2_FLAG_NONE.rawValue), last,
            UInt32(NGHTTP2_NO_ERROR.rawValue), nil, 0)
    }

    /// Says GOAWAY and ends.
    package func terminate() { session.terminate() }
}
