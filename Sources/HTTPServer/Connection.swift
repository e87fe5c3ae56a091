import CMicroHTTPD
import Glibc

/// One of libmicrohttpd's connections, valid from the start of a request to its completion.
///
/// Suspending and queueing belong to the daemon's thread; any thread may resume.
struct Connection: @unchecked Sendable {
    private let pointer: OpaquePointer

    init?(_ pointer: OpaquePointer?) {
        guard let pointer else { return nil }
        self.pointer = pointer
    }

    var socket: Int32 { tp_mhd_socket(pointer) }

    func suspend() { MHD_suspend_connection(pointer) }

    func resume() { MHD_resume_connection(pointer) }

    /// Sends the response now or, called before the body, instead of reading it.
    func queue(_ response: HTTPResponse, closing: Bool) -> Bool {
        let body = UnsafeMutablePointer<UInt8>.allocate(capacity: response.body.count)
        defer { body.deallocate() }
        body.initialize(from: response.body, count: response.body.count)
        guard
            let answer = MHD_create_response_from_buffer(
                response.body.count, body, .RESPMEM_MUST_COPY)
        else { return false }
        defer { MHD_destroy_response(answer) }
        for field in response.headers { MHD_add_response_header(answer, field.name, field.value) }
        if closing { MHD_add_response_header(answer, "Connection", "close") }
        let status = (200...599).contains(response.status) ? response.status : 500
        return MHD_queue_response(pointer, UInt32(status), answer) == .YES
    }

    /// Every header field in the order in which it came.
    func headers() -> [(name: String, value: String)] {
        var fields: [(name: String, value: String)] = []
        _ = withUnsafeMutablePointer(to: &fields) { fields in
            MHD_get_connection_values_n(pointer, .HEADER_KIND, appendField, fields)
        }
        return fields
    }

    /// The client's address without port; an IPv4 client of a dual-stack socket shows as IPv4.
    var remoteAddress: String {
        guard let client = tp_mhd_client(pointer) else { return "" }
        var buffer = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        let raw = UnsafeRawPointer(client)
        switch Int32(client.pointee.sa_family) {
        case AF_INET:
            var address = raw.loadUnaligned(as: sockaddr_in.self).sin_addr
            inet_ntop(AF_INET, &address, &buffer, socklen_t(buffer.count))
        case AF_INET6:
            var address = raw.loadUnaligned(as: sockaddr_in6.self).sin6_addr
            inet_ntop(AF_INET6, &address, &buffer, socklen_t(buffer.count))
        default: return ""
        }
        let text = String(
            decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        return text.hasPrefix("::ffff:") && text.contains(".") ? String(text.dropFirst(7)) : text
    }
}

private func appendField(
    _ fields: UnsafeMutableRawPointer?, _ kind: MHD_ValueKind, _ name: UnsafePointer<CChar>?,
    _ nameCount: Int, _ value: UnsafePointer<CChar>?, _ valueCount: Int
) -> MHD_Result {
    fields?.assumingMemoryBound(to: [(name: String, value: String)].self).pointee
        .append((text(name, nameCount), text(value, valueCount)))
    return .YES
}

private func text(_ start: UnsafePointer<CChar>?, _ count: Int) -> String {
    guard let start else { return "" }
    return String(decoding: UnsafeRawBufferPointer(start: start, count: count), as: UTF8.self)
}
