import Addresses
import DNS

/// What the resolvers' answers show.
struct ResolutionRules {
    let resolution: Resolution

    var findings: [Finding] {
        guard resolution.name != nil else { return [] }
        return outcome + unreachable + truncated + refused + disagreement + untried
    }

    /// The name's own state.
    private var outcome: [Finding] {
        let place = ["name \(resolution.host)"]
        switch resolution.outcome {
        case .addresses, .failed: return []
        case .nameError:
            return [
                Finding(
                    .nameNotFound, confidence: .oneObservation, at: place,
                    ["\(resolution.host) does not exist (NXDOMAIN from \(deniers))"])
            ]
        case .noAddress:
            return [
                Finding(
                    .nameNoAddress, confidence: .oneObservation, at: place,
                    [
                        "\(resolution.host) exists and has neither an A nor an AAAA record (\(deniers))"
                    ])
            ]
        case .brokenAlias(let detail):
            return [
                Finding(
                    .cnameBroken, confidence: .oneObservation, at: place, [chainText + detail])
            ]
        case .cutShort:
            return [
                Finding(
                    .probeDeadlineExceeded, confidence: .oneObservation, at: place,
                    ["the probe's time was over before \(resolution.host) was resolved"])
            ]
        case .unavailable(let detail):
            return [Finding(.probeLocalError, confidence: .oneObservation, at: place, [detail])]
        }
    }

    private var deniers: String {
        resolution.resolvers.filter(\.isUp).map(\.resolver).joined(separator: ", ")
    }

    private var chainText: String {
        let steps = resolution.aliases.map { "\($0.owner.text) → \($0.target.text)" }
        return steps.isEmpty ? "" : steps.joined(separator: ", ") + ": "
    }

    /// Resolvers from which nothing came. One alone may be down; where none of several answers, port 53 is not
    /// to be reached from here.
    private var unreachable: [Finding] {
        let silent = resolution.resolvers.enumerated().filter { $0.element.isSilent }
        guard !silent.isEmpty else { return [] }
        let isEverywhere = silent.count == resolution.resolvers.count
        let evidence = { (view: ResolverView) in
            "\(view.resolver) gives no answer over UDP or TCP (\(view.failureText))"
        }
        if isEverywhere, silent.allSatisfy({ $0.element.isOwnFault }) {
            return [
                Finding(
                    .probeLocalError, confidence: .oneObservation,
                    at: silent.map { "resolver \($0.element.resolver)" },
                    silent.map { evidence($0.element) })
            ]
        }
        if isEverywhere, silent.count > 1 {
            return [
                Finding(
                    .dnsBlocked, confidence: .comparison,
                    at: silent.map { "resolver \($0.element.resolver)" },
                    silent.map { evidence($0.element) })
            ]
        }
        let answering = resolution.resolvers.filter(\.isUp).map(\.resolver).joined(separator: ", ")
        return silent.map { index, view in
            // A server that this host has no way to says nothing of the server.
            if view.isOwnFault {
                return Finding(
                    .probeLocalError, .warning, confidence: .oneObservation,
                    at: ["resolver \(view.resolver)"], [evidence(view)])
            }
            return Finding(
                .resolverUnreachable, index == 0 ? .failure : .warning, confidence: .comparison,
                at: ["resolver \(view.resolver)"],
                [evidence(view) + (answering.isEmpty ? "" : ", while \(answering) answers")])
        }
    }

    /// One transport works and the other does not, and the answer needs the other.
    private var truncated: [Finding] {
        resolution.resolvers.enumerated().compactMap { index, view in
            guard let lookup = view.lookups.first(where: { $0.failure?.isTruncated == true }) else {
                return nil
            }
            return Finding(
                .dnsTransportRestricted, index == 0 ? .failure : .warning, confidence: .comparison,
                at: ["resolver \(view.resolver)"],
                ["\(view.resolver), asked for \(lookup.question): \(view.failureText)"])
        }
    }

    private var refused: [Finding] {
        resolution.resolvers.enumerated().compactMap { index, view in
            let refusal = view.extendedErrors.first { [18, 20, 21].contains($0.code) }
            let code = view.responseCode
            guard code.map({ Self.refusals.contains($0) }) == true || refusal != nil, let code
            else {
                return nil
            }
            return Finding(
                .resolverRefused, index == 0 ? .failure : .warning, confidence: .oneObservation,
                at: ["resolver \(view.resolver)"],
                ["\(view.resolver) answers \(code)" + (refusal.map { ", \($0)" } ?? "")])
        }
    }

    private static let refusals: Set<ResponseCode> = [.refused, .notAuthoritative, .notImplemented]

    private var disagreement: [Finding] {
        var findings: [Finding] = []
        if let entry = resolution.hostsEntry {
            let addresses = entry.addresses.map(\.description).joined(separator: ", ")
            findings.append(
                Finding(
                    .resolverDisagreement, .warning, confidence: .heuristic, at: [entry.file],
                    [
                        "\(entry.file) gives programs on this host \(addresses) for \(resolution.host)"
                    ]))
        }
        // A resolver that left a question open may agree.
        let answering = resolution.resolvers.filter { view in
            view.lookups.allSatisfy { [.noError, .nameError].contains($0.response?.responseCode) }
        }
        if Set(answering.map(\.addresses)).count > 1 {
            findings.append(
                Finding(
                    .resolverDisagreement, .warning, confidence: .heuristic,
                    at: answering.map { "resolver \($0.resolver)" }, answering.map(\.answerText)))
        }
        return findings
    }

    /// So many addresses are no service but a burden on whoever tries them.
    private var untried: [Finding] {
        let count = resolution.addresses.count
        guard resolution.triedAddresses.count < count else { return [] }
        return [
            Finding(
                .probeTargetRefused, .warning, confidence: .oneObservation,
                at: ["name \(resolution.host)"],
                [
                    "\(resolution.host) has \(count) addresses, of which \(resolution.triedAddresses.count) "
                        + "were tried: at most \(Resolution.triedPerFamily) of each family are"
                ])
        ]
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
        (lookups + unchecked).contains {
            [.noError, .nameError].contains($0.response?.responseCode)
        }
    }

    fileprivate var answerText: String {
        if responseCode == .nameError { return "\(resolver) says that the name does not exist" }
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
