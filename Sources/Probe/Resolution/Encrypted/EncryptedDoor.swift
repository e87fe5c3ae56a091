import Addresses
import DNS
import OpenSSL
import Sockets

/// How connections to encrypted resolvers are opened and whom they trust; one for a module.
struct EncryptedDoor: Sendable {
    private let trust: TrustStore
    private let addresses: ServerAddresses
    private let tls: TLSContext
    private let https: TLSContext

    init(trust: TrustStore, addresses: ServerAddresses) throws(InputError) {
        (self.trust, self.addresses) = (trust, addresses)
        do {
            tls = try TLSContext(client: .strict)
            // HTTP/1.1 is not spoken, so it is not offered.
            https = try TLSContext(client: .strict, alpn: ["h2"])
        } catch {
            throw InputError("OpenSSL cannot make a TLS context: \(error)")
        }
    }

    /// An open connection whose peer is who it should be.
    struct Opened {
        let socket: TCPConnection
        let session: TLSSession
        let framing: any MessageFraming
    }

    /// Tries the server's addresses one after the other.
    func open(
        _ server: EncryptedServer, by end: Deadline
    ) async -> Result<Opened, ExchangeFailure> {
        var addresses: [IPAddress] = []
        if let address = server.address {
            addresses = [address]
        } else if let name = server.name {
            switch await self.addresses(name, by: end) {
            case .success(let found): addresses = Array(found.prefix(Self.mostAddresses))
            case .failure(let failure): return .failure(failure)
            }
        }
        var failures: [ExchangeFailure] = []
        for (index, address) in addresses.enumerated() {
            let left = end - .now
            let part = Deadline.now + left / (addresses.count - index)
            switch await open(server, at: SocketAddress(address, port: server.port), by: part) {
            case .success(let opened): return .success(opened)
            case .failure(let failure): failures.append(failure)
            }
        }
        if server.address == nil, let name = server.name { self.addresses.forget(name) }
        // A family that this host cannot reach says nothing of the server.
        let telling = failures.first { if case .noRoute = $0 { false } else { true } }
        return .failure(telling ?? failures.first ?? .timedOut)
    }

    private func open(
        _ server: EncryptedServer, at address: SocketAddress, by end: Deadline
    ) async -> Result<Opened, ExchangeFailure> {
        let socket: TCPConnection
        do throws(SocketError) {
            socket = try await TCPConnection.connect(to: address, by: end)
        } catch {
            return .failure(ExchangeFailure(error, server.label))
        }
        let session: TLSSession
        do throws(OpenSSLError) {
            let context = server.service == .tls ? tls : https
            session = try TLSSession(context, serverName: server.name?.text)
        } catch {
            return .failure(.local("\(server.label): \(error)"))
        }
        let carrier = TLSCarrier(session: session, connection: socket, end: end)
        let outcome = await carrier.shake()
        if let failure = Self.failure(outcome, of: server) ?? distrust(session, server) {
            await carrier.close()
            return .failure(failure)
        }
        guard case .https(let query) = server.service else {
            return .success(Opened(socket: socket, session: session, framing: LengthFraming()))
        }
        guard session.alpn == "h2" else {
            await carrier.close()
            return .failure(.http("\(server.label) does not speak HTTP/2"))
        }
        do throws(ExchangeFailure) {
            let framing = try HTTPFraming(to: server, query)
            return .success(Opened(socket: socket, session: session, framing: framing))
        } catch {
            return .failure(error)
        }
    }

    private static func failure(
        _ outcome: Handshake.Outcome, of server: EncryptedServer
    ) -> ExchangeFailure? {
        let label = server.label
        switch outcome {
        case .completed: return nil
        case .timedOut: return .timedOut
        case .cutShort: return .cutShort
        case .disconnected(let error): return .tls("\(label), during the TLS handshake: \(error)")
        case .unavailable(let words): return .local("\(label): \(words)")
        case .failed(let failure):
            // no_application_protocol (RFC 7301 3.2): h2 was all that we offered.
            if failure.alertReceived == 120, server.service != .tls {
                return .http("\(label) does not speak HTTP/2 (\(failure))")
            }
            return .tls("\(label), during the TLS handshake: \(failure)")
        }
    }

    /// Why the peer is not who it should be: chain and name both count (RFC 8310 8.1, the strict profile).
    private func distrust(_ session: TLSSession, _ server: EncryptedServer) -> ExchangeFailure? {
        let chain = session.sentChain
        guard let leaf = chain.first else {
            return .untrusted("\(server.label) shows no certificate")
        }
        let verification = trust.verify(leaf, sent: chain, at: WallClock.now)
        let whose = "of \(leaf.subject), issued by \(leaf.issuer)"
        if let fault = verification.faults.first {
            return .untrusted(
                "\(server.label) shows a certificate \(whose), which is not trusted (\(fault.code.text))"
            )
        }
        let isCovered =
            if let name = server.name {
                leaf.matches(host: name.text)
            } else {
                server.address.map { leaf.matches(ipAddress: $0.bytes) } ?? false
            }
        guard isCovered else {
            return .untrusted(
                "\(server.label) shows a certificate \(whose), which does not cover \(server.host)")
        }
        return nil
    }

    private static let mostAddresses = 4
}
