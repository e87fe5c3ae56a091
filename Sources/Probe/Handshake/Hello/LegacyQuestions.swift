import Addresses
import OpenSSL
import Sockets

/// Asks an endpoint what libssl cannot: with ClientHellos of our own, read up to the first answer.
extension EndpointAttempt {
    /// Which versions the server takes; one that could not be asked for is absent.
    func offeredVersions() async -> [WireVersion: Bool] {
        await withTaskGroup(of: (WireVersion, HelloAnswer?).self) { group in
            for version in WireVersion.allCases {
                group.addTask { (version, await answer(to: hello(of: version))) }
            }
            return await group.reduce(into: [:]) { offered, one in
                offered[one.0] = one.1.map { $0.version == one.0 }
            }
        }
    }

    /// What the server takes of all that libssl does not speak; nil where nothing, or where it takes today's
    /// ciphers too, so that they are not what keeps clients out.
    func legacyAnswer() async -> HelloAnswer? {
        var (broken, sound) = (hello(of: .tls12), hello(of: .tls12))
        (broken.suites, sound.suites) = (CipherSuite.broken, CipherSuite.sound)
        async let today = answer(to: sound)
        async let suites = answer(to: broken)
        async let ssl3 = answer(to: hello(of: .ssl3))
        async let ssl2 = answer(to: hello(of: .ssl2))
        if await today?.version == .tls12 { return nil }
        for answer in [await suites, await ssl3, await ssl2] {
            if let answer, answer.version != nil { return answer }
        }
        return nil
    }

    /// What the server says to a ClientHello so small that nothing stumbles over its size.
    func smallHelloAnswer() async -> HelloAnswer? {
        var small = hello(of: .tls12)
        small.suites = CipherSuite.few
        guard let answer = await answer(to: small), answer.version != nil else { return nil }
        return answer
    }

    private func hello(of version: WireVersion) -> ClientHello {
        ClientHello(
            version: version,
            suites: version == .tls13 ? CipherSuite.tls13 : CipherSuite.sound + CipherSuite.broken,
            serverName: IPAddress(serverName) == nil ? serverName : nil)
    }

    /// Nil where no connection stood, or nothing came within the time.
    private func answer(to hello: ClientHello) async -> HelloAnswer? {
        guard let (connection, _) = await connectAgain() else { return nil }
        defer { connection.close() }
        let end = min(Deadline.now + timer, deadline)
        var reader = HelloReader(isSSL2: hello.version == .ssl2)
        var received = 0
        do throws(SocketError) {
            try await connection.write(hello.bytes, by: end)
            while received < Self.longestAnswer {
                let bytes = try await connection.read(atMost: 4096, by: end)
                received += bytes.count
                if bytes.isEmpty { return HelloAnswer.none }
                if let answer = reader.take(bytes) { return answer }
            }
            return HelloAnswer.none
        } catch {
            return error == .reset ? HelloAnswer.none : nil
        }
    }

    /// Bytes that are read in wait of a whole ServerHello.
    private static let longestAnswer = 16_384
}
