package import DNS

/// Validates answers from trust anchors down, asking through a resolver that it need not trust (RFC 4035 5).
///
/// The network is the `fetch` it is given, the clock the `now` of each call. It never throws and never believes an
/// AD bit: what comes back is one of RFC 4035's four states with its reason.
package struct Validator: Sendable {
    /// Asks one question with CD=1 and DO=1. A failure is a clause that says what happened.
    package typealias Fetch = @Sendable (Question) async -> Result<Message, FetchFailure>

    /// Tells whether anybody whose answer was taken so far removes DNSSEC records.
    package typealias Control = @Sendable () async -> Bool

    package struct FetchFailure: Error, Hashable, Sendable {
        package var detail: String
        package init(_ detail: String) { self.detail = detail }
    }

    package var anchors: TrustAnchors
    /// Zones taken for unsigned without proof, with all below them down to the next trust anchor.
    package var insecureZones: [Name]
    package var limits: WorkLimits
    package var cache: KeyCache
    package var fetch: Fetch
    /// Nil where there is only one to ask: then `fetch` is put the control question.
    package var control: Control?
    /// When a wait for somebody else's work on the same keys ends; each fetch ends by itself.
    package var deadline: ContinuousClock.Instant?

    package init(
        anchors: TrustAnchors = .iana, insecureZones: [Name] = [],
        limits: WorkLimits = WorkLimits(), cache: KeyCache = KeyCache(),
        deadline: ContinuousClock.Instant? = nil, control: Control? = nil,
        fetch: @escaping Fetch
    ) {
        (self.deadline, self.control) = (deadline, control)
        (self.anchors, self.insecureZones, self.limits) = (anchors, insecureZones, limits)
        (self.cache, self.fetch) = (cache, fetch)
    }

    /// The deepest of the insecure zones that are at or above `name`.
    func insecureZone(closestTo name: Name) -> Name? {
        insecureZones.filter { name.isWithin($0) }.max { $0.labelCount < $1.labelCount }
    }

    /// Asks the question and judges the answer, the whole alias chain of it, at `now` (seconds since 1970).
    package func validate(_ question: Question, at now: Int64) async -> Validation {
        // Moments are reckoned from here; the bounds, ages away, keep sums in range.
        let now = min(max(now, 0), 1 << 40)
        // Both runs together are one validation, and cost no more.
        let work = Work(limits)
        var pass = Pass(self, question, at: now, work)
        await pass.run()
        guard pass.worst?.kind.status == .bogus, !pass.cachedZones.isEmpty else {
            return await pass.withoutStrippingResolver()
        }
        // Keys may have been rolled since they were cached: only fresh ones may condemn.
        for zone in pass.cachedZones { cache.forget(zone) }
        pass = Pass(self, question, at: now, work)
        await pass.run()
        return await pass.withoutStrippingResolver()
    }
}

extension Message {
    /// Whether this answer to `. DNSKEY`, asked with DO and CD, shows that DNSSEC records are taken away: nobody but
    /// the resolver takes the root's signatures.
    package var showsStripping: Bool {
        guard responseCode == .noError || responseCode == .nameError else { return false }
        return edns?.dnssecOK != true || answer(.root, .dnskey)?.signatures.isEmpty ?? false
    }
}
