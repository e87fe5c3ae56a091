import Addresses
import DNS

/// What a zone's servers and its delegation show.
struct DelegationRules {
    let view: ZoneView
    let resolution: Resolution
    let health: AddressHealth
    /// Seconds since 1970.
    let now: Int64

    var findings: [Finding] {
        reachability + pending + inconsistent
    }

    // MARK: - Who answers

    private var reachability: [Finding] {
        let known = view.nameservers.filter { $0.clauseOfFault != nil || $0.state == .sound }
        let silent = known.filter(\.isUnresponsive)
        let lame = known.filter { $0.clauseOfFault != nil && !$0.isUnresponsive }
        // Where port 53 is closed, silence is not the servers'.
        guard !known.isEmpty, !resolution.isNobodyHeard else { return [] }
        if view.isRedirected, hasData { return [unreachable(known)] }
        // Who has no address cannot be asked, and says nothing of whether the others can be reached.
        if !silent.isEmpty, view.sound.isEmpty, lame.allSatisfy({ $0.state == .addressless }) {
            return (hasData ? [unreachable(silent)] : unresponsive(silent, .failure))
                + self.lame(lame, .warning)
        }
        // Whom this host cannot ask may be sound, where somebody has an answer.
        let unasked = Set(view.nameservers.map(\.name)).subtracting(known.map(\.name))
        let isOpen = !unasked.isEmpty && hasData
        return unresponsive(silent, .warning)
            + self.lame(lame, view.sound.isEmpty && !isOpen ? .failure : .warning)
    }

    private func unresponsive(
        _ servers: [NameserverView], _ severity: Finding.Severity
    ) -> [Finding] {
        guard !servers.isEmpty else { return [] }
        return [
            Finding(
                .nameserverUnresponsive, severity, confidence: .comparison,
                at: servers.map(\.place), servers.map(evidence))
        ]
    }

    private func lame(_ servers: [NameserverView], _ severity: Finding.Severity) -> [Finding] {
        guard !servers.isEmpty else { return [] }
        return [
            Finding(
                .delegationLame, severity, confidence: .oneObservation, at: servers.map(\.place),
                servers.map(evidence))
        ]
    }

    /// Whether some resolver leads to data or a denial, so that port 53 may be closed for us alone.
    private var hasData: Bool { resolution.resolvers.contains(where: \.isDecisive) }

    private func unreachable(_ servers: [NameserverView]) -> Finding {
        let up = resolution.resolvers.filter(\.isDecisive).map(\.resolver)
        return Finding(
            .authorityUnreachable, .warning, confidence: .comparison, at: servers.map(\.place),
            servers.map(evidence) + ["\(up.joined(separator: ", ")) answers for the name"])
    }

    private func evidence(_ server: NameserverView) -> String {
        "\(server.label), listed for \(view.zone.text), \(server.clauseOfFault ?? "")"
    }

    // MARK: - What they answer

    /// Two servers that keep to different answers under different serials: one has not got the zone yet.
    private var pending: [Finding] {
        let stable = view.sound.filter(\.isStable)
        let divided = stable.filter { one in
            stable.contains { other in
                one.serial != other.serial
                    && Self.types.contains { one.contradicts(other, on: $0) }
            }
        }
        guard !divided.isEmpty else { return [] }
        let sets = divided.map(\.addresses)
        let common = sets.dropFirst().reduce(sets[0]) { $0.intersection($1) }
        let disputed = Set(sets.joined()).subtracting(common)
        let failing = disputed.sorted().filter { health.failing[$0] != nil }
        let since = resolution.remembered.dividedSince[view.zone]
        let isOld = since.map { now - $0 > RememberedAnswers.life } ?? false
        var evidence = divided.map { server in
            "\(server.label) gives \(server.words)"
        }
        evidence += failing.map { "\($0) fails (\(health.failing[$0] ?? ""))" }
        if let since { evidence.append("pending for \(now - since) s, since \(since.timeText)") }
        return [
            Finding(
                .zonePropagationPending, failing.isEmpty || isOld ? .warning : .failure,
                confidence: .comparison, at: divided.map(\.place), evidence)
        ]
    }

    private var inconsistent: [Finding] {
        let differences = DelegationComparison(view).differences
        guard !differences.isEmpty else { return [] }
        return [
            Finding(
                .delegationInconsistent, .warning, confidence: .comparison,
                at: ["zone \(view.zone.text)"], Array(differences.prefix(8)))
        ]
    }

    fileprivate static let types: [RecordType] = [.a, .aaaa]
}

extension ZoneView {
    /// Every server answers as a resolver would: something on the path redirects port 53.
    fileprivate var isRedirected: Bool {
        let answered = nameservers.filter { !$0.lookups.compactMap(\.response).isEmpty }
        return sound.isEmpty && !answered.isEmpty
            && answered.allSatisfy { server in
                server.lookups.compactMap(\.response).allSatisfy {
                    $0.isDecisive && $0.flags.contains(.recursionAvailable)
                        && !$0.flags.contains(.authoritativeAnswer)
                }
            }
    }
}

extension NameserverView {
    fileprivate var place: String { "nameserver \(label)" }

    /// Something came from it, be it of no use.
    var isHeard: Bool {
        switch state {
        case .sound, .lame: true
        case .unresponsive, .addressless, .unknown: false
        }
    }

    var isUnresponsive: Bool {
        if case .unresponsive = state { true } else { false }
    }

    /// Nil where it is sound, or where nothing is known of it.
    fileprivate var clauseOfFault: String? {
        switch state {
        case .sound, .unknown: nil
        case .lame(let clause): clause
        case .unresponsive(let clause): "does not answer (\(clause))"
        case .addressless: "has no address"
        }
    }

    /// Whether both speak of a type, and not alike.
    fileprivate func contradicts(_ other: NameserverView, on type: RecordType) -> Bool {
        guard let one = answer(for: type), let another = other.answer(for: type) else {
            return false
        }
        return one != another
    }

    /// The same answers under the same serial when asked once more.
    fileprivate var isStable: Bool {
        guard !second.isEmpty, let serial else { return false }
        let again = second.first { $0.question.type == .soa }?.response?.serial
        return again == serial
            && DelegationRules.types.allSatisfy {
                answer(for: $0) == answer(for: $0, again: true)
            }
    }
}
