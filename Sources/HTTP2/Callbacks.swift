import CNghttp2

extension SessionRecord {
    static func observe(_ callbacks: OpaquePointer) {
        nghttp2_session_callbacks_set_on_begin_headers_callback(callbacks, beginHeaders)
        nghttp2_session_callbacks_set_on_header_callback(callbacks, header)
        nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, dataChunk)
        nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, frameReceived)
        nghttp2_session_callbacks_set_on_invalid_frame_recv_callback(callbacks, invalidFrame)
        nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, streamClosed)
        nghttp2_session_callbacks_set_on_frame_not_send_callback(callbacks, frameNotSent)
    }
}

private func beginHeaders(
    _: OpaquePointer?, frame: UnsafePointer<nghttp2_frame>?, data: UnsafeMutableRawPointer?
) -> Int32 {
    guard let frame, let record = SessionRecord.of(data) else { return 0 }
    let stream = shim_frame_stream(frame)
    // A client's streams are there since their request.
    if record.isServer, record.arriving[stream] == nil { record.arriving[stream] = .init() }
    return 0
}

private func header(
    _: OpaquePointer?, frame: UnsafePointer<nghttp2_frame>?, name: UnsafePointer<UInt8>?,
    nameLength: Int, value: UnsafePointer<UInt8>?, valueLength: Int, _: UInt8,
    data: UnsafeMutableRawPointer?
) -> Int32 {
    guard let frame, let record = SessionRecord.of(data) else { return 0 }
    let field = HTTP2Field(
        String(decoding: UnsafeBufferPointer(start: name, count: nameLength), as: UTF8.self),
        String(decoding: UnsafeBufferPointer(start: value, count: valueLength), as: UTF8.self))
    let isTaken = record.note(field, on: shim_frame_stream(frame))
    return isTaken ? 0 : NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE.rawValue
}

private func dataChunk(
    session: OpaquePointer?, _: UInt8, stream: Int32, bytes: UnsafePointer<UInt8>?, count: Int,
    data: UnsafeMutableRawPointer?
) -> Int32 {
    guard let record = SessionRecord.of(data) else { return 0 }
    if !record.note(UnsafeBufferPointer(start: bytes, count: count), on: stream) {
        nghttp2_submit_rst_stream(
            session, UInt8(NGHTTP2_FLAG_NONE.rawValue), stream, UInt32(NGHTTP2_CANCEL.rawValue))
    }
    return 0
}

private func frameReceived(
    _: OpaquePointer?, frame: UnsafePointer<nghttp2_frame>?, data: UnsafeMutableRawPointer?
) -> Int32 {
    guard let frame, let record = SessionRecord.of(data) else { return 0 }
    record.noteFrame(
        nghttp2_frame_type(UInt32(shim_frame_type(frame))),
        endsStream: shim_frame_ends_stream(frame) != 0, on: shim_frame_stream(frame))
    return 0
}

private func invalidFrame(
    _: OpaquePointer?, _: UnsafePointer<nghttp2_frame>?, code: Int32,
    data: UnsafeMutableRawPointer?
) -> Int32 {
    SessionRecord.of(data)?.fault = HTTP2Error(code).description
    return 0
}

private func streamClosed(
    _: OpaquePointer?, stream: Int32, code: UInt32, data: UnsafeMutableRawPointer?
) -> Int32 {
    SessionRecord.of(data)?.noteEnd(of: stream, code)
    return 0
}

/// A request that waited for its turn when GOAWAY came never had a stream to close.
private func frameNotSent(
    _: OpaquePointer?, frame: UnsafePointer<nghttp2_frame>?, _: Int32,
    data: UnsafeMutableRawPointer?
) -> Int32 {
    guard let frame, shim_frame_type(frame) == UInt8(NGHTTP2_HEADERS.rawValue) else { return 0 }
    SessionRecord.of(data)?.noteEnd(
        of: shim_frame_stream(frame), UInt32(NGHTTP2_REFUSED_STREAM.rawValue))
    return 0
}

/// Reads the next bytes of a body that is sent.
func readBody(
    _: OpaquePointer?, stream: Int32, room: UnsafeMutablePointer<UInt8>?, count: Int,
    flags: UnsafeMutablePointer<UInt32>?, _: UnsafeMutablePointer<nghttp2_data_source>?,
    data: UnsafeMutableRawPointer?
) -> Int {
    guard let record = SessionRecord.of(data) else {
        return Int(NGHTTP2_ERR_CALLBACK_FAILURE.rawValue)
    }
    let (taken, isLast) = record.take(
        UnsafeMutableBufferPointer(start: room, count: count), for: stream)
    if isLast { flags?.pointee |= UInt32(NGHTTP2_DATA_FLAG_EOF.rawValue) }
    return taken
}
