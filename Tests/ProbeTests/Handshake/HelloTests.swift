import OpenSSL
import Testing

@testable import Probe

/// ClientHellos of our own and the answers to them, byte by byte.
@Suite struct HelloTests {
    static let random = [UInt8](repeating: 7, count: 32)

    static func serverHello(
        _ version: UInt16, _ suite: UInt16, _ extensions: [UInt8] = []
    ) -> [UInt8] {
        let body =
            [UInt8(version >> 8), UInt8(version & 0xff)] + random + [0]
            + [UInt8(suite >> 8), UInt8(suite & 0xff), 0]
            + (extensions.isEmpty ? [] : [0, UInt8(extensions.count)] + extensions)
        return [2, 0, 0, UInt8(body.count)] + body
    }

    static func record(_ type: UInt8, _ body: [UInt8]) -> [UInt8] {
        [type, 3, 1, UInt8(body.count >> 8), UInt8(body.count & 0xff)] + body
    }

    func answer(_ bytes: [UInt8], isSSL2: Bool = false) -> HelloAnswer? {
        var reader = HelloReader(isSSL2: isSSL2)
        return reader.take(bytes)
    }

    @Test(arguments: [
        (UInt16(0x0300), UInt16(0x0005), HelloAnswer.chosen(.ssl3, CipherSuite(rawValue: 5))),
        (0x0303, 0x000a, .chosen(.tls12, CipherSuite(rawValue: 10))),
        (0x0305, 0x000a, HelloAnswer.none),
    ])
    func `A ServerHello is its version and cipher`(
        _ version: UInt16, _ suite: UInt16, _ expected: HelloAnswer
    ) {
        #expect(answer(Self.record(22, Self.serverHello(version, suite))) == expected)
    }

    @Test func `TLS 1-3 is chosen by an extension`() {
        let hello = Self.serverHello(0x0303, 0x1301, [0, 51, 0, 1, 9, 0, 43, 0, 2, 3, 4])
        #expect(
            answer(Self.record(22, hello))
                == .chosen(.tls13, CipherSuite(rawValue: 0x1301)))
    }

    @Test func `A HelloRetryRequest names its group`() {
        let hello = Self.serverHello(
            0x0303, 0x1301, [0, 43, 0, 2, 3, 4, 0, 51, 0, 2, 0x11, 0xec])
        #expect(answer(Self.record(22, hello))?.group?.name == "X25519MLKEM768")
    }

    @Test func `A ServerKeyExchange names its curve, behind whatever stands before it`() {
        let certificate: [UInt8] = [11, 0, 0, 3, 0, 0, 0]
        let exchange: [UInt8] = [12, 0, 0, 5, 3, 0, 29, 1, 9]
        func answer(_ suite: UInt16, _ rest: [UInt8], readsCurve: Bool = true) -> HelloAnswer? {
            var reader = HelloReader(isSSL2: false, readsCurve: readsCurve)
            return reader.take(Self.record(22, Self.serverHello(0x0303, suite)) + rest)
        }
        let rest = Self.record(22, certificate + exchange)
        #expect(answer(0xc02f, rest)?.group == .x25519)
        #expect(answer(0xc02f, rest, readsCurve: false)?.group == nil)
        // Not there yet; another suite; an alert in its place.
        #expect(answer(0xc02f, Array(rest.dropLast(3))) == nil)
        #expect(answer(0x009c, [])?.suite?.name == "TLS_RSA_WITH_AES_128_GCM_SHA256")
        #expect(
            answer(0xc02f, Self.record(22, certificate) + Self.record(21, [2, 40]))
                == .chosen(.tls12, CipherSuite(rawValue: 0xc02f)))
    }

    @Test func `An answer in any pieces and records is the same`() {
        let hello = Self.serverHello(0x0302, 0x0005)
        let warning = Self.record(21, [1, 112])
        let whole =
            warning + Self.record(22, Array(hello[..<9])) + Self.record(22, Array(hello[9...]))
        for size in 1...whole.count {
            var reader = HelloReader(isSSL2: false)
            var answers: [HelloAnswer] = []
            for start in stride(from: 0, to: whole.count, by: size) {
                let piece = Array(whole[start..<min(whole.count, start + size)])
                if let answer = reader.take(piece) { answers.append(answer) }
            }
            #expect(answers == [.chosen(.tls11, CipherSuite(rawValue: 5))], "pieces of \(size)")
        }
    }

    @Test func `What is no answer is told as soon as it is seen`() {
        #expect(answer(Self.record(21, [2, 40])) == .alert(40))
        #expect(answer(Array("HTTP/1.1 400".utf8)) == HelloAnswer.none)
        #expect(answer([22, 3, 3]) == nil)
        #expect(answer([22, 3, 3, 0, 0]) == HelloAnswer.none)
        #expect(answer(Self.record(22, [11, 0, 0, 0])) == HelloAnswer.none)
        #expect(answer(Self.record(22, [2, 0xff, 0xff, 0xff])) == HelloAnswer.none)
        #expect(answer(Self.record(23, [0])) == HelloAnswer.none)
        #expect(answer([0x80, 11, 4, 0, 1, 0, 2, 0, 0, 0, 0], isSSL2: true) == .chosen(.ssl2, nil))
        #expect(answer([0x80, 3, 0, 0, 1, 0, 0], isSSL2: true) == HelloAnswer.none)
    }

    @Test func `No bytes trap the reader`() {
        var generator = SystemRandomNumberGenerator()
        let hello = Self.record(22, Self.serverHello(0x0303, 0x1301, [0, 43, 0, 2, 3, 4]))
        for index in hello.indices {
            for byte in [0, 1, 0x7f, 0x80, 0xff, UInt8.random(in: 0...255, using: &generator)] {
                var mutated = hello
                mutated[index] = byte
                for isSSL2 in [true, false] {
                    _ = answer(mutated, isSSL2: isSSL2)
                    _ = answer(Array(mutated[...index]), isSSL2: isSSL2)
                }
            }
        }
        let flight = Self.record(
            22, Self.serverHello(0x0303, 0xc02f) + [11, 0, 0, 3, 0, 0, 0, 12, 0, 0, 3, 3, 0, 29])
        for index in flight.indices {
            for byte in [0, 1, 0x7f, 0x80, 0xff, UInt8.random(in: 0...255, using: &generator)] {
                var mutated = flight
                mutated[index] = byte
                var reader = HelloReader(isSSL2: false, readsCurve: true)
                _ = reader.take(mutated)
                reader = HelloReader(isSSL2: false, readsCurve: true)
                _ = reader.take(Array(mutated[...index]))
            }
        }
        // Whatever comes of it, it is the original's choice or another, never a crash.
        #expect(answer(hello) == .chosen(.tls13, CipherSuite(rawValue: 0x1301)))
    }

    @Test(arguments: WireVersion.allCases.filter { $0 >= .tls10 })
    func `libssl takes our ClientHello and answers in its version`(_ version: WireVersion) throws {
        let authority = try ServerAuthority.shared.get()
        let context = try TLSContext(
            server: [authority.identity([try authority.leaf(), authority.intermediate])],
            versions: .tls10 ... .tls13)
        let session = try TLSSession(server: context)
        let suites = version == .tls13 ? CipherSuite.tls13 : CipherSuite.sound
        session.receive(
            ClientHello(version: version, suites: suites, serverName: "www.example.test").bytes)
        _ = session.handshake()
        #expect(answer(session.takeOutgoing())?.version == version)
    }

    @Test func `A small ClientHello is small, and SSL 2-0's has its own form`() {
        let small = ClientHello(
            version: .tls12, suites: CipherSuite.few, serverName: "www.example.test")
        #expect(small.bytes.count < 256)
        let old = ClientHello(version: .ssl2, suites: []).bytes
        #expect(old.prefix(5) == [0x80, UInt8(old.count - 2), 1, 0, 2])
    }
}
