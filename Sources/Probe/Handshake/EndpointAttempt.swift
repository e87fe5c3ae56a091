import Addresses
import OpenSSL
import Sockets

/// One endpoint: connect, shake hands, and where that failed ask again in another way to learn why.
struct EndpointAttempt: Sendable {
    let endpoint: Endpoint
    let serverName: String
    let contexts: ClientContexts
    /// Of the scans of what servers take; nil where nobody asks for them.
    let allowance: OfferScan.Allowance?
    /// For the connection, and again for all that follows on it.
    let timer: Duration
    var deadline: Deadline

    /// By reference: a sighting in the frame of every task that waits for it is what a probe would need most memory for.
    func run() async -> Boxed<Sighting> {
        let start = Deadline.now
        do throws(SocketError) {
            let connection = try await connect()
            return await sighting(on: connection, connectedAfter: Deadline.now - start)
        } catch .reset {
            // A SYN that is refused has an errno of its own: this RST met a connection that stood for a moment.
            return await sightingOfReset(after: Deadline.now - start)
        } catch {
            let isCutShort = error == .cancelled || error == .timedOut && start + timer > deadline
            return sighting(isCutShort ? .cutShort : .failed(error, after: Deadline.now - start))
        }
    }

    /// The conversation before TLS and the first handshake, together within the timer.
    private func sighting(
        on connection: TCPConnection, connectedAfter duration: Duration
    ) async -> Boxed<Sighting> {
        let end = min(Deadline.now + timer, deadline)
        let startTLS = await startTLS(on: connection, by: end)
        guard startTLS?.isReady ?? true else {
            connection.close()
            return sighting(.connected(duration), startTLS)
        }
        var shaken = await shake(
            on: connection, contexts.strict(for: endpoint.port), serverName: serverName, by: end)
        if shaken.mayHaveMissedKey, let context = contexts.strictOfAnyKey(for: endpoint.port),
            let (connection, end) = await connectAgain()
        {
            shaken = await shake(on: connection, context, serverName: serverName, by: end)
        }
        return await sighting(of: shaken, connectedAfter: duration, startTLS)
    }

    /// Of a connection that stood for a moment: whose turn it was to speak tells what failed.
    private func sightingOfReset(after duration: Duration) async -> Boxed<Sighting> {
        guard endpoint.port.service.isImplicitTLS else {
            let failure = StartTLSFailure(
                .banner, "the server reset the connection before it was asked for TLS")
            return sighting(.connected(duration), StartTLS(.failed(failure), duration: .zero))
        }
        return await sighting(of: Shaken(.disconnected(.reset)), connectedAfter: duration)
    }

    /// Nil where TLS comes first.
    private func startTLS(on connection: TCPConnection, by end: Deadline) async -> StartTLS? {
        let dialect: (any Dialect)?
        do {
            dialect = try endpoint.port.service.dialect(
                serverName: serverName, ownAddress: try connection.localAddress.address)
        } catch {
            // The socket was closed meanwhile.
            return StartTLS(.cutShort, duration: .zero)
        }
        guard let dialect else { return nil }
        let carrier = DialectCarrier(connection: connection, end: end, isCut: end == deadline)
        return await carrier.run(DialectConversation(dialect))
    }

    /// With the reason of a failure, where asking again can tell it.
    private func sighting(
        of shaken: Shaken, connectedAfter duration: Duration, _ startTLS: StartTLS? = nil
    ) async -> Boxed<Sighting> {
        let reason = await reason(of: shaken)
        var offers: Offers?
        if let allowance, shaken.handshake.isWorthScanning {
            offers = await OfferScan(attempt: self, allowance: allowance)
                .run(knowing: shaken.isCompleted ? shaken.handshake.versionOffered : nil)
        }
        let other = shaken.isCompleted ? await otherKey(than: shaken) : nil
        return sighting(.connected(duration), startTLS, shaken, reason, offers, other: other)
    }

    /// Where nothing was tried.
    func sighting(_ connection: EndpointResult.Connection) -> Boxed<Sighting> {
        sighting(connection, nil)
    }

    /// Puts all together that was seen. Inlined, its copies would have room in the frames of the tasks that wait.
    @inline(never)
    private func sighting(
        _ connection: EndpointResult.Connection, _ startTLS: StartTLS?,
        _ shaken: Shaken? = nil, _ reason: Reason? = nil, _ offers: Offers? = nil,
        other: Shaken? = nil
    ) -> Boxed<Sighting> {
        var sighting = Sighting(endpoint, connection, serverName: serverName)
        sighting.result.startTLS = startTLS
        if let shaken {
            var handshake = shaken.handshake
            handshake.serverName = serverName
            reason.map { handshake.note($0) }
            handshake.offers = offers
            sighting.result.handshake = handshake
            (sighting.sentChain, sighting.staple) = (shaken.sentChain, shaken.staple)
        }
        if let other {
            (sighting.otherChain, sighting.otherStaple) = (other.sentChain, other.staple)
        }
        return Boxed(sighting)
    }

    private func connect() async throws(SocketError) -> TCPConnection {
        try await TCPConnection.connect(
            to: endpoint.socketAddress, by: min(Deadline.now + timer, deadline))
    }

    /// Tries again what might have gone otherwise, only after a failure: two observations decide.
    private func reason(of shaken: Shaken) async -> Reason? {
        let mayBePermissive = shaken.handshake.mayBePermissive
        let mayHangOnName = shaken.handshake.mayHangOnName && IPAddress(serverName) == nil
        let isWithoutAnswer = shaken.handshake.isWithoutAnswer
        guard mayBePermissive || mayHangOnName || isWithoutAnswer else { return nil }
        let size = shaken.handshake.helloSize ?? 0
        async let permissive = mayBePermissive ? permissiveHandshake() : nil
        async let nameless = mayHangOnName ? completesWithoutServerName() : nil
        async let small = isWithoutAnswer ? smallHello(paddedTo: size) : nil
        var reason = Reason(
            permissive: await permissive, completesWithoutServerName: await nameless,
            smallHello: await small)
        if mayBePermissive, reason.permissive == nil, reason.completesWithoutServerName != true {
            reason.legacyAnswer = await legacyAnswer()
        }
        return reason
    }

    /// What a handshake negotiates that takes whatever libssl still speaks; nil where it fails too.
    private func permissiveHandshake() async -> Handshake.Permissive? {
        guard let (connection, end) = await connectAgain() else { return nil }
        return await shake(on: connection, contexts.permissive, serverName: serverName, by: end)
            .permissive(beside: contexts.strictCiphers)
    }

    /// The handshake of a client that takes the other kind of key only; nil where the server has none.
    private func otherKey(than first: Shaken) async -> Shaken? {
        guard let leaf = first.sentChain.first,
            let context = contexts.byKey[leaf.hasRSAKey ? .elliptic : .rsa],
            let (connection, end) = await connectAgain()
        else { return nil }
        let second = await shake(on: connection, context, serverName: serverName, by: end)
        guard let other = second.sentChain.first, other.hasRSAKey != leaf.hasRSAKey else {
            return nil
        }
        return second
    }

    /// Nil where it could not be tried to its end.
    private func completesWithoutServerName() async -> Bool? {
        guard let (connection, end) = await connectAgain() else { return nil }
        let context = contexts.strict(for: endpoint.port)
        let shaken = await shake(on: connection, context, serverName: nil, by: end)
        return shaken.handshake.outcome == .cutShort ? nil : shaken.isCompleted
    }

    /// A second connection as far as TLS, and when it has to be done.
    func connectAgain() async -> (TCPConnection, end: Deadline)? {
        guard let connection = try? await connect() else { return nil }
        let end = min(Deadline.now + timer, deadline)
        guard await startTLS(on: connection, by: end)?.isReady ?? true else {
            connection.close()
            return nil
        }
        return (connection, end)
    }

    /// Not inlined, for its frame is needed no longer than it takes, and in one place at a time.
    @inline(never)
    private func shake(
        on connection: TCPConnection, _ context: TLSContext, serverName: String?,
        by end: Deadline
    ) async -> Shaken {
        let start = Deadline.now
        let session: TLSSession
        do throws(OpenSSLError) {
            session = try TLSSession(context, serverName: serverName)
        } catch {
            return Shaken(.unavailable("\(error)"))
        }
        let carrier = TLSCarrier(session: session, connection: connection, end: end)
        var outcome = await carrier.shake()
        if outcome == .timedOut, end == deadline { outcome = .cutShort }
        var duration = Deadline.now - start
        if outcome == .completed, let refusal = await carrier.refusalAfterFinished() {
            (outcome, duration) = (refusal, Deadline.now - start)
        }
        let shaken = Shaken(outcome, after: duration, session)
        await carrier.close()
        return shaken
    }
}

/// One handshake and what came with it, by reference for the same reason as its sighting.
private final class Shaken: Sendable {
    let handshake: Handshake
    let sentChain: [Certificate]
    let staple: [UInt8]?
    /// By OpenSSL's name.
    let cipher: String?
    /// The server's key may be of a kind that the session did not know.
    let mayHaveMissedKey: Bool

    var isCompleted: Bool { handshake.isCompleted }

    /// Where there was no session.
    init(_ outcome: Handshake.Outcome) {
        handshake = Handshake(outcome: outcome, duration: .zero)
        (sentChain, staple, cipher, mayHaveMissedKey) = ([], nil, nil, false)
    }

    /// What the session tells, when it has been said.
    @inline(never)
    init(_ outcome: Handshake.Outcome, after duration: Duration, _ session: TLSSession) {
        var handshake = Handshake(outcome: outcome, duration: duration)
        handshake.note(session)
        self.handshake = handshake
        (sentChain, staple) = (session.sentChain, session.ocspResponse)
        (cipher, mayHaveMissedKey) = (session.cipher, session.mayHaveMissedKey)
    }

    /// Nil where it failed.
    func permissive(beside strictCiphers: Set<String>) -> Handshake.Permissive? {
        guard isCompleted, let version = handshake.version, let suite = handshake.cipher
        else { return nil }
        return Handshake.Permissive(
            version: version, cipher: suite, group: handshake.group,
            signature: handshake.signature,
            isCipherStrict: cipher.map(strictCiphers.contains) ?? false)
    }
}

/// What asking again told of a failed handshake.
private struct Reason {
    var permissive: Handshake.Permissive?
    var completesWithoutServerName: Bool?
    var smallHello: Handshake.SmallHello?
    var legacyAnswer: HelloAnswer?
}

extension Certificate {
    fileprivate var hasRSAKey: Bool { keyType.hasPrefix("rsa") }
}

extension Handshake {
    /// Whether older versions, other ciphers or weaker parameters might have been accepted.
    fileprivate var mayBePermissive: Bool {
        switch outcome {
        case .disconnected(.reset): true
        case .failed(let failure):
            !failure.isNotTLS && !failure.isOverLimit && !clientCertificateRequested
                && failure.concern != .certificate && failure.alertReceived != 112
        default: false
        }
    }

    /// Whether the server, or something before it, might have stumbled over the name (RFC 6066 3).
    ///
    /// Alert 112 says so itself; 40 (handshake_failure) and 80 (internal_error) may mean it, and filters are silent
    /// or reset.
    fileprivate var mayHangOnName: Bool {
        switch outcome {
        case .disconnected(.reset): true
        case .timedOut: versionOffered == nil
        case .failed(let failure):
            !failure.isNotTLS && !clientCertificateRequested
                && (failure.isEndOfStream || [40, 80].contains(failure.alertReceived))
        default: false
        }
    }

    /// Whether the ClientHello itself may be what is not taken: its size, or something new in it.
    fileprivate var isWithoutAnswer: Bool {
        guard versionOffered == nil else { return false }
        switch outcome {
        case .disconnected(.reset), .timedOut: return true
        case .failed(let failure):
            return !failure.isNotTLS && !failure.isOverLimit && failure.alertReceived != 112
        default: return false
        }
    }

    /// Whether there is a server that answers in TLS, if only with an alert.
    fileprivate var isWorthScanning: Bool {
        switch outcome {
        case .completed, .disconnected: true
        case .failed(let failure): !failure.isNotTLS
        case .timedOut: versionOffered != nil
        case .cutShort, .unavailable: false
        }
    }

    fileprivate mutating func note(_ reason: Reason) {
        (permissive, smallHello) = (reason.permissive, reason.smallHello)
        completesWithoutServerName = reason.completesWithoutServerName
        legacyAnswer = reason.legacyAnswer
    }

    fileprivate mutating func note(_ session: TLSSession) {
        (version, group) = (session.version, session.group)
        cipher = session.cipherStandardName ?? session.cipher
        (signature, alpn) = (session.signature, session.alpn)
        clientCertificateRequested = session.clientCertificateRequested
        hasTimestampExtension = session.hasTimestampExtension
        hasForwardSecrecy = session.hasForwardSecrecy
        (versionOffered, helloSize) = (session.versionOffered, session.clientHelloSize)
    }
}
