import Addresses
import OpenSSL
import Sockets

/// Asks an endpoint what libssl cannot: with ClientHellos of our own, read up to the first answer.
extension EndpointAttempt {
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
        (small.suites, small.groups) = (CipherSuite.few, NamedGroup.few)
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

    /// With all that there ever was of suites and groups.
    func hello(of version: WireVersion) -> ClientHello {
        ClientHello(
            version: version, suites: CipherSuite.all(in: version),
            serverName: IPAddress(serverName) == nil ? serverName : nil,
            groups: version == .tls13 ? NamedGroup.tls13 : NamedGroup.old)
    }

    /// Nil where no connection stood, or the probe's deadline came before the answer.
    func answer(to hello: ClientHello, readsCurve: Bool = false) async -> HelloAnswer? {
        guard let (connection, _) = await connectAgain() else { return nil }
        defer { connection.close() }
        let end = min(Deadline.now + timer, deadline)
        var reader = HelloReader(isSSL2: hello.version == .ssl2, readsCurve: readsCurve)
        let most = readsCurve ? Self.longestFlight : Self.longestAnswer
        var received = 0
        do throws(SocketError) {
            try await connection.write(hello.bytes, by: end)
            while received < most {
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
    /// The same with the certificates that stand before a ServerKeyExchange.
    private static let longestFlight = 65_536
}
