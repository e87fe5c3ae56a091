import Addresses
import DNS
import DNSSEC
import Lab
import Sockets
import Testing

extension LabTests {
    /// Starting, stopping, and what hostile peers can do.
    @Suite struct LifeTests {
        @Test func twoLabsLiveSideBySide() async throws {
            async let starting = Lab.start()
            let (one, other) = try await (Lab.start(), starting)
            #expect(one.resolver.address != other.resolver.address)
            #expect(one.trustAnchorText != other.trustAnchorText)
            for lab in [one, other] {
                let name = try #require(Name("healthy.test"))
                let verdict = try await lab.validator().validate(
                    Question(name, .a), at: WallClock.now)
                #expect(verdict.status == .secure)
            }
            await one.stop()
            #expect(try await !other.addresses(of: "healthy.test").isEmpty)
            await other.stop()
        }

        @Test func stopFreesItsPorts() async throws {
            let lab = try await Lab.start()
            let healthy = try #require(try await lab.addresses(of: "healthy.test").first)
            // A connection in the middle of its handshake does not hold the lab back.
            let held = try await TCPConnection.connect(
                to: SocketAddress(healthy, port: lab.ports.https), by: .now + .seconds(5))
            await lab.stop()
            do throws(SocketError) {
                #expect(try await held.read(atMost: 1, by: .now + .seconds(5)).isEmpty)
            } catch {
                // It was not accepted yet.
                #expect(error == .reset)
            }
            _ = try UDPSocket(boundTo: lab.resolver)
            _ = try TCPListener(boundTo: lab.resolver)
            let next = try await Lab.start(dnsPort: lab.resolver.port, ports: lab.ports)
            #expect(next.ports == lab.ports && next.resolver.port == lab.resolver.port)
            await next.stop()
        }

        @Test func garbageEndsNothing() async throws {
            let lab = try await Lab.start()
            let name = try #require(Name("any.wildcard.test"))
            let query = Message(Question(name, .a)).encoded()
            let socket = try UDPSocket(connectedTo: lab.resolver)
            for count in 0...query.count { try socket.send(Array(query.prefix(count))) }
            var changed = query
            for index in query.indices {
                changed[index] ^= 0xff
                try socket.send(changed)
                changed[index] = query[index]
            }
            for index in 2..<query.count {
                let bytes = (0..<index * 7).map { _ in UInt8.random(in: .min ... .max) }
                try socket.send(bytes)
            }
            let healthy = try #require(try await lab.addresses(of: "healthy.test").first)
            let mail = try #require(try await lab.addresses(of: "starttls.test").first)
            for (address, port) in [
                (healthy, lab.ports.https), (healthy, lab.ports.imaps), (healthy, lab.ports.smtps),
                (mail, lab.ports.smtp),
            ] {
                let connection = try await TCPConnection.connect(
                    to: SocketAddress(address, port: port), by: .now + .seconds(5))
                try await connection.write(query, by: .now + .seconds(5))
                connection.shutdownWriting()
                while try await !connection.read(atMost: 4096, by: .now + .seconds(5)).isEmpty {}
            }
            let tcp = try await TCPConnection.connect(to: lab.resolver, by: .now + .seconds(5))
            try await tcp.write([0, 5, 1, 2, 3, 4, 5], by: .now + .seconds(5))
            #expect(try await tcp.read(atMost: 4096, by: .now + .seconds(5)).isEmpty)
            #expect(try await !lab.addresses(of: "healthy.test").isEmpty)
            await lab.stop()
        }

        @Test func oddQueriesAreRefused() async throws {
            let lab = try await Lab.start()
            let client = Client(lab.resolver)
            var query = Message(Question(.root, .soa))
            query.flags.insert(Message.Flags(rawValue: 2 << 11))
            #expect(try await client.ask(query).responseCode == .notImplemented)
            query = Message(Question(.root, .soa))
            query.edns?.version = 1
            #expect(try await client.ask(query).responseCode == .badVersion)
            query = Message(Question(.root, .soa, class: .ch))
            #expect(try await client.ask(query).responseCode == .refused)
            query = Message(Question(.root, RecordType(rawValue: 252)))
            #expect(try await client.ask(query).responseCode == .refused)
            query.questions = []
            #expect(try await client.ask(query).responseCode == .formatError)
            await lab.stop()
        }

        @Test func tableNamesEveryName() {
            let lines = Lab.table.split(separator: "\n")
            #expect(lines.count == Lab.names.count + 1)
            #expect(Set(Lab.names.map(\.name)).count == Lab.names.count)
            let head = lines.first.map(String.init) ?? ""
            let column = head.utf8.count - "EXPECTED CLASS".utf8.count
            #expect(head.hasSuffix("EXPECTED CLASS"))
            for (line, name) in zip(lines.dropFirst(), Lab.names) {
                #expect(line.hasPrefix(name.name + " ") && line.contains(name.what))
                #expect(line.dropFirst(column) == name.expected)
            }
        }
    }
}
