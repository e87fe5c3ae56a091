import ArgumentParser
import DNS
import Logging
import Sockets

/// The log's form, as Prometheus' own programs offer it.
enum LogFormat: String, ExpressibleByArgument, CaseIterable {
    case logfmt, json
}

/// The log's levels by their names.
enum LogLevel: String, ExpressibleByArgument, CaseIterable {
    case trace, debug, info, notice, warning, error, critical

    var level: Logger.Level { Logger.Level(rawValue: rawValue) ?? .info }
}

/// Writes one line for each event to standard error.
struct LineLogHandler: LogHandler {
    var metadata: Logger.Metadata = [:]
    var logLevel: Logger.Level
    private let format: LogFormat

    init(level: Logger.Level, format: LogFormat) {
        (logLevel, self.format) = (level, format)
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let time = CivilTime(secondsSince1970: WallClock.now).rfc3339
        var fields = [
            ("time", time), ("level", event.level.rawValue), ("msg", "\(event.message)"),
        ]
        let all = metadata.merging(event.metadata ?? [:]) { $1 }
        fields += all.sorted { $0.key < $1.key }.map { ($0.key, "\($0.value)") }
        Terminal.complain(line(fields))
    }

    private func line(_ fields: [(String, String)]) -> String {
        switch format {
        case .logfmt:
            fields.map { "\($0)=\(Self.needsQuotes($1) ? Self.quoted($1) : $1)" }
                .joined(separator: " ")
        case .json:
            "{" + fields.map { "\(Self.quoted($0)):\(Self.quoted($1))" }.joined(separator: ",")
                + "}"
        }
    }

    private static func needsQuotes(_ text: String) -> Bool {
        text.isEmpty
            || text.utf8.contains {
                $0 <= 0x20 || $0 == 0x22 || $0 == 0x3d || $0 == 0x5c || $0 == 0x7f
            }
    }

    /// A JSON string, which logfmt's readers understand as well.
    private static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\n": quoted += "\\n"
            case _ where scalar.value < 0x20 || scalar.value == 0x7f:
                let hex = String(scalar.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}
