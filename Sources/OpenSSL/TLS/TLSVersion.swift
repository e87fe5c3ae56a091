import COpenSSL

/// A version of TLS by its number on the wire.
package enum TLSVersion: UInt16, Hashable, Sendable, Comparable, CaseIterable {
    case ssl3 = 0x0300
    case tls10 = 0x0301
    case tls11 = 0x0302
    case tls12 = 0x0303
    case tls13 = 0x0304

    /// OpenSSL's name: "TLSv1.3"; 1.0 is "TLSv1".
    package var name: String {
        switch self {
        case .ssl3: "SSLv3"
        case .tls10: "TLSv1"
        case .tls11: "TLSv1.1"
        case .tls12: "TLSv1.2"
        case .tls13: "TLSv1.3"
        }
    }

    package static func < (left: TLSVersion, right: TLSVersion) -> Bool {
        left.rawValue < right.rawValue
    }
}

/// An alert as it stood on the wire (RFC 8446 6).
package struct TLSAlert: Hashable, Sendable, CustomStringConvertible {
    package enum Level: UInt8, Hashable, Sendable {
        case warning = 1
        case fatal = 2
    }

    /// nil when the level byte is neither.
    package let level: Level?
    package let number: UInt8

    package init(level: Level?, number: UInt8) { (self.level, self.number) = (level, number) }

    /// OpenSSL's long name: "handshake failure", "unrecognized name", "unknown".
    package var name: String {
        // OpenSSL 3.0 has no text for two of RFC 8446 6.
        switch number {
        case 109: "missing extension"
        case 116: "certificate required"
        default: SSL_alert_desc_string_long(Int32(number)).map { String(cString: $0) } ?? "unknown"
        }
    }

    package var description: String { "\(name) (\(number))" }

    package var isCloseNotify: Bool { number == 0 }
}
