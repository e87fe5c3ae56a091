import OpenSSL
import Sockets

/// One endpoint: connect, shake hands, and ask again more permissively where that failed for what we offer.
struct EndpointAttempt: Sendable {
    let endpoint: Endpoint
    let serverName: String
    let contexts: ClientContexts
    let verdicts: ProbeVerdicts
    /// For the connection, and again for all that follows on it.
    let timer: Duration
    let deadline: Deadline

    func run() async -> EndpointResult {
        let start = Deadline.now
        let connection: TCPConnection
        do throws(SocketError) {
            connection = try await connect()
        } catch {
            let isCutShort = error == .cancelled || error == .timedOut && start + timer > deadline
            return EndpointResult(
                endpoint: endpoint,
                connection: isCutShort ? .cutShort : .failed(error, after: Deadline.now - start))
        }
        var result = EndpointResult(
            endpoint: endpoint, connection: .connected(Deadline.now - start))
        var handshake = await shake(
            on: connection, contexts.strict(for: endpoint.port), serverName: serverName)
        if case .failed(let failure) = handshake.outcome, failure.mayBePermissive {
            handshake.permissive = await again(contexts.permissive)
        }
        result.handshake = handshake
        return result
    }

    private func connect() async throws(SocketError) -> TCPConnection {
        try await TCPConnection.connect(
            to: endpoint.socketAddress, by: min(Deadline.now + timer, deadline))
    }

    /// What a second handshake negotiates that takes whatever libssl still speaks; nil where it fails too.
    private func again(_ context: TLSContext) async -> Handshake.Permissive? {
        guard let connection = try? await connect() else { return nil }
        let second = await shake(on: connection, context, serverName: serverName)
        guard second.isCompleted, let version = second.version, let cipher = second.cipher else {
            return nil
        }
        return Handshake.Permissive(version: version, cipher: cipher)
    }

    private func shake(
        on connection: TCPConnection, _ context: TLSContext, serverName: String
    ) async -> Handshake {
        let start = Deadline.now
        var carrier: TLSCarrier
        do throws(OpenSSLError) {
            carrier = TLSCarrier(
                session: try TLSSession(context, serverName: serverName), connection: connection,
                end: min(start + timer, deadline))
        } catch {
            return Handshake(outcome: .unavailable("\(error)"), duration: .zero)
        }
        var outcome = await carrier.shake()
        if outcome == .timedOut, start + timer > deadline { outcome = .cutShort }
        var handshake = Handshake(outcome: outcome, duration: Deadline.now - start)
        handshake.note(carrier.session)
        if let leaf = carrier.session.leaf {
            handshake.certificate = verdicts.judge(
                leaf, sent: carrier.session.sentChain, for: serverName)
        }
        await carrier.close()
        return handshake
    }
}

extension TLSFailure {
    /// Whether older versions, other ciphers or weaker parameters might have been accepted.
    fileprivate var mayBePermissive: Bool {
        switch concern {
        case .version, .cipher, .weakParameters: true
        case .certificate: false
        // handshake_failure says no more than that nothing offered would do.
        case .other: alertReceived == 40
        }
    }
}

extension Handshake {
    fileprivate mutating func note(_ session: TLSSession) {
        (version, cipher, group) = (session.version, session.cipher, session.group)
        (signature, alpn) = (session.signature, session.alpn)
        clientCertificateRequested = session.clientCertificateRequested
        hasForwardSecrecy = session.hasForwardSecrecy
    }
}
