/// Which targets a request may name (`limits.targets`); an empty list allows any.
package struct TargetRule: Hashable, Sendable {
    private let patterns: [String]

    package init(_ patterns: [String]) {
        self.patterns = patterns.map { $0.lowercased() }
    }

    /// A pattern with `*` or `?` must match the whole host; any other is the host itself or a domain above it.
    package func permits(_ target: Target) -> Bool {
        let host = target.hostText.lowercased()
        let isName = if case .name = target.host { true } else { false }
        return patterns.isEmpty
            || patterns.contains { pattern in
                if pattern.contains("*") || pattern.contains("?") {
                    return Self.matches(Array(host.utf8)[...], Array(pattern.utf8)[...])
                }
                let suffix = pattern.hasPrefix(".") ? String(pattern.dropFirst()) : pattern
                // 8.8.1.1 is no host below 1.1.
                return host == suffix || isName && host.hasSuffix("." + suffix)
            }
    }

    /// Walks both once, coming back to the last `*` only, so that no pattern costs more than their product.
    private static func matches(_ text: ArraySlice<UInt8>, _ pattern: ArraySlice<UInt8>) -> Bool {
        var (at, want) = (text.startIndex, pattern.startIndex)
        var star: (want: Int, at: Int)?
        while at < text.endIndex {
            if want < pattern.endIndex, pattern[want] == UInt8(ascii: "*") {
                star = (want, at)
                want += 1
            } else if want < pattern.endIndex,
                pattern[want] == text[at] || pattern[want] == UInt8(ascii: "?")
            {
                (at, want) = (at + 1, want + 1)
            } else if let last = star {
                star = (last.want, last.at + 1)
                (at, want) = (last.at + 1, last.want + 1)
            } else {
                return false
            }
        }
        return pattern[want...].allSatisfy { $0 == UInt8(ascii: "*") }
    }
}
