import OpenSSL
import Sockets
import Synchronization
import Testing

@testable import Probe

/// What a server takes, asked for one by one.
@Suite struct OfferScanTests {
    let authority: ServerAuthority

    init() throws { authority = try ServerAuthority.shared.get() }

    /// What the scan finds of a server of this context, and how many connections that took.
    func scan(_ context: TLSContext) async throws -> (offers: Offers, connections: Int) {
        let count = Mutex(0)
        let server = try LoopbackServer { connection in
            count.withLock { $0 += 1 }
            try await connection.serveTLS(context)
        }
        let stage = try authority.stage(extras: LegacyServerTests.scanning)
        let seen = await stage.see([server.address], budget: .seconds(60))
        let offers = try #require(seen.results[0].handshake?.offers)
        #expect(offers.isComplete)
        return (offers, count.withLock { $0 })
    }

    @Test func `The cipher suites of each version are those that the server was given`()
        async throws
    {
        let identity = authority.identity([try authority.leaf(), authority.intermediate])
        let context = try TLSContext(
            server: [identity], versions: .tls11 ... .tls13,
            ciphers:
                "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-SHA:ECDHE-ECDSA-CAMELLIA128-SHA256:@SECLEVEL=0"
        )
        let offers = try await scan(context).offers
        #expect(offers.taken == [.tls11, .tls12, .tls13])
        #expect(
            offers.suites[.tls11]?.map(\.name) == ["TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA"])
        #expect(
            offers.suites[.tls12].map { Set($0.map(\.name)) } == [
                "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA",
                "TLS_ECDHE_ECDSA_WITH_CAMELLIA_128_CBC_SHA256",
            ])
        #expect(
            offers.suites[.tls13].map { Set($0.map(\.name)) } == [
                "TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256",
            ])
        #expect(offers.groups.map(\.name).contains("X25519"))
        #expect(offers.groups.map(\.name).contains("P-521"))
    }

    @Test func `Curves before TLS 1-3 are read from the key exchange`() async throws {
        let (offers, connections) = try await scan(
            try authority.context(versions: .tls12 ... .tls12))
        // All that libssl has for TLS 1.2 and takes at level 0, while P-256 is among those offered.
        let names = Set(offers.groups.map(\.name))
        #expect(names.isSuperset(of: ["X25519", "X448", "P-256", "P-384", "P-521"]), "\(names)")
        #expect(!names.contains("X25519MLKEM768"))
        #expect(connections < 120)
    }

    @Test func `X25519MLKEM768 is found where the server has it, whatever libssl has`()
        async throws
    {
        let context = try authority.context(versions: .tls13 ... .tls13)
        // A server of TLS 1.3 that has the hybrid alone, as far as the HelloRetryRequest.
        let server = try LoopbackServer { connection in
            let hello = try await connection.hello()
            // key_share without a share, and supported_groups with the hybrid.
            guard hello.contains([0, 51, 0, 2, 0, 0]) else {
                return try await connection.serveTLS(context, after: hello)
            }
            guard hello.contains([0x11, 0xec]) else {
                try await connection.alert(40)
                return try await connection.end()
            }
            let retry = HelloTests.serverHello(
                0x0303, 0x1301, [0, 43, 0, 2, 3, 4, 0, 51, 0, 2, 0x11, 0xec])
            try await connection.write(HelloTests.record(22, retry), by: soon())
            try await connection.end()
        }
        let stage = try authority.stage(extras: LegacyServerTests.scanning)
        let seen = await stage.see([server.address], budget: .seconds(60))
        let offers = try #require(seen.results[0].handshake?.offers)
        #expect(offers.groups.map(\.name) == ["X25519MLKEM768"])
        #expect(offers.isComplete)
    }

    @Test func `A server that takes whatever comes ends the scan, and not the other way round`()
        async throws
    {
        let context = try authority.context()
        let count = Mutex(0)
        // Chooses the first suite of every ClientHello, in whatever version is asked for, without an end.
        let server = try LoopbackServer { connection in
            count.withLock { $0 += 1 }
            let hello = try await connection.hello()
            if count.withLock({ $0 }) == 1 {
                return try await connection.serveTLS(context, after: hello)
            }
            guard hello.count > 48, hello[0] == 22 else { return connection.reset() }
            let place = 44 + Int(hello[43])
            let version = UInt16(hello[9]) << 8 | UInt16(hello[10])
            let suite = UInt16(hello[place + 2]) << 8 | UInt16(hello[place + 3])
            try await connection.write(
                HelloTests.record(22, HelloTests.serverHello(version, suite)), by: soon())
            try await connection.end()
        }
        let stage = try authority.stage(extras: LegacyServerTests.scanning)
        let seen = await stage.see([server.address], budget: .seconds(120))
        let offers = try #require(seen.results[0].handshake?.offers)
        #expect(offers.suites[.tls12]?.count ?? 0 > 50)
        #expect(count.withLock { $0 } < 450)
    }

    @Test func `The scan ends before the probe, and says that it was cut short`() async throws {
        let context = try authority.context()
        let count = Mutex(0)
        // From the tenth connection on nothing is said any more.
        let server = try LoopbackServer { connection in
            let number = count.withLock { count in
                count += 1
                return count
            }
            if number > 9 { return try await connection.drain() }
            try await connection.serveTLS(context)
        }
        let stage = try authority.stage(extras: LegacyServerTests.scanning)
        let seen = await stage.see([server.address], budget: .seconds(6))
        let offers = try #require(seen.results[0].handshake?.offers)
        #expect(!offers.isComplete)
        #expect(seen.results[0].handshake?.isCompleted == true)
        #expect(seen.primary == nil, "\(seen.evidence)")
    }
}
