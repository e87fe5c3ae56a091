import DNS
import Sockets

/// What a domain says about its mail, beside where its hosts lead.
package struct MailReport: Sendable {
    package var exchanges: MailExchanges
    package var texts: MailTexts
    /// The ways of the hosts that the MX records name, in the records' order.
    package var paths: [PathOfHost]
    /// Nil where the domain does not do MTA-STS.
    var sts: MTASTSReport?
    /// Of the MX records; nil where DNSSEC is disabled.
    var validation: DNSSECResult?

    package init(_ exchanges: MailExchanges, _ texts: MailTexts, _ paths: [PathOfHost]) {
        (self.exchanges, self.texts, self.paths) = (exchanges, texts, paths)
    }

    /// That of the domain itself, where it has no MX records.
    var implicitPath: PathOfHost? { exchanges.outcome == .none ? paths.first : nil }
}

/// Asks for a domain's mail records and follows its mail exchanges.
package struct MailStage: Sendable {
    let resolvers: [Resolver]
    /// Of keys that the module wants to be looked at.
    let selectors: [Name]
    let policies: PolicyFetch
    /// Nil where the module disables DNSSEC.
    let validation: ValidationStage?

    /// `follow` takes a host from its name to its handshakes; `now` is in seconds since 1970.
    func callAsFunction(
        _ domain: Name, at now: Int64, budget: Duration, by deadline: Deadline,
        _ follow: @escaping @Sendable (Name) async -> PathOfHost
    ) async -> MailReport {
        let lookup = RecordLookup(
            resolvers: resolvers, timer: budget * QuestionTimer.share, deadline: deadline)
        // Beyond this nothing that a record could lead to has its time.
        let textLookup = RecordLookup(
            resolvers: resolvers, timer: budget * QuestionTimer.share,
            deadline: min(deadline, .now + budget * Self.textShare))
        async let texts = MailTexts(of: domain, selectors: selectors, textLookup)
        async let sts = MTASTSReport(
            of: domain, policies, lookup, at: now, budget: budget, by: deadline)
        async let validated = validation?(
            domain, [.mx], at: now, budget: budget, by: deadline)
        let exchanges = MailExchanges(await lookup(domain, .mx))
        // Without MX records the domain's own addresses take the mail (RFC 5321 5.1).
        let hosts = exchanges.outcome == .none ? [domain] : exchanges.hosts
        let paths = await concurrently(hosts, follow)
        var report = MailReport(exchanges, await texts, paths)
        (report.sts, report.validation) = (await sts, await validated)
        return report
    }

    private static let textShare = 0.8
}
