import HTTPServer
import Synchronization
import Testing

/// Handlers wait here until the test opens it, or until their task is cancelled.
private final class Gate: Sendable {
    private let state = Mutex((isOpen: false, arrived: 0, cancelled: 0, ended: 0))

    var cancelled: Int { state.withLock { $0.cancelled } }
    var ended: Int { state.withLock { $0.ended } }

    func open() { state.withLock { $0.isOpen = true } }

    func pass() async {
        state.withLock { $0.arrived += 1 }
        while !state.withLock({ $0.isOpen }) {
            do {
                try await Task.sleep(for: .milliseconds(2))
            } catch {
                state.withLock { $0.cancelled += 1 }
                break
            }
        }
        state.withLock { $0.ended += 1 }
    }

    func arrivals(_ count: Int) async { await until { $0.arrived >= count } }
    func cancellations(_ count: Int) async { await until { $0.cancelled >= count } }

    private func until(
        _ condition: (borrowing (isOpen: Bool, arrived: Int, cancelled: Int, ended: Int)) -> Bool
    ) async {
        while !state.withLock({ condition($0) }) { try? await Task.sleep(for: .milliseconds(2)) }
    }
}

// One after the other: together they would need more descriptors than the usual 1024.
@Suite(.serialized, .timeLimit(.minutes(1))) struct ConcurrencyTests {
    private let gate = Gate()

    private func server(_ addresses: [String] = ["127.0.0.1:0"]) throws -> (HTTPServer, UInt16) {
        let server = try HTTPServer(listeningOn: addresses) { [gate] request in
            if request.path == "/wait" { await gate.pass() }
            return HTTPResponse(text: "done \(request.path)\n")
        }
        return (server, try #require(server.boundPorts.first))
    }

    @Test func manyRequestsAreSuspendedAtOnce() async throws {
        let (server, port) = try server()
        let clients = await offPool {
            (0..<200).map { _ in
                let client = Client(port: port)
                client.send(get("/wait"))
                return client
            }
        }
        await gate.arrivals(200)
        #expect(await exchange(port, get("/quick")).hasSuffix("done /quick\n"))
        gate.open()
        let answers = await offPool { clients.map { $0.receive() } }
        #expect(answers.allSatisfy { $0.hasSuffix("\r\n\r\ndone /wait\n") })
        await server.stop(by: .now + .seconds(5))
    }

    @Test func clientsThatHangUpCancelTheirRequests() async throws {
        let (server, port) = try server()
        for round in 1...3 {
            await offPool {
                let clients = (0..<50).map { _ in Client(port: port) }
                for client in clients { client.send(get("/wait")) }
            }
            await gate.cancellations(round * 50)
        }
        #expect(await exchange(port, get("/quick")).hasSuffix("done /quick\n"))
        // Nothing is left in flight: the server ends long before its deadline.
        let start = ContinuousClock.now
        await server.stop(by: start + .seconds(60))
        #expect(ContinuousClock.now - start < .seconds(50))
        #expect(gate.ended == 150)
    }

    @Test func halfClosedClientsStillGetTheirAnswer() async throws {
        let (server, port) = try server()
        let answer = await offPool {
            let client = Client(port: port)
            client.send(get("/wait"))
            client.finishSending()
            return client.receive()
        }
        #expect(answer.hasSuffix("done /wait\n"))
        await server.stop(by: .now + .seconds(5))
    }

    @Test func slowClientsHinderNobody() async throws {
        let (server, port) = try server()
        let slow = await offPool {
            (0..<150).map { _ in
                let client = Client(port: port)
                client.send("GET /slow HTTP/1.1\r\nHost: a\r\nX-A: ")
                return client
            }
        }
        let answers = await withTaskGroup(of: String.self) { group in
            for _ in 0..<20 { group.addTask { await exchange(port, get("/quick")) } }
            return await group.reduce(into: [String]()) { $0.append($1) }
        }
        #expect(answers.allSatisfy { $0.hasSuffix("done /quick\n") })
        await offPool { for client in slow { client.send("b\r\nConnection: close\r\n\r\n") } }
        let late = await offPool { slow.map { $0.receive() } }
        #expect(late.allSatisfy { $0.hasSuffix("done /slow\n") })
        await server.stop(by: .now + .seconds(5))
    }

    @Test func stopDrainsRequestsInFlight() async throws {
        let (server, port) = try server()
        let kept = await offPool {
            let client = Client(port: port)
            client.send("GET /kept HTTP/1.1\r\nHost: a\r\n\r\n")
            _ = client.receive(until: "done /kept\n")
            return client
        }
        async let waiting = exchange(port, "GET /wait HTTP/1.1\r\nHost: a\r\n\r\n")
        await gate.arrivals(1)
        async let stopped: Void = server.stop(by: .now + .seconds(60))
        while await offPool({ Client(port: port).isConnected }) {}
        // The open connection is served still, and closed with its answer.
        let last = await offPool {
            kept.send("GET /last HTTP/1.1\r\nHost: a\r\n\r\n")
            return kept.receive()
        }
        #expect(last.contains("done /last\n") && last.contains("Connection: close\r\n"))
        gate.open()
        #expect(await waiting.hasSuffix("done /wait\n"))
        await stopped
        await server.stop(by: .now)
    }

    @Test func stopAnswersTheRestAtItsDeadline() async throws {
        let server = try HTTPServer(listeningOn: ["127.0.0.1:0"]) { [gate] _ in
            // A handler that ignores its cancellation.
            await Task.detached { await gate.pass() }.value
            return HTTPResponse(text: "late\n")
        }
        let port = try #require(server.boundPorts.first)
        async let first = exchange(port, get("/"))
        async let second = exchange(port, get("/"))
        await gate.arrivals(2)
        await server.stop(by: .now + .milliseconds(50))
        let answers = await [first, second]
        #expect(answers.allSatisfy { $0.hasPrefix("HTTP/1.1 503 ") })
        gate.open()
    }

    @Test func stopDoesNotWaitForTheRestOfARequest() async throws {
        let (server, port) = try server()
        let partial = await offPool {
            let clients = (0..<5).map { _ in Client(port: port) }
            for client in clients {
                client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n")
            }
            clients[0].send("\r\nabc")
            return clients
        }
        #expect(await exchange(port, get("/quick")).hasSuffix("done /quick\n"))
        let start = ContinuousClock.now
        await server.stop(by: start + .seconds(60))
        #expect(ContinuousClock.now - start < .seconds(50))
        #expect(await offPool { partial.allSatisfy { !$0.receive().contains(" 200 ") } })
    }

    @Test func stopUnderLoad() async throws {
        for _ in 0..<20 {
            let (server, port) = try server()
            gate.open()
            await withTaskGroup { group in
                for _ in 0..<8 {
                    group.addTask {
                        await offPool {
                            while true {
                                let client = Client(port: port)
                                guard client.isConnected else { return }
                                client.send(get("/wait") + get("/quick"))
                                _ = client.receive()
                            }
                        }
                    }
                }
                await gate.arrivals(10)
                await server.stop(by: .now + .milliseconds(5))
            }
        }
    }
}
