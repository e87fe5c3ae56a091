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
                return await lastWords() ?? outcome(of: error)
            }
            switch step {
            case .done: return .completed
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
    func refusalAfterFinished() async -> Handshake.Outcome? {
        guard session.clientCertificateRequested, session.version == "TLSv1.3" else { return nil }
        var received = 0
        while !session.sessionTicketSeen, received < Self.longestAnswer {
            switch session.read() {
            case .bytes, .closed: return nil
            case .failed(let failure): return .failed(failure)
            case .wantsRead:
                // Silence is consent: the server waits for us to speak.
                if let error = await receive(&received) {
                    return [.timedOut, .cancelled].contains(error) ? nil : outcome(of: error)
                }
            }
        }
        return nil
    }

    /// A peer that went away while we wrote may have said why before: an alert, or a refusal in plaintext.
    private func lastWords() async -> Handshake.Outcome? {
        while await receive() == nil {
            if case .failed(let failure) = session.handshake() {
                return failure.isEndOfStream && !failure.isNotTLS ? nil : .failed(failure)
            }
        }
        return nil
    }

    func flush() async -> SocketError? {
        let bytes = session.takeOutgoing()
        guard !bytes.isEmpty else { return nil }
        do throws(SocketError) {
            try await connection.write(bytes, by: end)
            return nil
        } catch {
            return error
        }
    }

    func receive() async -> SocketError? {
        var count = 0
        return await receive(&count)
    }

    private func receive(_ count: inout Int) async -> SocketError? {
        do throws(SocketError) {
            let bytes = try await connection.read(atMost: 16_384, by: end)
            count += bytes.count
            if bytes.isEmpty { session.receiveEnd() } else { session.receive(bytes) }
            return nil
        } catch {
            return error
        }
    }

    private func outcome(of error: SocketError) -> Handshake.Outcome {
        if error == .cancelled { return .cutShort }
        // Plaintext may be too short for OpenSSL to judge, and yet plainly no TLS.
        if session.opening.isNotTLS, !session.serverHelloSeen {
            return .failed(TLSFailure(opening: session.opening))
        }
        return error == .timedOut ? .timedOut : .disconnected(error)
    }

    /// Bytes that are read after Finished in wait of a word on our certificate.
    private static let longestAnswer = 64 << 10
}
