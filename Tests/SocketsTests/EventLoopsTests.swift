import Addresses
import Glibc
import Synchronization
import Testing

@testable import Sockets

/// Tasks that prefer a loop run on its thread, before and after each wait.
@Suite struct EventLoopsTests {
    @Test func resumesATaskOnTheThreadThatSawItsEvent() async throws {
        let loop = try #require(EventLoops.next())
        try await Task(executorPreference: loop) {
            let before = try EventLoops.current()
            #expect(before.isCurrent)
            let (client, server) = try await connectedPair()
            for byte in UInt8(0)..<20 {
                try await client.write([byte], by: soon())
                #expect(try await server.read(atMost: 1, by: soon()) == [byte])
                #expect(before.isCurrent)
            }
            // What a task starts runs where it does.
            async let child = try EventLoops.current() === before
            #expect(try await child)
        }.value
    }

    @Test func takesJobsFromEveryThread() async throws {
        let counts = Counts()
        await withTaskGroup { group in
            for number in 1...1000 {
                group.addTask(executorPreference: EventLoops.next()) {
                    await Task.yield()
                    counts.sum.add(number, ordering: .relaxed)
                }
            }
        }
        #expect(counts.sum.load(ordering: .relaxed) == 500_500)
    }

    @Test func wakesALoopThatSleeps() async throws {
        let loop = try #require(EventLoops.next())
        // A loop that nobody calls sleeps for ever: each task must wake it from outside.
        for _ in 0..<50 {
            await Task(executorPreference: loop) {
                #expect((try? EventLoops.current())?.isCurrent == true)
            }.value
        }
    }

    @Test func waitsOfOtherThreadsAndItsOwnJobsDoNotStarveEachOther() async throws {
        let loop = try #require(EventLoops.next())
        let counts = Counts()
        let busy = Task(executorPreference: loop) {
            while counts.sum.load(ordering: .relaxed) == 0 { await Task.yield() }
        }
        try await Task(executorPreference: loop) {
            let (client, server) = try await connectedPair()
            try await client.write([7], by: soon())
            #expect(try await server.read(atMost: 1, by: soon()) == [7])
            let socket = try UDPSocket(boundTo: loopback())
            await #expect(throws: SocketError.timedOut) {
                try await socket.receive(by: .now + .milliseconds(5))
            }
        }.value
        counts.sum.store(1, ordering: .relaxed)
        await busy.value
    }

    @Test func thereIsOneForEveryTwoProcessorsAtMost() {
        let loops = (0..<64).compactMap { _ in EventLoops.next() }.map { ObjectIdentifier($0) }
        #expect(loops.count == 64)
        #expect(Set(loops).count <= min((sysconf(Int32(_SC_NPROCESSORS_ONLN)) + 1) / 2, 16))
    }

    @Test func whatHasBegunComesBeforeWhatWaitsForItsTurn() async throws {
        let loop = try #require(EventLoops.next())
        let order = Order()
        await Task(executorPreference: loop) {
            async let first: Void = order.begin("first")
            async let second: Void = order.begin("second")
            for _ in 0..<1000 { await Task.yield() }
            order.note("begun")
            _ = await (first, second)
        }.value
        #expect(order.names.withLock { $0 } == ["begun", "first", "second"])
    }

    @Test(.timeLimit(.minutes(1))) func nobodyWaitsForItsTurnForEver() async throws {
        let loop = try #require(EventLoops.next())
        let counts = Counts()
        let busy = Task(executorPreference: loop) {
            while counts.sum.load(ordering: .relaxed) == 0 { await Task.yield() }
        }
        await Task(executorPreference: loop) {
            await EventLoops.idle(by: .now + .milliseconds(5))
        }.value
        counts.sum.store(1, ordering: .relaxed)
        await busy.value
    }

    /// Where much is under way, newcomers begin one by one, some time apart; else at once.
    @Test(.timeLimit(.minutes(1))) func manyBeginOneByOne() async throws {
        let loop = try #require(EventLoops.next())
        try await Task(executorPreference: loop) {
            let sockets = try (0..<12).map { _ in try UDPSocket(boundTo: loopback()) }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for socket in sockets {
                    group.addTask { _ = try? await socket.receive(by: .now + .seconds(50)) }
                }
                // All of them wait when a newcomer has had its turn.
                await EventLoops.idle(by: .now + .seconds(60))
                let start = Deadline.now
                let order = Order()
                async let first: Void = order.begin("first")
                async let second: Void = order.begin("second")
                async let third: Void = order.begin("third")
                _ = await (first, second, third)
                #expect(Deadline.now - start >= .milliseconds(4))
                #expect(order.names.withLock { $0 } == ["first", "second", "third"])
                for socket in sockets { socket.close() }
                try await group.waitForAll()
            }
        }.value
    }

    @Test(.timeLimit(.minutes(1))) func sleepEndsAtItsDeadlineOrWithItsTask() async throws {
        for executor in [try #require(EventLoops.next()), globalConcurrentExecutor] {
            await Task(executorPreference: executor) {
                let start = Deadline.now
                await EventLoops.sleep(until: start + .milliseconds(5))
                #expect(Deadline.now - start >= .milliseconds(5))
                await EventLoops.sleep(until: start)
                // Before it begins, and while it lasts.
                for pause in [Duration.zero, .milliseconds(5)] {
                    let task = Task(executorPreference: executor) {
                        await EventLoops.sleep(until: .now + .seconds(3600))
                    }
                    await EventLoops.sleep(until: .now + pause)
                    task.cancel()
                    await task.value
                }
            }.value
        }
    }

    @Test(.timeLimit(.minutes(1))) func elsewhereNobodyHasToWait() async {
        await Task(executorPreference: globalConcurrentExecutor) {
            await EventLoops.idle(by: .now + .seconds(3600))
        }.value
    }

    private final class Order: Sendable {
        let names = Mutex<[String]>([])

        func note(_ name: String) { names.withLock { $0.append(name) } }

        func begin(_ name: String) async {
            await EventLoops.idle(by: .now + .seconds(60))
            note(name)
        }
    }

    private final class Counts: Sendable {
        let sum = Atomic<Int>(0)
    }
}
