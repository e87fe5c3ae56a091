import DNS
import Probe

/// The page at `/`: a form, the recent probes, and every path there is.
struct LandingPage {
    private let recent: [RecentProbes.Entry]

    init(_ recent: [RecentProbes.Entry]) { self.recent = recent }

    var html: String {
        """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>trustpath</title>
        <style>
        :root { color-scheme: light dark; }
        body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
        input, button { font: inherit; padding: .3rem .6rem; }
        table { border-collapse: collapse; }
        td, th { padding: .2rem .8rem .2rem 0; text-align: left; }
        </style>
        </head>
        <body>
        <h1>trustpath</h1>
        <p>Names the cause when a TLS handshake fails and DNS may be the reason.</p>
        <form action="/report">
        <label>Target <input name="target" required placeholder="example.com" autofocus></label>
        <label>Module <input name="module" value="default"></label>
        <button>Probe</button>
        </form>
        <h2>Recent probes</h2>
        \(recentTable)
        <h2>Paths</h2>
        <ul>
        <li><code>/probe?target=NAME[&amp;module=MODULE]</code>: metrics of one probe</li>
        <li><code>/report?target=NAME[&amp;module=MODULE]</code>: the same probe as a page, or as JSON</li>
        <li><a href="/metrics">/metrics</a>: the agent's own metrics</li>
        <li><a href="/config">/config</a>: the configuration in use</li>
        <li><a href="/-/healthy">/-/healthy</a>, <a href="/-/ready">/-/ready</a></li>
        </ul>
        <p>Version \(Trustpath.version)</p>
        </body>
        </html>
        """
    }

    private var recentTable: String {
        guard !recent.isEmpty else { return "<p>None yet.</p>" }
        let rows = recent.map { entry in
            let query =
                "target=\(Self.encoded(entry.target))&amp;module=\(Self.encoded(entry.module))"
            let time = CivilTime(secondsSince1970: entry.at).rfc3339
            let result = entry.failureClass ?? "healthy"
            return "<tr><td><a href=\"/report?\(query)\">\(Self.escaped(entry.target))</a></td>"
                + "<td>\(Self.escaped(entry.module))</td><td>\(result)</td>"
                + "<td>\(Int(entry.duration.seconds * 1000)) ms</td><td>\(time)</td></tr>"
        }
        return
            "<table><tr><th>Target</th><th>Module</th><th>Result</th><th>Duration</th><th>Time</th></tr>\n"
            + rows.joined(separator: "\n") + "\n</table>"
    }

    private static func escaped(_ text: String) -> String {
        var escaped = ""
        for character in text {
            switch character {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            default: escaped.append(character)
            }
        }
        return escaped
    }

    /// Percent-encodes everything that is not unreserved (RFC 3986 2.3).
    private static func encoded(_ text: String) -> String {
        text.utf8.map { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, 0x2d, 0x2e, 0x5f, 0x7e:
                String(UnicodeScalar(byte))
            default:
                "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }.joined()
    }
}
