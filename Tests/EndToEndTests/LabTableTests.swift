import DNSSEC
import Lab
import Peers
import Testing

/// The lab's own table: every class that it promises comes out of `/probe`.
@Suite(
    .enabled(if: Program.isTrustpathExpected, "needs the trustpath binary"),
    .enabled(if: Program.arePresent("promtool", "curl"), "needs root, prometheus and curl"))
struct LabTableTests {
    @Test(arguments: Lab.names)
    func probeFindsWhatIsWrong(_ entry: LabName) async throws {
        let page = try await LabPages.shared.value.page(of: entry.name)
        #expect(page.failures == (entry.expectedClass.map { [$0] } ?? []))
        #expect(page.value("probe_success") == (entry.expectedClass == nil ? "1" : "0"))
        let status = "trustpath_dnssec_status{status=\"\(entry.expectedStatus.rawValue)\"}"
        #expect(page.value(status) == "1")
    }

    @Test(arguments: Lab.names.map(\.name))
    func pageIsSoundAndSmall(_ name: String) async throws {
        let page = try await LabPages.shared.value.page(of: name)
        #expect(try await metricsComplaints(page.text) == "")
        #expect(page.duplicates == [])
        guard page.addresses.count <= 1 else { return }
        #expect(page.samples.count < 220)
        #expect(page.text.utf8.count < 32_000)
    }

    @Test(arguments: Lab.names.map(\.name))
    func pageIsAsItWas(_ name: String) async throws {
        let lab = try await LabPages.shared.value
        // Without IPv6 the lab's one name with an IPv6 address is another.
        guard Ground.hasIPv6 || !name.hasSuffix("healthy.test") else { return }
        let golden = GoldenPage(name, lab.page(of: name), ports: lab.ports)
        if GoldenPage.isWriting { try golden.write() }
        #expect(golden.difference == "")
    }

    @Test func everyGoldenPageIsOfAName() {
        #expect(GoldenPage.names.subtracting(Lab.names.map(\.name)) == [])
    }

    @Test func agentsOwnPageIsSound() async throws {
        let lab = try await LabPages.shared.value
        let page = MetricsPage(try await lab.agent.page("/metrics"))
        #expect(try await metricsComplaints(page.text) == "")
        #expect(page.duplicates == [])
        let probes = page.samples.filter { $0.family == "trustpath_probes_total" }
        #expect(probes.compactMap { Double($0.value) }.reduce(0, +) >= Double(Lab.names.count))
    }

    @Test func startPrintsTheTable() async throws {
        #expect(try await LabPages.shared.value.agent.log.contains(Lab.table))
    }
}
