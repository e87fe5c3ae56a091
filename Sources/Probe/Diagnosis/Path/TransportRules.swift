import DNS

/// Which of UDP, TCP and large UDP answers reach a server of which another one works.
struct TransportRules {
    let resolution: Resolution

    var findings: [Finding] {
        resolution.resolvers.enumerated().compactMap { index, view in
            let lookups = view.lookups + view.others + [view.overTCP].compactMap { $0 }
            return finding("resolver", view.resolver, lookups) { _ in index == 0 }
        }
            + resolution.zones.flatMap { view in
                view.nameservers.compactMap { server in
                    let lookups =
                        server.lookups + [server.soa, server.delegation].compactMap { $0 }
                    return finding("nameserver", server.label, lookups) { lost in
                        // Another server that brings the answer stands in, and a resolver that has addresses.
                        !view.nameservers.contains { $0.answers(lost) }
                            && resolution.resolvers.first?.addresses.isEmpty ?? true
                    }
                }
            }
    }

    private func finding(
        _ kind: String, _ server: @autoclosure () -> String, _ lookups: [Lookup],
        isLossFailure: (Question) -> Bool
    ) -> Finding? {
        let lost = lookups.first { $0.failure?.isTruncated == true }
        let evidence = lost.map { lookup in
            ", asked for \(lookup.question): \(lookup.failure?.description ?? "")"
        }
        guard let clause = evidence ?? Self.restriction(lookups) else { return nil }
        let isFailure = lost.map { isLossFailure($0.question) } ?? false
        let server = server()
        return Finding(
            .dnsTransportRestricted, isFailure ? .failure : .warning,
            confidence: .comparison, at: ["\(kind) \(server)"], [server + clause])
    }

    /// What does not pass while something else does; nil where all does that was tried.
    private static func restriction(_ lookups: [Lookup]) -> String? {
        let udp = lookups.compactMap(\.udpWorks)
        let tcp = lookups.compactMap(\.tcpWorks)
        if !udp.contains(true), tcp.contains(true), udp.contains(false) {
            return " answers over TCP, and not over UDP (\(failure(of: .udp, lookups)))"
        }
        if !tcp.contains(true), udp.contains(true), tcp.contains(false) {
            return " answers over UDP, and not over TCP (\(failure(of: .tcp, lookups)))"
        }
        guard let lookup = lookups.first(where: { $0.largeUDPWorks == false }) else { return nil }
        let size = lookup.attempts.last { $0.transport == .tcp }?.size ?? 0
        return
            " answers \(lookup.question) over TCP with \(size) bytes; over UDP such an answer "
            + "does not arrive, while a small one does"
    }

    private static func failure(of transport: Attempt.Transport, _ lookups: [Lookup]) -> String {
        let failed = lookups.flatMap(\.attempts).first {
            $0.transport == transport && $0.isDelivered == false
        }
        return switch failed?.outcome {
        case .failed(let failure): "\(failure)"
        default: "no answer came"
        }
    }
}

extension NameserverView {
    fileprivate func answers(_ question: Question) -> Bool {
        lookups.contains { $0.question == question && $0.response != nil }
    }
}
