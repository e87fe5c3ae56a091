import Addresses
import OpenSSL
import Sockets
import Testing

@testable import Probe

/// A hostile server costs its own endpoint only, and ends at its timer at the latest.
@Suite struct HostileServerTests {
    @Test func `One byte after the other ends with the timer`() async throws {
        let server = try LoopbackServer { connection in
            // The longest record, of which a byte comes now and then.
            try await connection.write([22, 3, 3, 0x40, 0], by: soon())
            while true {
                try await connection.write([2], by: soon())
                try await Task.sleep(for: .milliseconds(20))
            }
        }
        let seen = await see(server, budget: .seconds(6))
        #expect(seen.results[0].handshake?.outcome == .timedOut)
        #expect(seen.primary == .tlsHandshakeTimeout)
    }

    @Test func `Endless handshake messages are cut off`() async throws {
        let server = try LoopbackServer { connection in
            _ = try await connection.hello()
            // HelloRequests mean nothing here, and a client passes over them (RFC 5246 7.4.1.1).
            let flood = [[UInt8]](repeating: [22, 3, 3, 0, 4, 0, 0, 0, 0], count: 1000)
            while true { try await connection.write(flood.flatMap { $0 }, by: soon()) }
        }
        let seen = await see(server)
        guard case .failed(let failure) = seen.results[0].handshake?.outcome else {
            Issue.record("\(String(describing: seen.results[0].handshake?.outcome))")
            return
        }
        #expect(failure.isOverLimit)
        #expect(seen.primary == .unknown)
    }

    @Test func `A certificate message of 10 MB is refused by its header`() async throws {
        let authority = try ServerAuthority.shared.get()
        let context = try authority.context(versions: .tls12 ... .tls12)
        let server = try LoopbackServer { connection in
            let session = try TLSSession(server: context)
            session.receive(try await connection.hello())
            _ = session.handshake()
            let flight = session.takeOutgoing()
            // Nothing, where the client asks again in a way that this server does not take.
            guard flight.count > 4 else { return }
            let helloEnd = 5 + Int(flight[3]) << 8 + Int(flight[4])
            try await connection.write(Array(flight[..<helloEnd]), by: soon())
            // 16 kB a record; the first begins a Certificate message of 10,000,000 bytes.
            let body = [UInt8](repeating: 0, count: 16_384)
            var record = [22, 3, 3, 0x40, 0] + body
            record.replaceSubrange(5..<9, with: [11, 0x98, 0x96, 0x80])
            for _ in 0..<640 {
                try await connection.write(record, by: soon())
                record.replaceSubrange(5..<9, with: [0, 0, 0, 0])
            }
        }
        let seen = await see(server)
        #expect(seen.primary == .tlsHandshakeFailure)
        #expect(seen.evidence.contains("excessive message size"))
        #expect(seen.evidence.contains("which we answered with alert illegal parameter (47)"))
    }

    @Test func `Talk after a request for a certificate is cut off`() async throws {
        // The request is what makes the stage listen on; a server that then only talks is not heard to the end.
        let authority = try ServerAuthority.shared.get()
        let context = try authority.context(
            versions: .tls13 ... .tls13, requiresClientCertificate: true)
        let server = try LoopbackServer { connection in
            let session = try TLSSession(server: context)
            session.receive(try await connection.hello())
            _ = session.handshake()
            try await connection.write(session.takeOutgoing(), by: soon())
            // Records of a key that nobody has: the client must fail, and not wait.
            let garbage = [23, 3, 3, 0x20, 0] + [UInt8](repeating: 9, count: 0x2000)
            while true { try await connection.write(garbage, by: soon()) }
        }
        let seen = await see(server)
        #expect(seen.results[0].handshake?.isCompleted == false)
        #expect(seen.primary == .tlsHandshakeFailure)
    }

    @Test func `What a peer said before it went away is heard`() async throws {
        let listener = try TCPListener(boundTo: loopback())
        let connection = try await TCPConnection.connect(to: listener.localAddress, by: soon())
        let peer = try await listener.accept(by: soon())
        try await peer.alert(80)
        peer.reset()
        let session = try TLSSession(try TLSContext(client: .strict), serverName: nil)
        let carrier = TLSCarrier(session: session, connection: connection, end: soon())
        guard case .failed(let failure) = await carrier.shake() else {
            Issue.record("the alert was not heard")
            return
        }
        #expect(failure.alertReceived == 80)
    }

    @Test func `A hostile address does not touch its neighbours`() async throws {
        let authority = try ServerAuthority.shared.get()
        let context = try authority.context()
        let good = try LoopbackServer { try await $0.serveTLS(context) }
        let silent = try LoopbackServer { try await $0.drain() }
        let rude = try LoopbackServer { $0.reset() }
        let seen = await (try authority.stage()).see(
            [silent.address, good.address, rude.address])
        #expect(
            seen.results.map(\.endpoint.port.number) == [silent, good, rude].map(\.address.port))
        #expect(seen.results.map { $0.handshake?.isCompleted } == [false, true, false])
        #expect(seen.results[0].handshake?.outcome == .timedOut)
        #expect(seen.diagnosis.primary?.failureClass == .tlsReset)
    }

    private func see(_ server: LoopbackServer, budget: Duration = .seconds(10)) async -> Seen {
        guard let stage = try? ServerAuthority.shared.get().stage() else {
            return Seen([])
        }
        return await stage.see([server.address], budget: budget)
    }
}
