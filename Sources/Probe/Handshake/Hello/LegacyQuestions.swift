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
                guard let answer = one.1, answer != .silence else { return }
                offered[one.0] = answer.version == one.0
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

    /// Whether a ClientHello for TLS 1.2 gets a ServerHello that is so small that nothing stumbles over it, and again
    /// padded to `size` bytes; nil where it gets none.
    func smallHello(paddedTo size: Int) async -> Handshake.SmallHello? {
        var small = hello(of: .tls12)
        small.suites = CipherSuite.few
        let count = small.bytes.count
        guard let version = await answer(to: small)?.version else { return nil }
        small.paddedSize = size
        guard small.bytes.count > count else {
            return Handshake.SmallHello(version: version, size: count)
        }
        let padded = await answer(to: small).map { $0.version != nil }
        return Handshake.SmallHello(
            version: version, size: count, paddedSize: size, takesPadded: padded)
    }

    private func hello(of version: WireVersion) -> ClientHello {
        ClientHello(
            version: version,
            suites: version == .tls13 ? CipherSuite.tls13 : CipherSuite.sound + CipherSuite.broken,
            serverName: IPAddress(serverName) == nil ? serverName : nil)
    }

    /// Nil where no connection stood, or the probe's deadline came before the answer.
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
            switch error {
            case .reset: return HelloAnswer.none
            case .timedOut where end != deadline: return .silence
            default: return nil
            }
        }
    }

    /// Bytes that are read in wait of a whole ServerHello.
    private static let longestAnswer = 16_384
}
