import CIDN2

/// Internationalized names by IDNA2008 (RFC 5891, lookup; UTS 46 non-transitional mapping first).
package enum IDNA {
    /// Turns a Unicode name into its A-label form, label by label.
    ///
    /// ASCII labels pass unchanged, service labels (`_443._tcp`) and presentation escapes too; an `xn--` label must
    /// be a valid A-label. Lengths of ASCII labels are for the DNS to judge.
    package static func toASCII(_ name: String) throws(IDNAError) -> String {
        let labels = name.unicodeScalars.split(
            omittingEmptySubsequences: false, whereSeparator: isDot)
        var converted: [String] = []
        for label in labels { converted.append(try ascii(String(label))) }
        return converted.joined(separator: ".")
    }

    /// Turns A-labels into what people read; a label that is none, or would not lead back, stays.
    package static func toUnicode(_ name: String) -> String {
        name.split(separator: ".", omittingEmptySubsequences: false)
            .map { unicode(String($0)) }.joined(separator: ".")
    }

    private static func ascii(_ label: String) throws(IDNAError) -> String {
        let isASCII = label.utf8.allSatisfy { $0 < 0x80 }
        if isASCII, !hasPrefix(label) { return label }
        // libidn2 reads up to a NUL.
        guard !label.utf8.contains(0) else { throw IDNAError(label, IDN2_DISALLOWED) }
        var output: UnsafeMutablePointer<UInt8>?
        defer { idn2_free(output) }
        let code = label.withCString(encodedAs: UTF8.self) { idn2_lookup_u8($0, &output, flags) }
        guard code == IDN2_OK.rawValue, let output else {
            throw IDNAError(label, idn2_rc(rawValue: code))
        }
        // The mapping may make a slash or a space of one character.
        let converted = String(cString: output)
        guard !converted.isEmpty, converted.utf8.allSatisfy(isHostByte) else {
            throw IDNAError(label, IDN2_DISALLOWED)
        }
        return isASCII ? label : converted
    }

    private static func unicode(_ label: String) -> String {
        guard hasPrefix(label), !label.utf8.contains(0) else { return label }
        var output: UnsafeMutablePointer<CChar>?
        defer { idn2_free(output) }
        guard idn2_to_unicode_8z8z(label.lowercased(), &output, 0) == IDN2_OK.rawValue, let output,
            let text = String(validatingCString: output), let back = try? ascii(text),
            back.lowercased() == label.lowercased()
        else { return label }
        return text
    }

    private static func hasPrefix(_ label: String) -> Bool {
        label.utf8.prefix(4).elementsEqual("xn--".utf8) { $0 | 0x20 == $1 }
    }

    /// UTS 46 2.3: full stop, ideographic, fullwidth and halfwidth.
    private static func isDot(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case ".", "\u{3002}", "\u{FF0E}", "\u{FF61}": true
        default: false
        }
    }

    private static func isHostByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }

    private static let flags = Int32(IDN2_NFC_INPUT.rawValue | IDN2_NONTRANSITIONAL.rawValue)
}

/// Why a name has no A-label form: the label and libidn2's reason.
package struct IDNAError: Error, Hashable, Sendable, CustomStringConvertible {
    package let label: String
    /// libidn2's clause: "string contains a disallowed character".
    package let reason: String

    init(_ label: String, _ code: idn2_rc) {
        self.label = label
        reason = String(cString: idn2_strerror(code.rawValue))
    }

    /// One clause without a final stop.
    package var description: String { "the label \"\(label)\" is no valid name: \(reason)" }
}
