/// The OPT pseudo-record (RFC 6891).
package struct EDNS: Hashable, Sendable {
    /// Bytes that the sender can take over UDP.
    package var udpPayloadSize: UInt16
    package var version: UInt8
    /// The DO bit (RFC 3225).
    package var dnssecOK: Bool
    package var options: [Option]

    package struct Option: Hashable, Sendable {
        package var code: UInt16
        package var data: [UInt8]

        package init(code: UInt16, data: [UInt8]) {
            (self.code, self.data) = (code, data)
        }

        /// So many zero bytes behind code and length (RFC 7830).
        package static func padding(_ count: Int) -> Option {
            Option(code: 12, data: Array(repeating: 0, count: count))
        }
    }

    package init(
        udpPayloadSize: UInt16 = 1232, version: UInt8 = 0, dnssecOK: Bool = false,
        options: [Option] = []
    ) {
        (self.udpPayloadSize, self.version) = (udpPayloadSize, version)
        (self.dnssecOK, self.options) = (dnssecOK, options)
    }

    /// The extended errors in the order sent; one too short to hold its code is passed over.
    package var extendedErrors: [ExtendedError] {
        options.compactMap { option in
            guard option.code == ExtendedError.optionCode, option.data.count >= 2 else {
                return nil
            }
            // The text may end with a NUL, which is no part of it (RFC 8914 2).
            let text = option.data.dropFirst(2).prefix { $0 != 0 }
            return ExtendedError(
                code: UInt16(option.data[0]) << 8 | UInt16(option.data[1]),
                text: String(decoding: text, as: UTF8.self))
        }
    }

    static let dnssecOKBit: UInt16 = 0x8000
}

/// Why a server answered as it did (RFC 8914).
package struct ExtendedError: Hashable, Sendable, CustomStringConvertible {
    package var code: UInt16
    package var text: String

    package init(code: UInt16, text: String = "") {
        (self.code, self.text) = (code, text)
    }

    package static let optionCode: UInt16 = 15

    package var option: EDNS.Option {
        let bytes = [UInt8(truncatingIfNeeded: code >> 8), UInt8(truncatingIfNeeded: code)]
        return EDNS.Option(code: Self.optionCode, data: bytes + Array(text.utf8))
    }

    /// The registered meaning of the code, or its number.
    package var purpose: String {
        Self.purposes.indices.contains(Int(code)) ? Self.purposes[Int(code)] : "EDE \(code)"
    }

    package var description: String {
        "EDE \(code) (\(purpose))" + (text.isEmpty ? "" : ": \(text)")
    }

    private static let purposes = [
        "Other", "Unsupported DNSKEY Algorithm", "Unsupported DS Digest Type", "Stale Answer",
        "Forged Answer", "DNSSEC Indeterminate", "DNSSEC Bogus", "Signature Expired",
        "Signature Not Yet Valid", "DNSKEY Missing", "RRSIGs Missing", "No Zone Key Bit Set",
        "NSEC Missing", "Cached Error", "Not Ready", "Blocked", "Censored", "Filtered",
        "Prohibited",
        "Stale NXDomain Answer", "Not Authoritative", "Not Supported", "No Reachable Authority",
        "Network Error", "Invalid Data", "Signature Expired before Valid", "Too Early",
        "Unsupported NSEC3 Iterations Value", "Unable to conform to policy", "Synthesized",
    ]
}
