import OpenSSL
import Sockets

/// Carries bytes between a TLS session and its connection until the session is done.
struct TLSCarrier {
    let session: TLSSession
    let connection: TCPConnection
    let end: Deadline

    func shake() async -> Handshake.Outcome {
        while true {
            let step = session.handshake()
            if let error = await flush() {
                // An alert that cannot be sent is no news; the failure it tells of is.
                if case .failed(let failure) = step { return .failed(failure) }
                return outcome(of: error)
            }
            switch step {
            case .done: return await refusalAfterFinished() ?? .completed
            case .failed(let failure): return .failed(failure)
            case .wantsRead:
                if let error = await receive() { return outcome(of: error) }
            }
        }
    }

    func close() async {
        session.shutdown()
        _ = await flush()
        connection.close()
    }

    /// In TLS 1.3 a server refuses a missing client certificate only after our Finished: where it asked for one,
    /// its next word is awaited (RFC 8446 4.4.2.4).
    private func refusalAfterFinished() async -> Handshake.Outcome? {
        guard session.clientCertificateRequested, session.version == "TLSv1.3" else { return nil }
        while !session.sessionTicketSeen {
            switch session.read() {
            case .bytes, .closed: return nil
            case .failed(let failure): return .failed(failure)
            case .wantsRead:
                // Silence is consent: the server waits for us to speak.
                if let error = await receive() {
                    return error == .timedOut ? nil : outcome(of: error)
                }
            }
        }
        return nil
    }

    private func flush() async -> SocketError? {
        let bytes = session.takeOutgoing()
        guard !bytes.isEmpty else { return nil }
        do throws(SocketError) {
            try await connection.write(bytes, by: end)
            return nil
        } catch {
            return error
        }
    }

    private func receive() async -> SocketError? {
        do throws(SocketError) {
            let bytes = try await connection.read(atMost: 16_384, by: end)
            if bytes.isEmpty { session.receiveEnd() } else { session.receive(bytes) }
            return nil
        } catch {
            return error
        }
    }

    private func outcome(of error: SocketError) -> Handshake.Outcome {
        switch error {
        case .timedOut:
            // Plaintext may be too short for OpenSSL to judge, and yet plainly no TLS.
            session.opening.isNotTLS ? .failed(TLSFailure(opening: session.opening)) : .timedOut
        case .cancelled: .cutShort
        default: .disconnected(error)
        }
    }
}
