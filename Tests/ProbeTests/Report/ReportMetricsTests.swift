import Addresses
import DNS
import DNSSEC
import Glibc
import OpenSSL
import Probe
import Sockets
import Testing

@Suite struct ReportMetricsTests {
    let samples: ReportSamples

    init() throws { samples = try ReportSamples() }

    @Test func healthyIsExact() throws {
        print(try samples.healthy().metricsText)
        print(try samples.healthy().text())
        print(String(decoding: try samples.healthy().json(), as: UTF8.self))
        print(try samples.healthy().html())
    }
}
