import Addresses
import DNS

/// Whether the resolvers serve at all.
struct ResolverRules {
    let resolution: Resolution

    var findings: [Finding] { unreachable + refused }

    /// Resolvers from which nothing came. One alone may be down; where none of several answers, port 53 is not
    /// to be reached from here.
    private var unreachable: [Finding] {
        // A resolver that waits for servers that do not answer is no worse than they are.
        let silent = resolution.resolvers.enumerated().filter {
            $0.element.isSilent && $0.element.root?.response == nil
        }
        guard !silent.isEmpty else { return [] }
        let isEverywhere = silent.count == resolution.resolvers.count
        if isEverywhere, silent.allSatisfy({ $0.element.isOwnFault }) {
            return [
                Finding(
                    .probeLocalError, confidence: .oneObservation,
                    at: silent.map { "resolver \($0.element.resolver)" },
                    silent.map { Self.evidence($0.element) })
            ]
        }
        let servers = resolution.zones.flatMap(\.nameservers).filter(\.isUnresponsive)
        // An encrypted one says nothing of port 53.
        let plain = silent.filter { !$0.element.isEncrypted }
        if resolution.isNobodyHeard, plain.count + servers.count > 1 {
            return [
                Finding(
                    .dnsBlocked, confidence: .comparison,
                    at: plain.map { "resolver \($0.element.resolver)" },
                    silent.map { Self.evidence($0.element) }
                        + servers.prefix(8).map { "\($0.label) gives none, either" })
            ]
        }
        if isEverywhere, resolution.zones.contains(where: { $0.sound.isEmpty }) { return [] }
        let answering = witnesses.isEmpty ? "" : ", while \(witnesses) answers"
        return silent.map { index, view in
            // A server that this host has no way to says nothing of the server.
            if view.isOwnFault {
                return Finding(
                    .probeLocalError, .warning, confidence: .oneObservation,
                    at: ["resolver \(view.resolver)"], [Self.evidence(view)])
            }
            // Port 53 works, so that what is missing is the door to the encrypted one.
            if view.isEncrypted, !plainWitnesses.isEmpty {
                return Finding(
                    .encryptedDNSRestricted, index == 0 ? .failure : .warning,
                    confidence: .comparison, at: ["resolver \(view.resolver)"],
                    [
                        "\(view.resolver) gives no answer (\(view.failureText)), "
                            + "while \(plainWitnesses) answers without encryption"
                    ])
            }
            return Finding(
                .resolverUnreachable, index == 0 ? .failure : .warning, confidence: .comparison,
                at: ["resolver \(view.resolver)"], [Self.evidence(view) + answering])
        }
    }

    /// Who answers the same questions.
    private var witnesses: String { list(resolution.resolvers.filter(\.isUp)) }

    /// Those of them that are asked on port 53.
    private var plainWitnesses: String {
        list(resolution.resolvers.filter { $0.isUp && !$0.isEncrypted })
    }

    private func list(_ resolvers: [ResolverView]) -> String {
        (resolvers.map(\.resolver)
            + resolution.zones.flatMap(\.sound).map(\.label).prefix(2)).joined(separator: ", ")
    }

    private static func evidence(_ view: ResolverView) -> String {
        let transports = view.isEncrypted ? "" : " over UDP or TCP"
        return "\(view.resolver) gives no answer\(transports) (\(view.failureText))"
    }

    private var refused: [Finding] {
        resolution.resolvers.enumerated().compactMap { index, view in
            let refusal = view.extendedErrors.first { [18, 20, 21].contains($0.code) }
            let code = view.responseCode
            guard code.map({ Self.refusals.contains($0) }) == true || refusal != nil, let code
            else {
                return nil
            }
            // One type that is refused leaves users what the other one gives.
            let isFailure = index == 0 && view.addresses.isEmpty
            return Finding(
                .resolverRefused, isFailure ? .failure : .warning, confidence: .oneObservation,
                at: ["resolver \(view.resolver)"],
                ["\(view.resolver) answers \(code)" + (refusal.map { ", \($0)" } ?? "")])
        }
    }

    private static let refusals: Set<ResponseCode> = [.refused, .notAuthoritative, .notImplemented]
}

extension Resolution {
    /// No resolver and no nameserver said anything on port 53, be it that it knows nothing of the name.
    var isNobodyHeard: Bool {
        resolvers.allSatisfy { $0.isSilent && $0.root?.response == nil }
            && !zones.flatMap(\.nameservers).contains(where: \.isHeard)
    }
}

extension ResolverView {
    /// Nothing came back to any question, and the probe's deadline is not the reason.
    var isSilent: Bool {
        !isUp && !lookups.isEmpty
            && !lookups.contains { $0.failure == .cutShort || $0.failure?.isTruncated == true }
    }

    /// This host's own doing: no route, no descriptor.
    var isOwnFault: Bool {
        lookups.allSatisfy { lookup in
            switch lookup.failure {
            case .noRoute, .local: true
            default: false
            }
        }
    }

    /// Whether some question was answered in a way that decides, be it with CD=1.
    var isDecisive: Bool {
        (lookups + unchecked).contains { $0.response?.isDecisive == true }
    }

    /// `192.0.2.53 gives 192.0.2.7, TTL 212 s left`.
    var answerText: String {
        if responseCode == .nameError { return "\(resolver) answers NXDOMAIN" }
        let shown = addresses.prefix(16).map(\.description).joined(separator: ", ")
        let more = addresses.count > 16 ? " and \(addresses.count - 16) more" : ""
        let life = leastTTL.map { ", TTL \($0) s left" } ?? ""
        return "\(resolver) gives \(addresses.isEmpty ? "no address" : shown + more)\(life)"
    }

    var failureText: String {
        var texts: [String] = []
        for text in lookups.compactMap({ $0.failure?.description }) where !texts.contains(text) {
            texts.append(text)
        }
        return texts.joined(separator: "; ")
    }
}
