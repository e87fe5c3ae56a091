import Configuration
import DNS
import Hostile
import Sockets
import Testing

@testable import Probe

@Suite struct HTTPFetchTests {
    func text(_ result: Result<[UInt8], HTTPFetch.Failure>) -> String {
        switch result {
        case .success(let bytes): String(decoding: bytes, as: UTF8.self)
        case .failure(let failure): failure.clause
        }
    }

    @Test func `A file is fetched, and a body is sent`() async throws {
        let server = try FileServer { path, body in
            path == "missing" ? nil : Array("\(path): ".utf8) + body
        }
        let fetch = HTTPFetch.patient()
        #expect(text(await fetch(server.location("a?b#c"), atMost: 100)) == "a?b: ")
        let body = HTTPFetch.Body(type: "x/y", bytes: Array("hello".utf8))
        #expect(text(await fetch(server.location("q"), body, atMost: 100)) == "q: hello")
        #expect(
            text(await fetch(server.location("missing"), atMost: 100))
                .hasSuffix("it answers with the HTTP status 404"))
    }

    /// RFC 9112 9.6 has servers close when asked to; some do not.
    @Test(.timeLimit(.minutes(1)))
    func `A whole answer is not waited behind`() async throws {
        let server = try LoopbackServer { connection in
            _ = try await connection.hello()
            try await connection.write("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhe")
            try await connection.write("llo")
            try await Task.sleep(for: .seconds(600))
        }
        let fetch = HTTPFetch(
            resolvers: [], policy: AddressRule(), questionTimer: .seconds(10),
            timer: .seconds(600), deadline: .now + .seconds(600))
        #expect(text(await fetch("http://\(server.address)/", atMost: 9)) == "hello")
    }

    @Test func `What is too long, silent or no HTTP is told`() async throws {
        let long = try FileServer { _, _ in [UInt8](repeating: 1, count: 3_000_000) }
        #expect(
            text(await HTTPFetch.patient()(long.location(""), atMost: 1000))
                .hasSuffix("the answer is longer than 1000 bytes"))
        let empty = try FileServer { _, _ in [] }
        #expect(
            text(await HTTPFetch.patient()(empty.location(""), atMost: 9))
                .hasSuffix("the answer is empty"))
        let silent = try LoopbackServer { try await $0.drain() }
        let impatient = HTTPFetch.patient(timer: .seconds(2))
        #expect(
            text(await impatient("http://\(silent.address)/", atMost: 9))
                .hasSuffix("no whole HTTP/1.1 answer came"))
        let endless = try LoopbackServer { connection in
            _ = try await connection.hello()
            while true { try await connection.write("HTTP/1.1 200 OK\r\nA: b\r\n") }
        }
        #expect(
            text(await HTTPFetch.patient()("http://\(endless.address)/", atMost: 9))
                .hasSuffix("the answer is longer than 9 bytes"))
        let other = try LoopbackServer { connection in
            _ = try await connection.hello()
            try await connection.write("SSH-2.0-x\r\n")
            try await connection.end()
        }
        #expect(
            text(await HTTPFetch.patient()("http://\(other.address)/", atMost: 9))
                .hasSuffix("no whole HTTP/1.1 answer came"))
        let refused = try refusingAddress()
        #expect(
            text(await HTTPFetch.patient()("http://\(refused)/", atMost: 9)).contains("\(refused)"))
    }

    @Test func `Names are asked of the module's resolvers, and its policy decides`() async throws {
        let server = try FileServer { path, _ in Array(path.utf8) }
        let data = try zone("ca.test. 60 A 127.0.0.1")
        let resolver = try NameServer(udp: { [.send($0.answer(from: data))] })
        let views = [Resolver.server(Exchange(.init(resolver.address, .udp)))]
        let location = server.location("file").replacing("127.0.0.1", with: "ca.test")
        #expect(text(await HTTPFetch.patient(views)(location, atMost: 9)) == "file")
        let nowhere = location.replacing("ca.test", with: "no.test")
        #expect(
            text(await HTTPFetch.patient(views)(nowhere, atMost: 9))
                == "no address of no.test is known")
        var policy = Module().addresses
        policy.deny = [Located("127.0.0.0/8")]
        let forbidding = HTTPFetch.patient(views, policy: try AddressRule(policy))
        for place in [location, server.location("file")] {
            #expect(
                text(await forbidding(place, atMost: 9)) == "the address policy forbids 127.0.0.1")
        }
        #expect(
            text(await HTTPFetch.patient()("http://169.254.169.254/x", atMost: 9))
                == "the address policy forbids 169.254.169.254")
    }

    @Test(arguments: [
        ("http://a.test", "a.test", 80, "/"), ("HTTP://A.test:8080/x?y#z", "a.test", 8080, "/x?y"),
        ("http://[::1]:81?q", "::1", 81, "/?q"), ("http://192.0.2.7/", "192.0.2.7", 80, "/"),
    ])
    func `An address is taken apart`(
        _ text: String, _ host: String, _ port: UInt16, _ path: String
    ) throws {
        let location = try #require(HTTPLocation(text))
        #expect(location.host.text == host)
        #expect(location.port == port)
        #expect(location.path == path)
    }

    @Test(arguments: [
        "", "http://", "https://a.test/", "ldap://a.test/", "http:///x", "http://u@a.test/",
        "http://a.test:0/", "http://a.test:99999/", "http://a.test/\r\nX: y", "http://a b/",
        "http://ä.test/", "file:///etc/passwd", "http://https://a.test",
        "http://a.test/" + String(repeating: "x", count: 2048),
    ])
    func `What is no such address is refused`(_ text: String) {
        #expect(HTTPLocation(text) == nil)
    }
}
