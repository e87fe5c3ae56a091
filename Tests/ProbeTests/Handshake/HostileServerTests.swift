import Addresses
import Configuration
import Hostile
import OpenSSL
import Sockets
import Testing

@testable import Probe

/// Servers that do not shake hands: what is made of them, and that it ends in time.
@Suite struct HostileServerTests {
    init() async throws { try await LabWorld.isUp() }

    typealias Serve = @Sendable (TCPConnection) async throws -> Void

    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let expected: FailureClass
        let serve: Serve

        init(_ name: String, _ expected: FailureClass, _ serve: @escaping Serve) {
            (testDescription, self.expected, self.serve) = (name, expected, serve)
        }
    }

    /// A handshake record of TLS 1.2 with these bytes.
    static func record(_ type: UInt8 = 22, _ bytes: [UInt8]) -> [UInt8] {
        [type, 3, 3, UInt8(bytes.count >> 8), UInt8(bytes.count & 0xff)] + bytes
    }

    static func greeting(_ text: String) -> Serve {
        { connection in
            try await connection.say(Array(text.utf8))
            try await connection.drain()
        }
    }

    static let cases: [Case] = [
        Case("silent", .tlsHandshakeTimeout) { try await $0.drain() },
        Case("EOF at once", .tlsReset) {
            $0.shutdownWriting(); try await $0.drain()
        },
        Case("RST at once", .tlsReset) { $0.reset() },
        Case("RST after the ClientHello", .tlsReset) { connection in
            _ = try await connection.read(atMost: 4096, by: .now + .seconds(9))
            connection.reset()
        },
        Case("EOF after the ClientHello", .tlsReset) { connection in
            _ = try await connection.read(atMost: 4096, by: .now + .seconds(9))
            connection.shutdownWriting()
            try await connection.drain()
        },
        Case("one byte at a time", .tlsHandshakeTimeout) { connection in
            for byte in record(22, [2, 0, 0, 70] + Array(repeating: 3, count: 70)) {
                try await connection.say([byte])
                try await Task.sleep(for: .milliseconds(200))
            }
        },
        Case("a Certificate message of 10 MB", .tlsHandshakeFailure) { connection in
            _ = try await connection.read(atMost: 4096, by: .now + .seconds(9))
            try await connection.say(record(22, [11, 0x98, 0x96, 0x80]))
            for _ in 0..<640 {
                try await connection.say(record(22, .init(repeating: 0, count: 16384)))
            }
        },
        Case("endless handshake records", .tlsHandshakeFailure) { connection in
            while true { try await connection.say(record(22, .init(repeating: 0, count: 16384))) }
        },
        Case("endless empty records", .tlsHandshakeFailure) { connection in
            while true { try await connection.say(record(22, [])) }
        },
        Case("an alert", .tlsHandshakeFailure) { connection in
            _ = try await connection.read(atMost: 4096, by: .now + .seconds(9))
            try await connection.say(record(21, [2, 80]))
            try await connection.drain()
        },
        Case("unrecognized_name", .sniUnrecognized) { connection in
            _ = try await connection.read(atMost: 4096, by: .now + .seconds(9))
            try await connection.say(record(21, [2, 112]))
            try await connection.drain()
        },
        Case("SMTP", .notTLS, greeting("220 mail.example.test ESMTP\r\n")),
        Case("IMAP", .notTLS, greeting("* OK ready\r\n")),
        Case("POP3", .notTLS, greeting("+OK\r\n")),
        Case("SSH", .notTLS, greeting("SSH-2.0-OpenSSH_9.2p1\r\n")),
        Case("HTTP", .notTLS, greeting("HTTP/1.1 400 Bad Request\r\n\r\n")),
        Case("other text", .notTLS, greeting("hello\r\n")),
        Case("two letters", .notTLS, greeting("hi")),
        Case(
            "bytes", .notTLS,
            { connection in
                try await connection.say([0xde, 0xad, 0xbe, 0xef, 0, 1, 2, 3, 4, 5])
                try await connection.drain()
            }),
        Case("endless text", .notTLS) { connection in
            while true { try await connection.say(Array(repeating: 0x61, count: 65_536)) }
        },
    ]

    @Test(arguments: cases)
    func endsInTimeWithItsClass(_ one: Case) async throws {
        let peer = try TLSPeer.shared.get()
        let server = try TCPServer(one.serve)
        let (results, diagnosis, elapsed) = try await peer.shake([server])
        #expect(diagnosis.primary?.failureClass == one.expected)
        #expect(diagnosis.findings.count == 1)
        #expect(results.count { $0.isConnected } == 1)
        // The timer is 1.8 s; the rest is for a machine that has other work.
        #expect(elapsed < .seconds(10))
    }

    /// What happens after TCP connects counts on optional ports too; what happens before does not.
    @Test func optionalPortFailsOnlyOnceConnected() async throws {
        let peer = try TLSPeer.shared.get()
        let text = try TCPServer(Self.greeting("hello\r\n"))
        let spoken = try await peer.shake([text], optional: true)
        #expect(spoken.diagnosis.primary?.failureClass == .notTLS)
        let silent = try await SilentPort(boundTo: .init(NameServer.loopback, port: 0))
        let stage = try HandshakeStage(
            trust: TrustStore(certificates: []), intermediates: [], serverName: nil,
            policy: try AddressRule(Module().addresses))
        let endpoint = Endpoint(
            host: TLSPeer.host, address: silent.address.address,
            port: Port(silent.address.port, .tls, isRequired: false))
        let results = await stage(
            [endpoint], budget: .seconds(1), by: .now + .seconds(1), at: TLSPeer.now)
        #expect(EndpointRules(results, at: TLSPeer.now).findings.isEmpty)
        silent.close()
    }

    /// Several stalling servers, and a deadline that comes before any of their timers.
    @Test func deadlineCutsShort() async throws {
        let peer = try TLSPeer.shared.get()
        let servers = try (0..<3).map { _ in try TCPServer { try await $0.drain() } }
        let stage = try HandshakeStage(
            trust: TrustStore(certificates: [peer.root]), intermediates: [], serverName: nil,
            policy: try AddressRule(Module().addresses))
        let endpoints = servers.map {
            Endpoint(
                host: TLSPeer.host, address: $0.address.address,
                port: Port($0.address.port, .tls))
        }
        let start = Deadline.now
        let results = await stage(
            endpoints, budget: .seconds(60), by: start + .milliseconds(300), at: TLSPeer.now)
        #expect(results.allSatisfy { $0.handshake?.outcome == .cutShort })
        let diagnosis = Diagnosis(findings: EndpointRules(results, at: TLSPeer.now).findings)
        #expect(diagnosis.findings.map(\.failureClass) == [.probeDeadlineExceeded])
        #expect(diagnosis.primary?.places.count == 3)
        #expect(Deadline.now - start < .seconds(2.5))
    }

    @Test func cancellationEndsTheWait() async throws {
        let peer = try TLSPeer.shared.get()
        let server = try TCPServer { try await $0.drain() }
        let start = Deadline.now
        let task = Task { try await peer.shake([server], budget: .seconds(60)) }
        task.cancel()
        _ = try await task.value
        #expect(Deadline.now - start < .seconds(2.5))
    }
}
