import DNS
import Probe

/// The page at `/`: a form, the recent probes, and every path there is.
struct LandingPage {
    private let recent: [RecentProbes.Entry]

    init(_ recent: [RecentProbes.Entry]) { self.recent = recent }

    var html: String {
        var page = HTMLPage(title: "trustpath")
        page.heading(1, "trustpath")
        page.paragraph("Names the cause when a TLS handshake fails and DNS may be the reason.")
        page.form(
            "/report",
            [
                .init("Target", name: "target", placeholder: "example.com"),
                .init("Module", name: "module", placeholder: "the usual one"),
            ], button: "Probe")
        page.heading(2, "Recent probes")
        if recent.isEmpty { page.paragraph("None yet.") } else { table(&page) }
        page.heading(2, "Paths")
        page.list([
            "/probe?target=NAME[&module=MODULE]: metrics of one probe",
            "/report?target=NAME[&module=MODULE]: the same probe as a page, or as JSON",
            .init("/metrics: the agent's own metrics", link: "/metrics"),
            .init("/config: the configuration in use", link: "/config"),
            .init("/-/healthy", link: "/-/healthy"), .init("/-/ready", link: "/-/ready"),
        ])
        page.paragraph("Version \(Trustpath.version)")
        return page.text
    }

    private func table(_ page: inout HTMLPage) {
        page.table(
            ["Target", "Module", "Result", "Duration", "Time"],
            recent.map { entry in
                let query =
                    "target=\(Self.encoded(entry.target))&module=\(Self.encoded(entry.module))"
                return [
                    .init(entry.target, link: "/report?\(query)"), .init(entry.module),
                    .init(
                        entry.failureClass ?? "healthy", entry.failureClass == nil ? .good : .bad),
                    .init("\(Int(entry.duration.seconds * 1000)) ms"),
                    .init(CivilTime(secondsSince1970: entry.at).rfc3339),
                ]
            })
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
