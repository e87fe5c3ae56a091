import Foundation
import Peers
import Testing

extension ScalingTests {
    /// The bound on what a page holds, and the sizes that the document on scaling reckons with, on pages of the lab.
    @Suite(
        .enabled(if: Program.isTrustpathExpected, "needs the trustpath binary"),
        .enabled(
            if: Program.arePresent("curl", "dig", "openssl"), "needs root, curl, dig and openssl"))
    struct PageSizeTests {
        /// A row of the document's table.
        struct Row: Sendable, CustomStringConvertible {
            let name: String
            let series, bytes: Int
            var description: String { name }

            static let documented = read(repository + "/docs/scaling.md").split(separator: "\n")
                .compactMap { line -> Row? in
                    let row = line.wholeMatch(
                        of: #/\| `([a-z.-]+)` \| .* \| ([0-9]+) \| ([0-9,]+) \|/#)
                    guard let row, let series = Int(row.2),
                        let bytes = Int(row.3.filter { $0 != "," })
                    else { return nil }
                    return Row(name: String(row.1), series: series, bytes: bytes)
                }
        }

        static let openMetrics = ["Accept: application/openmetrics-text; version=1.0.0"]

        @Test(arguments: Row.documented)
        func pageIsAsLargeAsDocumented(_ row: Row) async throws {
            guard Ground.hasIPv6 || row.name != "healthy.test" else { return }
            let agent = try await LabAgent.shared.value.agent
            for headers in [[], Self.openMetrics] {
                let page = try await agent.page("/probe?target=\(row.name)", headers: headers)
                // A machine that is busy may add a warning or two.
                #expect(abs(series(page).count - row.series) <= 2)
                // Numbers and the lab's ports are shorter or longer from one start to the next.
                #expect(abs(page.utf8.count - row.bytes) < row.bytes / 10)
                #expect((page.hasSuffix("# EOF\n")) == !headers.isEmpty)
            }
        }

        /// As the document has it: what one resolver, nameserver, zone and endpoint adds.
        @Test(arguments: ["rsa.test", "tlsa.test", "healthy.test", "expiring.test"])
        func seriesFollowTheFormula(_ name: String) async throws {
            let page = series(try await LabAgent.shared.value.agent.page("/probe?target=\(name)"))
            let count = { (family: String) in page.count { $0.hasPrefix(family + "{") } }
            let findings = count("trustpath_findings")
            let tlsa = count("trustpath_tlsa_match")
            let sum =
                101 + 5 * count("trustpath_dns_resolver_up")
                + 5 * count("trustpath_dns_nameserver_up")
                + 6 * count("trustpath_dnssec_signature_expiry_timestamp_seconds")
                + 15 * count("trustpath_certificate_info")
            #expect(page.count - findings - tlsa == sum)
            #expect(count("trustpath_failure") == 68)
        }

        /// One address and three ports: fewer than 220 series and 32 kB, in both formats, on `/probe` and on `/metrics`.
        @Test func oneAddressAndThreePortsStaySmall() async throws {
            let names = ["rsa.test", "expired.test", "unsigned.test", "tlsa.test", "web-only.test"]
            let lab = try await LabAgent.shared.value
            let agent = try await lab.agent(
                targets: names.map { "{target: \($0), labels: {team: web}}" })
            for headers in [[], Self.openMetrics] {
                for name in names {
                    let page = try await agent.page("/probe?target=\(name)", headers: headers)
                    #expect(series(page).count < 220, "\(name)")
                    #expect(page.utf8.count < 32_000, "\(name)")
                }
                let page = series(try await agent.page("/metrics", headers: headers))
                for name in names {
                    let own = page.filter { $0.contains("{target=\"\(name)\",module=\"default\"") }
                    #expect(own.count > 140 && own.count < 220, "\(name)")
                    let labels = "target=\"\(name)\",module=\"default\",team=\"web\",".utf8.count
                    let bytes = own.reduce(0) { $0 + $1.utf8.count + 1 - labels }
                    #expect(bytes < 32_000, "\(name)")
                }
            }
            await agent.stop()
        }

        @Test func theTableIsThere() { #expect(Row.documented.count == 9) }

        private func series(_ page: String) -> [Substring] {
            page.split(separator: "\n").filter { !$0.hasPrefix("#") }
        }
    }
}
