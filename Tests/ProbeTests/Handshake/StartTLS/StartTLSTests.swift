import Addresses
import OpenSSL
import Sockets
import Testing

@testable import Probe

/// STARTTLS over a connection: what servers do, and what the stage makes of it.
@Suite struct StartTLSTests {
    private let authority: ServerAuthority

    init() throws { authority = try ServerAuthority.shared.get() }

    @Test func `TLS follows the go-ahead, and is judged as ever`() async throws {
        let server = try smtp()
        let seen = await (try authority.stage()).see([server.address], service: .submission)
        let result = try #require(seen.results.first)
        #expect(result.startTLS?.outcome == .ready)
        #expect(result.handshake?.isCompleted == true)
        #expect(seen.classes.isEmpty)
    }

    @Test func `Between mail servers certificates only warn`() async throws {
        let server = try smtp()
        let stage = try authority.stage()
        let mail = await stage.see([server.address], host: "other.test", service: .smtp)
        #expect(mail.classes == [.certNameMismatch])
        #expect(mail.primary == nil)
        let submission = await stage.see([server.address], host: "other.test", service: .submission)
        #expect(submission.primary == .certNameMismatch)
    }

    @Test(arguments: [
        ("554 go away\r\n", FailureClass.protocolBannerError),
        ("HTTP/1.1 400\r\n", .protocolBannerError),
    ])
    func `A greeting that refuses is named by its number alone`(
        _ greeting: String, _ expected: FailureClass
    ) async throws {
        let server = try LoopbackServer { connection in
            try await connection.write(greeting)
            try await connection.end()
        }
        let seen = await (try authority.stage()).see([server.address], service: .smtp)
        #expect(seen.primary == expected)
        #expect(!seen.evidence.contains("go away"))
        #expect(seen.results[0].handshake == nil)
    }

    @Test func `Plaintext behind the go-ahead is response injection`() async throws {
        let server = try smtp(goAhead: "220 go\r\n250 injected\r\n")
        let seen = await (try authority.stage()).see([server.address], service: .smtp)
        #expect(seen.primary == .starttlsRejected)
        #expect(seen.evidence.contains("injection"))
    }

    @Test func `Plaintext in a segment of its own is response injection too`() async throws {
        let server = try LoopbackServer { connection in
            try await Self.upToSTARTTLS(connection)
            try await connection.write("220 go\r\n")
            // The ClientHello is here: what comes now was not in the read of the go-ahead.
            _ = try await connection.hello()
            try await connection.write("250 injected\r\n")
            try await connection.end()
        }
        let seen = await (try authority.stage()).see([server.address], service: .smtp)
        #expect(seen.primary == .starttlsRejected)
        #expect(seen.evidence.contains("injection"))
    }

    @Test func `Silence, drips and floods end with the timer or before`() async throws {
        let silent = try LoopbackServer { try await $0.drain() }
        let drip = try LoopbackServer { connection in
            while true {
                try await connection.write("2")
                try await Task.sleep(for: .milliseconds(20))
            }
        }
        let flood = try LoopbackServer { connection in
            let lines = String(repeating: "220-more\r\n", count: 1000)
            while true { try await connection.write(lines) }
        }
        let reset = try LoopbackServer { connection in
            try await connection.write("220 a\r\n")
            _ = try await connection.hello()
            connection.reset()
        }
        let addresses = [silent, drip, flood, reset].map(\.address)
        let seen = await (try authority.stage()).see(
            addresses, service: .smtp, budget: .seconds(2))
        #expect(seen.classes.allSatisfy { $0 == .protocolBannerError })
        #expect(seen.diagnosis.findings.flatMap(\.places).count == 4)
        let timer = Duration.milliseconds(600)
        for result in seen.results.prefix(2) {
            #expect(try #require(result.startTLS).duration >= timer)
        }
    }

    @Test func `STARTTLS and TLS share one timer`() async throws {
        let server = try LoopbackServer { connection in
            try await Task.sleep(for: .milliseconds(1_500))
            try await Self.upToSTARTTLS(connection)
            try await connection.write("220 go\r\n")
            try await connection.drain()
        }
        let seen = await (try authority.stage()).see(
            [server.address], service: .smtp, budget: .seconds(20))
        let result = try #require(seen.results.first)
        let (first, second) = (
            try #require(result.startTLS).duration, try #require(result.handshake).duration
        )
        #expect(seen.primary == .tlsHandshakeTimeout)
        // The clock of the connection starts a moment after the server's.
        #expect(first >= .milliseconds(1_000))
        // One of its own would have been 3 s.
        #expect(second < .milliseconds(2_900))
    }

    @Test func `The permissive handshake repeats the conversation`() async throws {
        let old = try smtp(context: authority.context(versions: .tls10 ... .tls11))
        let seen = await (try authority.stage()).see([old.address], service: .submission)
        #expect(seen.primary == .tlsProtocolUnsupported)
    }

    @Test func `A scan repeats the conversation for every question`() async throws {
        let server = try smtp(context: authority.context(versions: .tls11 ... .tls12))
        let seen = await (try authority.stage(extras: LegacyServerTests.scanning)).see(
            [server.address], service: .smtp, budget: .seconds(60))
        let offers = try #require(seen.results[0].handshake?.offers)
        #expect(offers.taken == [.tls11, .tls12] && offers.isComplete)
        #expect(offers.suites[.tls12]?.isEmpty == false)
        #expect(seen.classes == [.tlsLegacyOffered], "\(seen.evidence)")
    }

    @Test func `The probe's own end is no fault of the server's`() async throws {
        let silent = try LoopbackServer { try await $0.drain() }
        let seen = await (try authority.stage()).see(
            [silent.address], service: .smtp, by: .now + .milliseconds(1_500))
        #expect(seen.results[0].startTLS?.outcome == .cutShort)
        #expect(seen.primary == .probeDeadlineExceeded)
    }

    private func smtp(
        goAhead: String = "220 go\r\n", context: TLSContext? = nil
    ) throws -> LoopbackServer {
        let context = try context ?? authority.context()
        return try LoopbackServer { connection in
            try await Self.upToSTARTTLS(connection)
            try await connection.write(goAhead)
            try await connection.serveTLS(context)
        }
    }

    private static func upToSTARTTLS(_ connection: TCPConnection) async throws {
        try await connection.write("220 mail.test ESMTP\r\n")
        _ = try await connection.hello()
        try await connection.write("250-mail.test\r\n250 STARTTLS\r\n")
        _ = try await connection.hello()
    }
}
