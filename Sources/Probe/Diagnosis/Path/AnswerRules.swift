import Addresses
import DNS

/// The resolvers' answers beside the authorities': which differ, and what proves why.
struct AnswerRules {
    let resolution: Resolution
    let answers: AuthorityAnswers
    let health: AddressHealth
    let isBogus: Bool

    var findings: [Finding] {
        let judged = resolution.resolvers.enumerated().map { index, view in
            (
                view: view,
                finding: filtered(view) ?? stale(view) ?? cachedError(view)
                    ?? failed(view, isClientsView: index == 0)
            )
        }
        let findings = judged.compactMap(\.finding)
        return findings + disagreement(judged.filter { $0.finding == nil }.map(\.view))
    }

    // MARK: - Filtered

    private func filtered(_ view: ResolverView) -> Finding? {
        if let error = view.extendedErrors.first(where: { [4, 15, 16, 17].contains($0.code) }),
            answers.matches(view) != true
        {
            return finding(
                .resolverFiltered, view, ["\(view.answerText), \(error)", authorityText])
        }
        if let forged = forgedAddress(view) {
            return finding(
                .resolverFiltered, view,
                [
                    view.answerText, authorityText,
                    "\(forged) \(health.failing[forged] ?? "is the address of no other host")",
                ])
        }
        // A response-policy zone denies in a name of its own.
        guard answers.everyoneHasData,
            let denial = view.lookups.first(where: {
                $0.response?.responseCode == .nameError
                    && $0.response?.authorities.isOwnDenial(of: resolution.zones) == false
            })?.response
        else { return nil }
        let soa = denial.authorities.first { $0.type == .soa }?.owner.text
        return finding(
            .resolverFiltered, view,
            [
                "\(view.resolver) answers NXDOMAIN, "
                    + (soa.map { "with the SOA record of \($0)" } ?? "without any SOA record"),
                authorityText,
            ])
    }

    /// An address that leads to nobody, or into the resolver's own network, in place of global ones.
    private func forgedAddress(_ view: ResolverView) -> IPAddress? {
        guard answers.everyoneHasData else { return nil }
        let foreign = view.addresses.filter { !answers.addresses.contains($0) }
        if let unspecified = foreign.first(where: \.isUnspecified) { return unspecified }
        guard answers.addresses.allSatisfy(\.isGlobal) else { return nil }
        return foreign.first { !$0.isGlobal && health.failing[$0] != nil }
    }

    // MARK: - Stale

    private func stale(_ view: ResolverView) -> Finding? {
        guard answers.differ(from: view), !view.addresses.isEmpty || answers.addresses.isEmpty
        else { return staleDenial(view) }
        let proofs = [
            staleError(view), rememberedAnswer(view), longTTL(view), oldSerial(view),
            failingAddress(view),
        ].compactMap { $0 }
        guard !proofs.isEmpty else { return nil }
        return finding(
            .resolverStaleAnswer, view, [view.answerText, authorityText] + proofs)
    }

    /// RFC 8914: 19 is "Stale NXDOMAIN Answer".
    private func staleDenial(_ view: ResolverView) -> Finding? {
        guard answers.differ(from: view), let proof = staleError(view) else { return nil }
        return finding(
            .resolverStaleAnswer, view, [view.answerText, authorityText, proof])
    }

    /// RFC 8914: 3 is "Stale Answer".
    private func staleError(_ view: ResolverView) -> String? {
        view.extendedErrors.first { [3, 19].contains($0.code) }
            .map { "\(view.resolver) says so itself: \($0)" }
    }

    private func rememberedAnswer(_ view: ResolverView) -> String? {
        let serials = resolution.zones.last?.serials ?? []
        for lookup in view.lookups {
            let type = lookup.question.type
            guard let sets = answers.sets(of: type), let given = lookup.addresses(type),
                !sets.contains(given),
                let old = resolution.remembered.superseded(given, type, now: serials)
            else { continue }
            let was = old.serials.sorted().map { String($0) }.joined(separator: ", ")
            return
                "the authorities gave that answer until \(old.lastSeen.timeText), with serial \(was)"
        }
        return nil
    }

    /// Caches count down: what is above every TTL of today was cached when it was longer.
    private func longTTL(_ view: ResolverView) -> String? {
        for lookup in view.lookups {
            let type = lookup.question.type
            guard let sets = answers.sets(of: type), let given = lookup.addresses(type),
                !given.isEmpty,
                !sets.contains(given), let greatest = answers.greatestTTL[type],
                // What a resolver says with authority is configured there, and in no cache.
                lookup.response?.flags.contains(.authoritativeAnswer) == false,
                let ttl = lookup.response?.answers.filter({ $0.type == type }).map(\.ttl).max(),
                ttl > greatest
            else { continue }
            return
                "its TTL, \(ttl) s, is above the authorities', \(greatest) s: it was cached before that was lowered"
        }
        return nil
    }

    private func oldSerial(_ view: ResolverView) -> String? {
        guard let zone = resolution.zones.last, let cached = view.soa?.response,
            // A resolver that answers with authority for a view of its own counts by other serials.
            !cached.flags.contains(.authoritativeAnswer),
            let record = (cached.answers + cached.authorities).first(where: {
                $0.soa != nil && $0.owner == zone.zone
            }), let serial = record.soa?.serial, !zone.serials.isEmpty,
            zone.serials.allSatisfy({ $0.isNewerSerial(than: serial) }),
            !resolution.remembered.explains(serial, today: answers.sets)
        else { return nil }
        let today = zone.serials.map { String($0) }.joined(separator: ", ")
        return
            "\(view.resolver) holds serial \(serial) of \(zone.zone.text), the authorities have \(today)"
    }

    private func failingAddress(_ view: ResolverView) -> String? {
        guard let good = answers.addresses.filter(health.passing.contains).min() else { return nil }
        let bad = view.addresses.first {
            // What a resolver makes for clients behind NAT64 is no address of anybody's (RFC 6052 2.1).
            !answers.addresses.contains($0) && health.failing[$0] != nil
                && Self.nat64?.contains($0) == false
        }
        return bad.map {
            "\($0) fails (\(health.failing[$0] ?? "")), while \(good), which the authorities give, serves"
        }
    }

    private static let nat64 = IPNetwork("64:ff9b::/96")

    // MARK: - Errors

    private func cachedError(_ view: ResolverView) -> Finding? {
        guard answers.isComplete else { return nil }
        let hidden = view.lookups.first { lookup in
            guard let response = lookup.response, answers.everyoneHas(lookup.question.type),
                response.isDecisive, lookup.addresses(lookup.question.type)?.isEmpty == true
            else { return false }
            return response.authorities.isOwnDenial(of: resolution.zones)
        }
        if let hidden {
            let code = hidden.response?.responseCode == .nameError ? "NXDOMAIN" : "with no record"
            return finding(
                .resolverCachedError, view,
                [
                    "\(view.resolver), asked for \(hidden.question), answers \(code) and the zone's own SOA record",
                    authorityText,
                ])
        }
        let failure = view.lookups.first { lookup in
            lookup.response?.responseCode == .serverFailure
                && lookup.response?.edns?.extendedErrors.contains { $0.code == 13 } == true
        }
        // What fails the checks of DNSSEC is cached as a failure too, and that is right.
        guard failure != nil, !isBogus, answers.everyoneHasData, !view.hasUncheckedData
        else { return nil }
        return finding(
            .resolverCachedError, view,
            [
                "\(view.resolver) answers SERVFAIL with EDE 13 (Cached Error)",
                authorityText,
            ])
    }

    private func failed(_ view: ResolverView, isClientsView: Bool) -> Finding? {
        // A type on which an authority fails is no fault of who asks it (RFC 4074).
        let failures = view.lookups.filter { lookup in
            lookup.response?.responseCode == .serverFailure
                && resolution.zones.allSatisfy { $0.everyoneTells(lookup.question.type) }
        }
        guard !failures.isEmpty, !isBogus, answers.everyoneHasData, !view.hasUncheckedData,
            view.unchecked.contains(where: { $0.response?.responseCode == .serverFailure }),
            resolution.zones.allSatisfy(\.everyListedAnswers)
        else { return nil }
        let errors = view.extendedErrors.first.map { ", \($0)" } ?? ""
        return Finding(
            .resolverServfail, isClientsView ? .failure : .warning, confidence: .comparison,
            at: ["resolver \(view.resolver)"],
            [
                "\(view.resolver) answers SERVFAIL, also when asked not to check (CD=1)\(errors)",
                authorityText,
            ])
    }

    // MARK: - Without proof

    private func disagreement(_ views: [ResolverView]) -> [Finding] {
        // A resolver that left a question open may agree.
        let answering = views.filter { view in
            view.lookups.allSatisfy { $0.response?.isDecisive == true }
        }
        guard Set(answering.map(\.addresses)).count > 1 else { return [] }
        return [
            Finding(
                .resolverDisagreement, .warning, confidence: .heuristic,
                at: answering.map { "resolver \($0.resolver)" }, answering.map(\.answerText))
        ]
    }

    // MARK: - Words and weight

    /// A failure where the resolver's users get no address, or one that does not serve.
    private func finding(
        _ failureClass: FailureClass, _ view: ResolverView, _ evidence: [String]
    ) -> Finding {
        let isHarmful =
            view.addresses.isEmpty
            || view.addresses.contains { health.failing[$0] != nil || $0.isUnspecified }
        return Finding(
            failureClass, isHarmful ? .failure : .warning, confidence: .comparison,
            at: ["resolver \(view.resolver)"], evidence)
    }

    private var authorityText: String {
        let servers = resolution.zones.last?.sound ?? []
        let names = servers.prefix(8).map(\.label).joined(separator: ", ")
        guard !names.isEmpty else { return "no authority was reached" }
        guard !answers.addresses.isEmpty else { return "\(names): no address" }
        let addresses = answers.addresses.sorted().prefix(16).map(\.description)
        let ttl = answers.greatestTTL.values.max().map { ", TTL \($0) s" } ?? ""
        return "\(addresses.joined(separator: ", "))\(ttl), from \(names)"
    }
}

extension Lookup {
    /// The addresses of a type in a decisive answer; empty where it denies.
    fileprivate func addresses(_ type: RecordType) -> Set<IPAddress>? {
        guard let response, response.isDecisive else { return nil }
        return Set(response.answers.filter { $0.type == type }.compactMap(\.address))
    }
}

extension ResolverView {
    /// What it hides as long as it checks DNSSEC.
    var hasUncheckedData: Bool {
        unchecked.contains { $0.response?.answers.contains { $0.address != nil } == true }
    }

    /// It says of every type that there is nothing.
    var deniesAll: Bool {
        !lookups.isEmpty
            && lookups.allSatisfy {
                $0.response?.isDecisive == true && $0.response?.answers.isEmpty == true
            }
    }
}

extension [Record] {
    /// Whether a denial comes from the path's own zones: one of theirs, or one above that did not know them yet.
    fileprivate func isOwnDenial(of zones: [ZoneView]) -> Bool {
        contains { record in
            // The root's is own only to a zone right below it: filters like to sign with it.
            record.type == .soa
                && zones.contains {
                    $0.owner.isWithin(record.owner) && $0.zone.isWithin(record.owner)
                        && (!record.owner.isRoot || $0.zone.labelCount <= 1)
                }
        }
    }
}

extension UInt32 {
    /// RFC 1982 3.2.
    func isNewerSerial(than other: UInt32) -> Bool {
        self != other && self &- other < 1 << 31
    }
}
