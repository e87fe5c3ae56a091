import CNghttp2

/// Owns one nghttp2 session of either side, and what its callbacks saw.
///
/// Used by one task at a time.
final class Session {
    let pointer: OpaquePointer
    let record: SessionRecord

    init(isServer: Bool, limits: HTTP2Limits) throws(HTTP2Error) {
        record = SessionRecord(isServer: isServer, limits: limits)
        var callbacks: OpaquePointer?
        var option: OpaquePointer?
        var session: OpaquePointer?
        guard nghttp2_session_callbacks_new(&callbacks) == 0, nghttp2_option_new(&option) == 0,
            let callbacks
        else {
            nghttp2_session_callbacks_del(callbacks)
            throw HTTP2Error("nghttp2 has no memory")
        }
        defer {
            nghttp2_session_callbacks_del(callbacks)
            nghttp2_option_del(option)
        }
        SessionRecord.observe(callbacks)
        let data = Unmanaged.passUnretained(record).toOpaque()
        let make = isServer ? nghttp2_session_server_new2 : nghttp2_session_client_new2
        let code = make(&session, callbacks, data, option)
        guard code == 0, let session else { throw HTTP2Error(code) }
        pointer = session
        // The first frame of either side; pushes are not wanted (RFC 9113 8.4).
        let settings = [
            nghttp2_settings_entry(
                settings_id: Int32(NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE.rawValue),
                value: UInt32(limits.fields)),
            nghttp2_settings_entry(
                settings_id: Int32(NGHTTP2_SETTINGS_ENABLE_PUSH.rawValue), value: 0),
        ]
        let count = isServer ? 1 : 2
        let result = nghttp2_submit_settings(
            pointer, UInt8(NGHTTP2_FLAG_NONE.rawValue), settings, count)
        guard result == 0 else { throw HTTP2Error(result) }
    }

    deinit { nghttp2_session_del(pointer) }

    /// Takes bytes that came from the peer.
    func receive(_ bytes: [UInt8]) throws(HTTP2Error) {
        let count = nghttp2_session_mem_recv(pointer, bytes, bytes.count)
        guard count >= 0 else { throw HTTP2Error(Int32(truncatingIfNeeded: count)) }
        if let fault { throw fault }
    }

    /// Gives the bytes to send to the peer, a part of them where there are many.
    func takeOutgoing() throws(HTTP2Error) -> [UInt8] {
        var outgoing: [UInt8] = []
        while outgoing.count < Self.mostOutgoing {
            var bytes: UnsafePointer<UInt8>?
            let count = nghttp2_session_mem_send(pointer, &bytes)
            guard count >= 0 else { throw HTTP2Error(Int32(truncatingIfNeeded: count)) }
            guard count > 0, let bytes else { break }
            outgoing += UnsafeBufferPointer(start: bytes, count: count)
        }
        return outgoing
    }

    /// Why nothing more is to be sent or received; nil while there is.
    var fault: HTTP2Error? {
        guard nghttp2_session_want_read(pointer) == 0, nghttp2_session_want_write(pointer) == 0
        else { return nil }
        return HTTP2Error(record.fault ?? "the connection is at its end")
    }

    /// Says GOAWAY, once.
    func terminate() {
        nghttp2_session_terminate_session(pointer, UInt32(NGHTTP2_NO_ERROR.rawValue))
    }

    func reset(_ stream: Int32) {
        nghttp2_submit_rst_stream(
            pointer, UInt8(NGHTTP2_FLAG_NONE.rawValue), stream, UInt32(NGHTTP2_CANCEL.rawValue))
    }

    /// Calls with the fields as nghttp2 wants them; it copies them.
    static func withFields<Value>(
        _ fields: [HTTP2Field], _ body: (UnsafePointer<nghttp2_nv>, Int) -> Value
    ) -> Value {
        var bytes = fields.flatMap { Array($0.name.utf8) + Array($0.value.utf8) }
        return bytes.withUnsafeMutableBufferPointer { buffer in
            var offset = 0
            let entries = fields.map { field in
                let (name, value) = (field.name.utf8.count, field.value.utf8.count)
                let start = buffer.baseAddress.map { $0 + offset }
                offset += name + value
                return nghttp2_nv(
                    name: start, value: start.map { $0 + name }, namelen: name, valuelen: value,
                    flags: UInt8(NGHTTP2_NV_FLAG_NONE.rawValue))
            }
            return entries.withUnsafeBufferPointer { entries in
                guard let base = entries.baseAddress else { preconditionFailure("no fields") }
                return body(base, entries.count)
            }
        }
    }

    private static let mostOutgoing = 65_536
}

extension HTTP2Error {
    init(_ code: Int32) { self.init(String(cString: nghttp2_strerror(code))) }
}
