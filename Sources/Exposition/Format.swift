extension Exposition {
    package enum Format: Hashable, Sendable {
        /// 0.0.4, what everyone reads.
        case text
        /// 1.0.0.
        case openMetrics

        /// The Content-Type of a page.
        package var contentType: String {
            switch self {
            case .text: "text/plain; version=0.0.4; charset=utf-8"
            case .openMetrics: "application/openmetrics-text; version=1.0.0; charset=utf-8"
            }
        }
    }

    /// What the Accept header wants most (RFC 9110 12.5.1); OpenMetrics only when it is named, text when in doubt.
    package static func format(accepting header: String?) -> Format {
        let ranges = (header ?? "").split(separator: ",").compactMap { MediaRange($0) }
        let openMetrics = ranges.filter(\.isOpenMetrics).map(\.quality).max() ?? 0
        let plain = ranges.filter { $0.type == "text/plain" }
        let others = ranges.filter { $0.type == "text/*" || $0.type == "*/*" }
        let text = (plain.isEmpty ? others : plain).map(\.quality).max() ?? 0
        return openMetrics > 0 && openMetrics >= text ? .openMetrics : .text
    }
}

/// One item of an Accept header.
private struct MediaRange {
    let type: String
    let version: String?
    /// 0 to 1.
    let quality: Double

    /// Nil when the quality is no number.
    init?(_ text: Substring) {
        let parts = text.split(separator: ";", omittingEmptySubsequences: false)
            .map { $0.filter { $0 != " " && $0 != "\t" }.lowercased() }
        type = parts.first ?? ""
        version = Self.value("version", parts)
        guard let quality = Self.value("q", parts) else {
            self.quality = 1
            return
        }
        guard let number = Double(quality), (0...1).contains(number) else { return nil }
        self.quality = number
    }

    var isOpenMetrics: Bool {
        type == "application/openmetrics-text" && (version == nil || version == "1.0.0")
    }

    private static func value(_ name: String, _ parts: [String]) -> String? {
        parts.dropFirst().first { $0.hasPrefix(name + "=") }
            .map { $0.dropFirst(name.count + 1).filter { $0 != "\"" } }
    }
}
