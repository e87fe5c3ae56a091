import COpenSSL

/// What passes on the wire of one session, kept by OpenSSL's message callback.
///
/// The callback sees messages before they are judged, so this knows what a failed handshake saw.
final class HandshakeRecord {
    /// Bytes of the first ClientHello sent, its record included.
    private(set) var clientHelloSize: Int?
    private(set) var serverHelloSeen = false
    private(set) var clientCertificateRequested = false
    private(set) var sessionTicketSeen = false
    private(set) var serverNameAcknowledged = false
    /// The version number that the ServerHello chose, also one that we refuse.
    private(set) var versionOffered: UInt16?
    private(set) var alertReceived: TLSAlert?
    private(set) var alertSent: TLSAlert?

    fileprivate func see(
        _ contentType: Int32, _ message: UnsafeRawBufferPointer, isSent: Bool
    ) {
        switch contentType {
        case SSL3_RT_ALERT where message.count == 2:
            let alert = TLSAlert(level: .init(rawValue: message[0]), number: message[1])
            if isSent { alertSent = alert } else { alertReceived = alert }
        case SSL3_RT_HANDSHAKE where !isSent && message.count >= 4:
            see(handshake: message[0], body: message.dropFirst(4))
        case SSL3_RT_HANDSHAKE where message.first == 1 && clientHelloSize == nil:
            clientHelloSize = message.count + 5
        default: break
        }
    }

    private func see(handshake type: UInt8, body: Slice<UnsafeRawBufferPointer>) {
        var reader = Reader(bytes: body)
        switch type {
        case 2:  // ServerHello, RFC 8446 4.1.3
            serverHelloSeen = true
            guard let version = reader.number(2), reader.skip(32), reader.skipVector(1),
                reader.skip(3)
            else { return }
            versionOffered = UInt16(version)
            readExtensions(&reader)
        case 4: sessionTicketSeen = true
        case 8: readExtensions(&reader)  // EncryptedExtensions, RFC 8446 4.3.1
        case 13: clientCertificateRequested = true
        default: break
        }
    }

    private func readExtensions(_ reader: inout Reader) {
        guard reader.skip(2) else { return }
        while let type = reader.number(2), let length = reader.number(2),
            let value = reader.take(length)
        {
            switch type {
            case 0: serverNameAcknowledged = true  // server_name, RFC 6066 3
            case 43:  // supported_versions, RFC 8446 4.2.1
                var version = Reader(bytes: value)
                versionOffered = version.number(2).map { UInt16($0) } ?? versionOffered
            default: break
            }
        }
    }
}

/// Reads foreign bytes in order; nil past the end.
private struct Reader {
    var bytes: Slice<UnsafeRawBufferPointer>

    mutating func take(_ count: Int) -> Slice<UnsafeRawBufferPointer>? {
        guard count <= bytes.count else { return nil }
        defer { bytes = bytes.dropFirst(count) }
        return bytes.prefix(count)
    }

    mutating func number(_ width: Int) -> Int? {
        take(width)?.reduce(0) { $0 << 8 | Int($1) }
    }

    mutating func skip(_ count: Int) -> Bool { take(count) != nil }

    mutating func skipVector(_ width: Int) -> Bool { number(width).map { skip($0) } ?? false }
}

/// The message callback of every session; `data` is its record, which the session keeps alive.
func observeMessage(
    _ isSent: Int32, _: Int32, _ contentType: Int32, _ bytes: UnsafeRawPointer?, _ count: Int,
    _: OpaquePointer?, _ data: UnsafeMutableRawPointer?
) {
    guard let data, let bytes else { return }
    Unmanaged<HandshakeRecord>.fromOpaque(data).takeUnretainedValue()
        .see(contentType, UnsafeRawBufferPointer(start: bytes, count: count), isSent: isSent == 1)
}
