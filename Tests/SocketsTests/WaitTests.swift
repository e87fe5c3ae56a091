import Addresses
import Testing

@testable import Sockets

/// Whoever ends a wait, it ends once: event, deadline, cancellation or close.
@Suite struct WaitTests {
    @Test func endsAtItsDeadlineNotBefore() async throws {
        let server = try UDPSocket(boundTo: loopback())
        for milliseconds in [0, 1, 7, 40] {
            let deadline = Deadline.now + .milliseconds(milliseconds)
            await #expect(throws: SocketError.timedOut) {
                try await server.receiveFrom(by: deadline)
            }
            #expect(.now >= deadline)
        }
    }

    @Test func aPassedDeadlineEndsEvenWhatIsReady() async throws {
        let (client, server) = try await connectedPair()
        try await client.write([1], by: soon())
        #expect(try await server.read(atMost: 1, by: soon()) == [1])
        try await client.write([2], by: soon())
        await #expect(throws: SocketError.timedOut) {
            try await server.read(atMost: 1, by: .now - .seconds(1))
        }
        await #expect(throws: SocketError.timedOut) {
            try await TCPConnection.connect(to: server.localAddress, by: .now)
        }
    }

    @Test func anEarlierDeadlineWakesTheSleepingThread() async throws {
        let late = try UDPSocket(boundTo: loopback())
        let early = try UDPSocket(boundTo: loopback())
        let waiting = Task { try await late.receiveFrom(by: .now + .seconds(600)) }
        let deadline = Deadline.now + .milliseconds(30)
        await #expect(throws: SocketError.timedOut) { try await early.receiveFrom(by: deadline) }
        #expect(.now < deadline + .seconds(10))
        waiting.cancel()
        await #expect(throws: SocketError.cancelled) { try await waiting.value }
    }

    @Test func aDeadlineInTheFarFutureIsFine() async throws {
        let server = try UDPSocket(boundTo: loopback())
        let client = try UDPSocket(connectedTo: server.localAddress)
        let far = Deadline.now + .seconds(Int64.max)
        let waiting = Task { try await server.receiveFrom(by: far).bytes }
        try client.send([1])
        #expect(try await waiting.value == [1])
    }

    @Test func cancellationEndsEveryKindOfWait() async throws {
        let (client, server) = try await connectedPair()
        let listener = try TCPListener(boundTo: loopback())
        let silent = try await SilentPort(boundTo: loopback())
        let socket = try UDPSocket(boundTo: loopback())
        let waits: [@Sendable () async throws -> Void] = [
            { _ = try await client.read(atMost: 1, by: soon()) },
            { try await server.write([UInt8](repeating: 0, count: 64_000_000), by: soon()) },
            { _ = try await listener.accept() },
            { _ = try await TCPConnection.connect(to: silent.address, by: soon()) },
            { _ = try await socket.receiveFrom() },
        ]
        for wait in waits {
            let task = Task { try await wait() }
            await Task.yield()
            task.cancel()
            await #expect(throws: SocketError.cancelled) { try await task.value }
        }
        // The client's read is over, the connection is not.
        try await client.write([1], by: soon())
    }

    @Test func closeEndsTheWaitsOnBothSidesOfIt() async throws {
        let (client, server) = try await connectedPair()
        let reading = (0..<10).map { _ in Task { try await client.read(atMost: 1, by: soon()) } }
        await Task.yield()
        client.close()
        client.close()
        #expect(try await server.read(atMost: 1, by: soon()) == [])
        for task in reading {
            await #expect(throws: SocketError.cancelled) { try await task.value }
        }
        await #expect(throws: SocketError.cancelled) { try await client.write([1], by: soon()) }
        await #expect(throws: SocketError.cancelled) {
            try await client.read(atMost: 1, by: soon())
        }
    }

    @Test func closedNumbersAreNotConfusedWithTheirSuccessors() async throws {
        let server = try UDPSocket(boundTo: loopback())
        for round in 0..<200 {
            let old = try UDPSocket(connectedTo: server.localAddress)
            let waiting = Task { try await old.receive(by: soon()) }
            if round % 2 == 0 { await Task.yield() }
            old.close()
            let new = try UDPSocket(connectedTo: server.localAddress)
            try server.send([UInt8(round)], to: new.localAddress)
            #expect(try await new.receive(by: soon()) == [UInt8(round)])
            await #expect(throws: SocketError.cancelled) { try await waiting.value }
        }
    }

    @Test func twoThousandWaitsAtOnce() async throws {
        let server = try UDPSocket(boundTo: loopback())
        let sockets = try (0..<2000).map { _ in try UDPSocket(connectedTo: server.localAddress) }
        let deadline = Deadline.now + .seconds(2)
        let outcomes = await withTaskGroup(of: (Int, Result<[UInt8], SocketError>).self) { group in
            for (index, socket) in sockets.enumerated() {
                group.addTask { (index, await receive(socket, index % 4 == 0 ? deadline : soon())) }
            }
            // A quarter times out, a quarter is closed, half is answered.
            for (index, socket) in sockets.enumerated() {
                if index % 4 == 1 { socket.close() }
                if index % 4 > 1 {
                    let bytes = [UInt8(truncatingIfNeeded: index), UInt8(index >> 8)]
                    _ = try? server.send(bytes, to: socket.localAddress)
                }
            }
            return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
        #expect(.now < deadline + .seconds(10))
        for index in 0..<2000 {
            let expected: Result<[UInt8], SocketError> =
                switch index % 4 {
                case 0: .failure(.timedOut)
                case 1: .failure(.cancelled)
                default: .success([UInt8(truncatingIfNeeded: index), UInt8(index >> 8)])
                }
            #expect(outcomes[index] == expected)
        }
    }

    /// Event, deadline, cancellation and close fall on the same moment, over and over: a wait that
    /// is resumed twice traps, one that is never resumed hangs.
    @Test func endsOnceWhenEverythingHappensAtOnce() async throws {
        let server = try UDPSocket(boundTo: loopback())
        var counts: [String: Int] = [:]
        await withTaskGroup(of: [String].self) { group in
            for worker in 0..<8 {
                group.addTask {
                    var outcomes: [String] = []
                    for round in stride(from: worker, to: 4000, by: 8) {
                        outcomes.append(await collide(round, server))
                    }
                    return outcomes
                }
            }
            for await outcomes in group {
                for outcome in outcomes { counts[outcome, default: 0] += 1 }
            }
        }
        #expect(counts.values.reduce(0, +) == 4000)
        // Answered, too late, given up: all three happen, nothing else does.
        #expect(counts.count == 3, "\(counts)")
    }

    @Test func sweepsDeadlinesThatNobodyWaitsForAnyMore() {
        var queue = DeadlineQueue()
        let start = Deadline.now
        for number in 0..<10_000 as Range<UInt64> {
            let id = Reactor.WaitID(source: 1, number: number)
            let deadline = start + .nanoseconds(Int64(number * 7919 % 10_007))
            queue.insert(.init(deadline: deadline, wait: id), living: 10) {
                $0.number + 10 > number
            }
        }
        var popped: [Deadline] = []
        while let entry = queue.popFirst(at: start + .seconds(1)) { popped.append(entry.deadline) }
        #expect(popped.count <= 64)
        #expect(popped == popped.sorted())
    }
}

/// Lets everything that may end a wait happen within the same fraction of a millisecond.
private func collide(_ round: Int, _ server: UDPSocket) async -> String {
    guard let socket = try? UDPSocket(connectedTo: server.localAddress) else { return "no socket" }
    let patience = Duration.microseconds(50 + round % 7 * 50)
    let task = Task { await receive(socket, .now + patience) }
    for _ in 0..<round % 4 { await Task.yield() }
    if round % 3 == 0 { try? server.send([1], to: socket.localAddress) }
    if round % 5 == 0 { task.cancel() }
    if round % 11 == 0 { socket.close() }
    return "\(await task.value)"
}

private func receive(
    _ socket: UDPSocket, _ deadline: Deadline
) async -> Result<[UInt8], SocketError> {
    do {
        return .success(try await socket.receive(by: deadline))
    } catch {
        return .failure(error)
    }
}
