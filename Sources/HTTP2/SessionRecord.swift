import CNghttp2

/// What the callbacks of a session saw, and the bodies that they send; the session holds it unretained.
final class SessionRecord {
    /// A message that arrives.
    struct Arriving {
        var fields: [HTTP2Field] = []
        var body: [UInt8] = []
        /// All fields seen, in bytes.
        var fieldBytes = 0
        /// The header section that counts is over: what follows are trailers.
        var hasFields = false
        var isWhole = false
        var isOverLimit = false

        var status: Int? { fields.first { $0.name == ":status" }.flatMap { Int($0.value) } }
    }

    let isServer: Bool
    let limits: HTTP2Limits
    var arriving: [Int32: Arriving] = [:]
    /// Bodies on their way out, what is still to be sent.
    var leaving: [Int32: ArraySlice<UInt8>] = [:]
    /// Streams that ended, in order, with nghttp2's error code.
    var ended: [(stream: Int32, message: Arriving, code: UInt32)] = []
    /// Requests that a server has whole.
    var requests: [(stream: Int32, message: Arriving)] = []
    /// Why nghttp2 gave the connection up.
    var fault: String?

    init(isServer: Bool, limits: HTTP2Limits) {
        (self.isServer, self.limits) = (isServer, limits)
    }

    static func of(_ data: UnsafeMutableRawPointer?) -> SessionRecord? {
        data.map { Unmanaged<SessionRecord>.fromOpaque($0).takeUnretainedValue() }
    }

    /// Answers false where the stream is to be reset.
    func note(_ field: HTTP2Field, on stream: Int32) -> Bool {
        guard var message = arriving[stream] else { return true }
        defer { arriving[stream] = message }
        message.fieldBytes += field.name.utf8.count + field.value.utf8.count + 32
        guard message.fieldBytes <= limits.fields else {
            message.isOverLimit = true
            return false
        }
        if !message.hasFields { message.fields.append(field) }
        return true
    }

    /// Answers false where the stream is to be reset.
    func note(_ bytes: UnsafeBufferPointer<UInt8>, on stream: Int32) -> Bool {
        guard var message = arriving.removeValue(forKey: stream) else { return true }
        defer { arriving[stream] = message }
        guard message.body.count + bytes.count <= limits.body else {
            message.isOverLimit = true
            return false
        }
        message.body += bytes
        return true
    }

    func noteFrame(_ type: nghttp2_frame_type, endsStream: Bool, on stream: Int32) {
        guard [NGHTTP2_HEADERS, NGHTTP2_DATA].contains(type), var message = arriving[stream] else {
            return
        }
        if type == NGHTTP2_HEADERS {
            if !isServer, let status = message.status, status < 200, !message.hasFields {
                message.fields = []
            } else {
                message.hasFields = true
            }
        }
        message.isWhole = endsStream
        arriving[stream] = message
        if isServer, endsStream { requests.append((stream, message)) }
    }

    func noteEnd(of stream: Int32, _ code: UInt32) {
        leaving[stream] = nil
        guard let message = arriving.removeValue(forKey: stream) else { return }
        ended.append((stream, message, code))
    }

    /// Gives the next bytes of a body and tells whether they are the last.
    func take(_ room: UnsafeMutableBufferPointer<UInt8>, for stream: Int32) -> (Int, isLast: Bool) {
        guard let rest = leaving[stream] else { return (0, true) }
        let part = rest.prefix(room.count)
        _ = room.update(fromContentsOf: part)
        let after = rest.dropFirst(part.count)
        leaving[stream] = after.isEmpty ? nil : after
        return (part.count, after.isEmpty)
    }
}
