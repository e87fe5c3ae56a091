import Addresses
import Glibc
import Testing

@testable import Sockets

@Suite struct UDPSocketTests {
    @Test(arguments: IPAddress.Family.allCases)
    func echoes(_ family: IPAddress.Family) async throws {
        let server = try UDPSocket(boundTo: loopback(family))
        let client = try UDPSocket(connectedTo: server.localAddress)
        for bytes in [[1, 2, 3], [], [UInt8](repeating: 7, count: 60_000)] as [[UInt8]] {
            try client.send(bytes)
            let (received, source) = try await server.receiveFrom(by: soon())
            #expect(received == bytes)
            #expect(try source == client.localAddress)
            try server.send(received, to: source)
            #expect(try await client.receive(by: soon()) == bytes)
        }
    }

    @Test func hearsNobodyButItsServer() async throws {
        let server = try UDPSocket(boundTo: loopback())
        let stranger = try UDPSocket(boundTo: loopback())
        let client = try UDPSocket(connectedTo: server.localAddress)
        try stranger.send([6, 6, 6], to: client.localAddress)
        // Loopback delivers at once and in order: the stranger's would be first.
        try server.send([1], to: client.localAddress)
        #expect(try await client.receive(by: soon()) == [1])
        await #expect(throws: SocketError.timedOut) {
            try await client.receive(by: .now + .milliseconds(20))
        }
    }

    @Test(arguments: IPAddress.Family.allCases)
    func portUnreachableIsARefusal(_ family: IPAddress.Family) async throws {
        let server = try UDPSocket(boundTo: quietLoopback(family))
        let address = try server.localAddress
        server.close()
        let client = try UDPSocket(connectedTo: address)
        try client.send([1])
        await #expect(throws: SocketError.refused) { try await client.receive(by: soon()) }
        // The queue is empty again, and the socket works on.
        await #expect(throws: SocketError.timedOut) {
            try await client.receive(by: .now + .milliseconds(20))
        }
        let again = try UDPSocket(boundTo: address)
        try client.send([2])
        #expect(try await again.receiveFrom(by: soon()).bytes == [2])
    }

    @Test func refusalEndsAWaitThatHasBegun() async throws {
        let server = try UDPSocket(boundTo: quietLoopback())
        let client = try UDPSocket(connectedTo: server.localAddress)
        let answer = Task { try await client.receive(by: soon()) }
        try client.send([1])
        _ = try await server.receiveFrom(by: soon())
        server.close()
        try client.send([2])
        await #expect(throws: SocketError.refused) { try await answer.value }
    }

    @Test func refusesADatagramThatIsTooLong() throws {
        let server = try UDPSocket(boundTo: loopback())
        let client = try UDPSocket(connectedTo: server.localAddress)
        #expect(throws: SocketError.system(call: "send", errno: EMSGSIZE)) {
            try client.send([UInt8](repeating: 0, count: 65_536))
        }
    }

    @Test func portInUseIsOurOwnHostsMatter() throws {
        let server = try UDPSocket(boundTo: loopback())
        #expect(throws: SocketError.system(call: "bind", errno: EADDRINUSE)) {
            try UDPSocket(boundTo: server.localAddress)
        }
    }

    @Test func portsAreNotSequential() throws {
        let server = try UDPSocket(boundTo: loopback())
        let sockets = try (0..<32).map { _ in try UDPSocket(connectedTo: server.localAddress) }
        let ports = try sockets.map { Int(try $0.localAddress.port) }
        #expect(Set(ports).count == 32)
        #expect(zip(ports, ports.dropFirst()).contains { abs($0 - $1) > 100 })
    }
}
