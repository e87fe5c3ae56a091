import Addresses
import DNS

/// The name's own state, and what its addresses are.
struct NameRules {
    let resolution: Resolution
    let endpoints: [EndpointResult]

    var findings: [Finding] { outcome + hostsEntry + movedAway + privateAddresses + untried }

    private var place: [String] { ["name \(resolution.host)"] }

    private var outcome: [Finding] {
        switch resolution.outcome {
        case .addresses, .failed: return []
        case .nameError:
            return [
                Finding(
                    .nameNotFound, confidence: .oneObservation, at: place,
                    ["\(resolution.host) does not exist (NXDOMAIN from \(speakers))"])
            ]
        case .noAddress:
            return [
                Finding(
                    .nameNoAddress, confidence: .oneObservation, at: place,
                    [
                        "\(resolution.host) exists and has neither an A nor an AAAA record (\(speakers))"
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

    /// The authorities where they were reached, else the resolvers.
    private var speakers: String {
        let authorities = resolution.zones.last?.sound.map(\.label) ?? []
        return
            (authorities.isEmpty
            ? resolution.resolvers.filter(\.isUp).map(\.resolver) : authorities)
            .joined(separator: ", ")
    }

    private var chainText: String {
        let steps = resolution.aliases.map { "\($0.owner.text) → \($0.target.text)" }
        return steps.isEmpty ? "" : steps.joined(separator: ", ") + ": "
    }

    private var hostsEntry: [Finding] {
        guard let entry = resolution.hostsEntry else { return [] }
        let addresses = entry.addresses.map(\.description).joined(separator: ", ")
        return [
            Finding(
                .resolverDisagreement, .warning, confidence: .heuristic, at: [entry.file],
                ["\(entry.file) gives programs on this host \(addresses) for \(resolution.host)"])
        ]
    }

    /// Every address shows foreign names only, and one that is gone from DNS showed ours.
    private var movedAway: [Finding] {
        let shown = endpoints.compactMap { result in
            result.handshake?.certificate.map { (result: result, certificate: $0) }
        }
        let gone = resolution.remembered.presented.filter {
            !resolution.addresses.contains($0.key)
        }
        guard !shown.isEmpty, shown.allSatisfy(\.certificate.isForeign),
            let last = gone.max(by: { $0.value < $1.value })
        else { return [] }
        return [
            Finding(
                .recordPointsToWrongHost, confidence: .comparison, at: shown.map(\.result.place),
                shown.map {
                    "\($0.result.place) presents a certificate for \($0.certificate.leaf.namesText) only"
                } + [
                    "\(last.key), which \(resolution.host) led to until \(last.value.timeText), "
                        + "presented one for \(resolution.host)"
                ])
        ]
    }

    /// What is inside a network is of no use to who is outside.
    private var privateAddresses: [Finding] {
        resolution.zones.flatMap(\.sound).filter { $0.address?.isGlobal == true }
            .compactMap { server in
                let inside = server.addresses.filter(\.isPrivate).sorted()
                guard !inside.isEmpty else { return nil }
                return Finding(
                    .recordPrivateAddress, .warning, confidence: .heuristic, at: place,
                    [
                        "\(server.label) gives \(inside.map(\.description).joined(separator: ", ")), "
                            + "which cannot be reached from elsewhere"
                    ])
            }
    }

    /// So many addresses are no service but a burden on whoever tries them.
    private var untried: [Finding] {
        let count = resolution.addresses.count
        guard resolution.triedAddresses.count < count else { return [] }
        return [
            Finding(
                .probeTargetRefused, .warning, confidence: .oneObservation, at: place,
                [
                    "\(resolution.host) has \(count) addresses, of which \(resolution.triedAddresses.count) "
                        + "were tried: at most \(Resolution.triedPerFamily) of each family are"
                ])
        ]
    }
}
