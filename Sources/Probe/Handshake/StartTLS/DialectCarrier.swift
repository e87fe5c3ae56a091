import Sockets

/// Carries a conversation before TLS over its connection.
struct DialectCarrier {
    let connection: TCPConnection
    let end: Deadline
    /// The probe's deadline ends it, before its own timer would.
    let isCut: Bool

    func run(_ conversation: consuming DialectConversation) async -> StartTLS {
        let start = Deadline.now
        let outcome = await outcome(&conversation)
        return StartTLS(outcome, duration: Deadline.now - start)
    }

    private func outcome(_ conversation: inout DialectConversation) async -> StartTLS.Outcome {
        let start = Deadline.now
        do throws(SocketError) {
            if !conversation.opening.isEmpty {
                try await connection.write(conversation.opening, by: end)
            }
            while true {
                let bytes = try await connection.read(atMost: 4096, by: end)
                guard !bytes.isEmpty else {
                    return .failed(conversation.failure("the server closed the connection"))
                }
                let step: DialectStep
                do throws(StartTLSFailure) { step = try conversation.hear(bytes) } catch {
                    return .failed(error)
                }
                switch step {
                case .wait: continue
                case .send(let bytes): try await connection.write(bytes, by: end)
                case .ready(let bytes):
                    if !bytes.isEmpty { try await connection.write(bytes, by: end) }
                    return .ready
                }
            }
        } catch {
            return outcome(of: error, conversation, after: Deadline.now - start)
        }
    }

    private func outcome(
        of error: SocketError, _ conversation: DialectConversation, after duration: Duration
    ) -> StartTLS.Outcome {
        switch error {
        case .cancelled: return .cutShort
        case .timedOut:
            let milliseconds = Int(duration / .milliseconds(1))
            return isCut
                ? .cutShort
                : .failed(
                    conversation.failure("the server was silent to the end of \(milliseconds) ms"))
        case .reset: return .failed(conversation.failure("the server reset the connection"))
        default: return .unavailable("the conversation before TLS broke: \(error)")
        }
    }
}
