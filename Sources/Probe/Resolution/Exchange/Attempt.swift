/// What one transport did with a question.
package struct Attempt: Hashable, Sendable {
    package var transport: Transport
    /// Whether it said by EDNS that it takes up to 1232 bytes; 512 over UDP otherwise (RFC 1035 4.2.1).
    package var usesEDNS: Bool
    package var outcome: Outcome
    /// Of the response, bytes without a length before them; nil where none came.
    package var size: Int?
    /// With all its retries.
    package var duration: Duration

    package init(
        _ transport: Transport, usesEDNS: Bool = true, _ outcome: Outcome, size: Int? = nil,
        duration: Duration = .zero
    ) {
        (self.transport, self.usesEDNS, self.outcome) = (transport, usesEDNS, outcome)
        (self.size, self.duration) = (size, duration)
    }

    package enum Transport: String, Hashable, Sendable {
        case udp, tcp
        /// DNS over TLS and over HTTPS.
        case tls, https
    }

    package enum Outcome: Hashable, Sendable {
        case answered
        /// Answered with TC=1.
        case truncated
        case timedOut
        /// The probe's deadline came before the question's own timer: silence proves nothing.
        case cutShort
        case failed(ExchangeFailure)
    }

    /// Whether the transport brought a response, nil where there was no time to tell.
    package var isDelivered: Bool? {
        if size != nil { return true }
        return switch outcome {
        case .cutShort: nil
        case .failed(let failure) where failure.isOwnFault: nil
        default: false
        }
    }
}

extension Lookup {
    /// Whether any datagram came back; nil where UDP was not tried.
    package var udpWorks: Bool? { works { $0.transport == .udp } }

    /// Nil where TCP was not tried.
    package var tcpWorks: Bool? { works { $0.transport == .tcp } }

    /// Nil where neither DNS over TLS nor over HTTPS was tried.
    package var encryptedWorks: Bool? { works { [.tls, .https].contains($0.transport) } }

    /// Whether responses of more than 512 bytes come over UDP; nil where nothing shows it.
    ///
    /// They do not where UDP was silent, TCP brought such a response, and UDP a smaller one afterwards.
    package var largeUDPWorks: Bool? {
        let udp = attempts.lazy.filter { $0.transport == .udp }
        if udp.contains(where: { $0.size ?? 0 > Attempt.plainLimit }) { return true }
        guard udp.contains(where: { $0.usesEDNS && $0.outcome == .timedOut }),
            udp.contains(where: { !$0.usesEDNS && $0.isDelivered == true }),
            attempts.contains(where: {
                $0.transport == .tcp && $0.size ?? 0 > Attempt.plainLimit
            })
        else { return nil }
        return false
    }

    private func works(_ isMeant: (Attempt) -> Bool) -> Bool? {
        var works: Bool?
        for attempt in attempts where isMeant(attempt) {
            guard let isDelivered = attempt.isDelivered else { continue }
            works = works == true || isDelivered
        }
        return works
    }
}

extension Attempt {
    /// The most that a server sends over UDP to who does not say EDNS (RFC 1035 4.2.1).
    static let plainLimit = 512
}

extension Attempt.Outcome {
    init(_ failure: ExchangeFailure) {
        self =
            switch failure {
            case .timedOut: .timedOut
            case .cutShort: .cutShort
            default: .failed(failure)
            }
    }
}
