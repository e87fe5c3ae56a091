import Addresses
import Testing

@testable import Sockets

@Suite struct TCPConnectionTests {
    @Test(arguments: IPAddress.Family.allCases)
    func carriesBytesBothWays(_ family: IPAddress.Family) async throws {
        let (client, server) = try await connectedPair(family)
        #expect(try client.remoteAddress == server.localAddress)
        #expect(try server.remoteAddress == client.localAddress)
        try await client.write([1, 2, 3], by: soon())
        #expect(try await server.read(atMost: 2, by: soon()) == [1, 2])
        #expect(try await server.read(atMost: 2, by: soon()) == [3])
        try await server.write([4], by: soon())
        #expect(try await client.read(atMost: 100, by: soon()) == [4])
    }

    @Test(arguments: IPAddress.Family.allCases)
    func nobodyListeningIsARefusal(_ family: IPAddress.Family) async throws {
        let listener = try TCPListener(boundTo: quietLoopback(family))
        listener.close()
        await #expect(throws: SocketError.refused) {
            try await TCPConnection.connect(to: listener.localAddress, by: soon())
        }
    }

    @Test func endOfStreamIsEmptyAndReadingGoesOnAfterFIN() async throws {
        let (client, server) = try await connectedPair()
        try await client.write([1], by: soon())
        client.shutdownWriting()
        #expect(try await server.read(atMost: 9, by: soon()) == [1])
        #expect(try await server.read(atMost: 9, by: soon()) == [])
        try await server.write([2], by: soon())
        #expect(try await client.read(atMost: 9, by: soon()) == [2])
        server.close()
        #expect(try await client.read(atMost: 9, by: soon()) == [])
    }

    @Test func resetEndsTheReaderAndTheWriter() async throws {
        let (client, server) = try await connectedPair()
        let read = Task { try await client.read(atMost: 9, by: soon()) }
        server.reset()
        await #expect(throws: SocketError.reset) { try await read.value }
        // A second call meets EPIPE: no signal, an error.
        await #expect(throws: SocketError.reset) { try await client.write([1], by: soon()) }
    }

    @Test func writesAllWhileTheReaderIsSlow() async throws {
        let (client, server) = try await connectedPair()
        let bytes = (0..<12_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }
        async let written: Void = client.write(bytes, by: soon())
        var received: [UInt8] = []
        while received.count < bytes.count {
            let part = try await server.read(atMost: 50_000, by: soon())
            try #require(!part.isEmpty)
            received += part
        }
        try await written
        #expect(received == bytes)
    }

    @Test func writeToOneWhoNeverReadsEndsAtItsDeadline() async throws {
        let (client, server) = try await connectedPair()
        let bytes = [UInt8](repeating: 0, count: 64_000_000)
        await #expect(throws: SocketError.timedOut) {
            try await client.write(bytes, by: .now + .milliseconds(100))
        }
        server.close()
    }

    @Test func aPeerThatAlwaysHasMoreDoesNotOutliveTheDeadline() async throws {
        let (client, server) = try await connectedPair()
        let flood = Task {
            while true { try await server.write([UInt8](repeating: 0, count: 9000), by: soon()) }
        }
        let deadline = Deadline.now + .milliseconds(100)
        await #expect(throws: SocketError.timedOut) {
            while true { _ = try await client.read(atMost: 1, by: deadline) }
        }
        #expect(.now < deadline + .seconds(5))
        flood.cancel()
    }

    @Test func readsAndWritesWaitOnOneConnectionAtOnce() async throws {
        let (client, server) = try await connectedPair()
        let bytes = [UInt8](repeating: 5, count: 8_000_000)
        async let written: Void = client.write(bytes, by: soon())
        async let answer = client.read(atMost: 1, by: soon())
        var count = 0
        while count < bytes.count {
            count += try await server.read(atMost: 100_000, by: soon()).count
        }
        try await server.write([9], by: soon())
        #expect(try await answer == [9])
        try await written
    }

    @Test func acceptEndsAtItsDeadlineAndAtClose() async throws {
        let listener = try TCPListener(boundTo: quietLoopback())
        await #expect(throws: SocketError.timedOut) {
            try await listener.accept(by: .now + .milliseconds(20))
        }
        let accepting = Task { try await listener.accept() }
        listener.close()
        await #expect(throws: SocketError.cancelled) { try await accepting.value }
        await #expect(throws: SocketError.refused) {
            try await TCPConnection.connect(to: listener.localAddress, by: soon())
        }
    }

    @Test(arguments: IPAddress.Family.allCases)
    func silentPortAnswersNothing(_ family: IPAddress.Family) async throws {
        let silent = try await SilentPort(boundTo: quietLoopback(family))
        let start = Deadline.now
        for _ in 0..<3 {
            await #expect(throws: SocketError.timedOut) {
                try await TCPConnection.connect(to: silent.address, by: .now + .milliseconds(60))
            }
        }
        #expect(.now - start >= .milliseconds(180))
        silent.close()
        await #expect(throws: SocketError.refused) {
            try await TCPConnection.connect(to: silent.address, by: soon())
        }
    }
}
