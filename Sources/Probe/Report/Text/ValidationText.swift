import DNS
package import DNSSEC

extension Validation {
    /// For a terminal: `STATUS NAME TYPE CLASS: reason`, the chain from the trust anchor down to the answer, and what
    /// is left of its signatures at `now` (seconds since 1970).
    package func text(at now: Int64) -> String {
        var page = TextPage()
        page.verdict(self)
        if !zones.isEmpty { page.gap() }
        for zone in zones { page.link(zone, at: now) }
        if !answer.isEmpty || denied != nil { page.gap() }
        for rrset in answer { page.answer(rrset, in: self, at: now) }
        page.denial(self)
        let rest = [soonestWords(at: now)].compactMap { $0 } + notes.map { "Note: \($0.plain())" }
        if !rest.isEmpty { page.gap() }
        for words in rest { page.line(words, hanging: 2) }
        return page.text
    }
}

extension TextPage {
    /// One line however long, so that scripts can read it.
    fileprivate mutating func verdict(_ validation: Validation) {
        let fault = validation.fault.flatMap { $0.failureClass == nil ? nil : $0.words }
        record(
            "\(validation.status.rawValue) \(validation.question)" + (fault.map { " " + $0 } ?? ""))
    }

    /// A zone: what vouches for its keys, the keys, and what is wrong with it.
    fileprivate mutating func link(_ zone: ZoneReport, at now: Int64) {
        line(zone.status.rawValue, head: "\(zone.zone)  ")
        for signer in zone.trustedBy {
            let source =
                zone.delegationSignature.map { "signed by \($0.words(at: now))" }
                ?? "a trust anchor"
            line(
                "DS \(signer.keyTag) \(signer.algorithm) \(signer.digestType), \(source)",
                indent: 2, hanging: 6)
        }
        if let signature = zone.keySignature, let algorithms = zone.algorithmText {
            let tags = zone.keyTags.map { String($0) }.joined(separator: ", ")
            line(
                "DNSKEY \(tags) \(algorithms), signed by \(signature.words(at: now))", indent: 2,
                hanging: 6)
        }
        for note in zone.notes { line(note, indent: 2, hanging: 6) }
        if let fault = zone.fault { line(fault.words, indent: 2, hanging: 6) }
    }

    /// The records, and the signature that they rest on.
    fileprivate mutating func answer(_ rrset: RRset, in validation: Validation, at now: Int64) {
        for one in rrset.records { record("\(one)") }
        let signature = validation.answerSignatures.first {
            $0.owner == rrset.owner && $0.window.typeCovered == rrset.type
        }
        guard let signature else { return }
        let origin = signature.wildcard.map { ", made from \($0)" } ?? ""
        line("signed by \(signature.words(at: now))\(origin)", indent: 2, hanging: 6)
    }

    fileprivate mutating func denial(_ validation: Validation) {
        if let denied = validation.denied { record("no \(denied)") }
        for step in validation.denialSteps {
            record("\(step.record)")
            line(step.shows, indent: 2, hanging: 6)
        }
    }
}

extension VerifiedSignature {
    /// `test. key 615 until 2027-02-19T07:17:01Z (89 days left)`.
    fileprivate func words(at now: Int64) -> String {
        "\(signer) key \(keyTag) until \(window.expiration.timeText) "
            + "(\(window.expiration.remaining(at: now)))"
    }
}

extension Validation {
    fileprivate func soonestWords(at now: Int64) -> String? {
        guard let soonest = earliestSignature,
            let zone = zones.first(where: { $0.earliestSignature == soonest })?.zone
        else { return nil }
        return "Of the signatures seen the one over \(soonest.typeCovered) in \(zone) ends first, "
            + "at \(soonest.expiration.timeText) (\(soonest.expiration.remaining(at: now)))."
    }
}
