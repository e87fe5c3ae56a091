import Addresses
import Testing

@testable import Probe

/// Addresses as they become known: each once, with every port, and no more than are tried.
@Suite struct EndpointFeedTests {
    private static let ports = [Port(443, .https), Port(993, .imaps)]

    private func texts(_ feed: EndpointFeed) async -> [[String]] {
        feed.finish()
        var batches: [[String]] = []
        for await batch in feed.endpoints {
            batches.append(batch.map { "\($0.address) \($0.port.number)" })
        }
        return batches
    }

    @Test func eachAddressOnce() async throws {
        let feed = EndpointFeed(host: "a.test", ports: Self.ports)
        let (one, two) = (IPAddress(ipv4: 0x7f00_0001), IPAddress(ipv4: 0x7f00_0002))
        feed.add([])
        feed.add([one, one])
        feed.add([two, one])
        feed.add([two])
        #expect(
            await texts(feed) == [
                ["127.0.0.1 443", "127.0.0.1 993"], ["127.0.0.2 443", "127.0.0.2 993"],
            ])
    }

    /// Thousands of one family leave the other its share.
    @Test func someOfEachFamily() async throws {
        let feed = EndpointFeed(host: "a.test", ports: [Port(443, .https)])
        for part in 0..<4 {
            feed.add((0..<1000).map { IPAddress(ipv4: UInt32(part * 1000 + $0)) })
        }
        feed.add((0..<1000).map { IPAddress(ipv6: UInt128($0) + 1 << 100) })
        let all = await texts(feed).joined()
        #expect(all.count { !$0.contains(":") } == Resolution.triedPerFamily)
        #expect(all.count { $0.contains(":") } == Resolution.triedPerFamily)
    }

    @Test func afterTheEndNothingCounts() async throws {
        let feed = EndpointFeed(host: "a.test", ports: Self.ports)
        feed.finish()
        feed.add([IPAddress(ipv4: 1)])
        #expect(await texts(feed) == [])
    }

    @Test func resultsByPortThenAddress() throws {
        let feed = EndpointFeed(host: "a.test", ports: [Port(993, .imaps), Port(443, .https)])
        let results = [(2, 443), (1, 443), (2, 993), (1, 993)].map { number, port in
            EndpointResult(
                endpoint: Endpoint(
                    host: "a.test", address: IPAddress(ipv4: UInt32(number)),
                    port: Port(UInt16(port), port == 443 ? .https : .imaps)),
                connection: .cutShort, handshake: nil)
        }
        #expect(
            feed.ordered(results).map { "\($0.endpoint.address) \($0.endpoint.port.number)" } == [
                "0.0.0.1 993", "0.0.0.2 993", "0.0.0.1 443", "0.0.0.2 443",
            ])
    }
}
