extension String {
    /// Without what could steer a terminal or deceive a reader, cut to `limit` characters.
    ///
    /// Foreign text (subjects, extended errors) may hold escape sequences and right-to-left marks:
    /// each control, format or unassigned character is written as `\u{1B}`.
    func plain(limit: Int = 1024) -> String {
        if isPlain(within: limit) { return self }
        var text = ""
        var count = 0
        for scalar in unicodeScalars {
            guard count < limit else { return text + "…" }
            count += 1
            if scalar.isVisible {
                text.unicodeScalars.append(scalar)
            } else {
                text += "\\u{" + String(scalar.value, radix: 16, uppercase: true) + "}"
            }
        }
        return text
    }

    /// Nothing but visible ASCII, as most texts are; those that are not may still be plain.
    private func isPlain(within limit: Int) -> Bool {
        let bytes = utf8.span
        guard bytes.count <= limit else { return false }
        for index in bytes.indices where !(0x20..<0x7f).contains(bytes[index]) { return false }
        return true
    }
}

extension Unicode.Scalar {
    /// Neither control, format nor separator of lines, and assigned.
    var isVisible: Bool {
        if value < 0x7f { return value >= 0x20 }
        return switch properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .unassigned, .privateUse,
            .surrogate:
            false
        default: true
        }
    }
}
