import Exposition
import Glibc
import Testing

/// Prometheus' own reader judges the page; skipped where it is not installed.
@Suite(.enabled(if: access("/usr/bin/promtool", X_OK) == 0, "promtool is not installed"))
struct PromtoolTests {
    @Test func aPageIsFlawless() throws {
        var histogram = Histogram(bounds: [0.005, 1, 10])
        histogram.observe(0.5)
        let page = Exposition([
            MetricFamily("trustpath_probe_success", "Well.", value: 1),
            MetricFamily(
                "trustpath_probes_total", "Probes.", kind: .counter,
                samples: [Sample(1, ["module": "a\"\\\n\0"])]),
            MetricFamily(
                "trustpath_probe_duration_seconds", "Time.", kind: .histogram,
                samples: histogram.samples(["module": "web"])),
            MetricFamily("trustpath_extreme", "Odd.", value: .nan),
        ])
        #expect(try complaints(about: page.text()) == "")
    }

    @Test func aBadPageIsFound() throws {
        #expect(try complaints(about: Array("bad{ 1\n".utf8)) != "")
    }
}

/// What `promtool check metrics` says of a page, "" when nothing.
func complaints(about page: [UInt8]) throws -> String {
    var template = Array("/tmp/exposition-XXXXXX".utf8CString)
    let file = mkstemp(&template)
    let path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    defer { unlink(path) }
    #expect(write(file, page, page.count) == page.count)
    close(file)
    let pipe = try #require(popen("promtool check metrics <\(path) 2>&1", "r"))
    var output: [UInt8] = []
    while case let byte = getc(pipe), byte != EOF { output.append(UInt8(truncatingIfNeeded: byte)) }
    let status = pclose(pipe)
    return status == 0 && output.isEmpty
        ? "" : "status \(status): " + String(decoding: output, as: UTF8.self)
}
