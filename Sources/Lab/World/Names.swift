import DNS
package import DNSSEC

/// One name of the lab: what is wrong with it, and what a probe of it should find.
package struct LabName: Hashable, Sendable {
    /// Without the final dot.
    package let name: String
    package let what: String
    /// The failure class by its public name; nil for a healthy target.
    package let expectedClass: String?
    /// A class that a probe only warns of.
    package let expectedFinding: String?
    /// The worse of the states of its A and its AAAA records.
    package let expectedStatus: Status
    /// Whether `Lab.resolvers(of:)` are others than the lab's one.
    package let hasOwnResolvers: Bool
    /// What a probe is to be told to expect of its records.
    package let expectations: LabExpectations
    /// Whether it is a domain whose MX records a probe is to follow.
    package let isMailDomain: Bool
    /// The protocol of its only port, which begins in plaintext; nil where it has the usual three.
    package let upgradedProtocol: String?
    /// Whether a probe is to ask for every version (`tls.legacy_scan`).
    package let needsLegacyScan: Bool

    /// Whether a probe of it needs settings that the lab's other names do not.
    package var hasOwnModule: Bool {
        hasOwnResolvers || expectations != LabExpectations() || upgradedProtocol != nil
            || isMailDomain || needsLegacyScan
    }
}

/// Records that a name should have; nil and empty expect nothing.
package struct LabExpectations: Hashable, Sendable {
    package var cname: String?
    package var addresses: [String] = []
    package var issuer: String?

    package init(cname: String? = nil, addresses: [String] = [], issuer: String? = nil) {
        (self.cname, self.addresses, self.issuer) = (cname, addresses, issuer)
    }
}

/// Whose key the TLSA records of a name are.
enum PublishedKey: Sendable {
    /// The one that its servers use.
    case inUse
    case other
}

/// A line of the catalogue: a name, how it is answered and who serves it.
struct Entry: Sendable {
    enum Answer: Sendable {
        /// One address per host; `owner` is the name unless it is a wildcard.
        case hosts([Host], owner: String? = nil)
        case alias(String)
        /// The name exists and has no address.
        case noAddress
        /// A domain by what it says about its mail.
        case mail(MailPlan)
        /// No such name, no such zone.
        case nothing

        var hosts: [Host] {
            switch self {
            case .hosts(let hosts, _): hosts
            case .mail(let plan): plan.hosts
            case .alias, .noAddress, .nothing: []
            }
        }
    }

    let name: LabName
    let answer: Answer
    /// The zone's version before its last change, where somebody still has it.
    let earlier: Earlier?
    let zone: ZonePlan
    let servers: Servers
    /// How many aliases with long names lead to the addresses.
    let aliases: Int
    /// Empty for the lab's one.
    let resolvers: [OwnResolver]
    /// Of every port of the name; nil where none is published.
    let tlsa: PublishedKey?
    /// Who may issue certificates for it, as CAA records say; nil where there are none.
    let authority: String?
    /// The first host also answers on ::1, if there is one.
    let hasIPv6: Bool

    init(
        _ name: String, _ what: String, _ expected: String? = nil, _ hosts: Host...,
        finding: String? = nil, status: Status = .secure, zone: ZonePlan = .standard,
        owner: String? = nil, earlier: Earlier? = nil,
        servers: Servers = Servers(.first, .second), aliases: Int = 0,
        resolvers: [OwnResolver] = [], expect: LabExpectations = LabExpectations(),
        tlsa: PublishedKey? = nil, authority: String? = nil, hasIPv6: Bool = false,
        needsLegacyScan: Bool = false
    ) {
        self.init(
            name, what, expected, .hosts(hosts.isEmpty ? [.healthy] : hosts, owner: owner),
            finding: finding, status: status, zone: zone, earlier: earlier, servers: servers,
            aliases: aliases, resolvers: resolvers, expect: expect, tlsa: tlsa,
            authority: authority, hasIPv6: hasIPv6, needsLegacyScan: needsLegacyScan)
    }

    init(
        _ name: String, _ what: String, _ expected: String?, _ answer: Answer,
        finding: String? = nil, status: Status = .secure, zone: ZonePlan = .standard,
        earlier: Earlier? = nil, servers: Servers = Servers(.first, .second), aliases: Int = 0,
        resolvers: [OwnResolver] = [], expect: LabExpectations = LabExpectations(),
        tlsa: PublishedKey? = nil, authority: String? = nil, hasIPv6: Bool = false,
        needsLegacyScan: Bool = false
    ) {
        self.name = LabName(
            name: name, what: what, expectedClass: expected, expectedFinding: finding,
            expectedStatus: status, hasOwnResolvers: !resolvers.isEmpty,
            expectations: expect, isMailDomain: answer.mail != nil,
            upgradedProtocol: answer.hosts.first?.upgradedProtocol,
            needsLegacyScan: needsLegacyScan)
        (self.answer, self.earlier, self.zone) = (answer, earlier, zone)
        (self.servers, self.aliases) = (servers, aliases)
        (self.resolvers, self.tlsa, self.hasIPv6) = (resolvers, tlsa, hasIPv6)
        self.authority = authority
    }

    /// The name that the records stand at.
    var owner: String {
        if case .hosts(_, let owner?) = answer { owner } else { name.name }
    }
}

/// The lab's names. A name's last two labels are its zone.
enum Catalogue {
    static let all =
        healthy + resolvers + delegations + records + dnssec + network + upgrades + handshakes
        + certificates + chains + mail

    private static let healthy: [Entry] = [
        Entry("healthy.test", "signed, every port answers", hasIPv6: true),
        Entry("www.healthy.test", "an alias of healthy.test", nil, .alias("healthy.test")),
        Entry("any.wildcard.test", "wildcard record and certificate", owner: "*.wildcard.test"),
        Entry(
            "rsa.test", "RSA keys and NSEC3", nil, .all(.tls(.rsa)),
            zone: .signed(.rsaSHA256, .nsec3(), split: true)),
        Entry("ed25519.test", "Ed25519 and NSEC3", zone: .signed(.ed25519, .nsec3(), split: true)),
        Entry(
            "unsigned.test", "not signed, every port answers", status: .insecure,
            zone: .unsigned),
        Entry("web-only.test", "993 and 465 refuse, both optional", nil, .webOnly),
        Entry(
            "expiring.test", "certificate ends in 5 days", nil, .all(.tls(.expiring)),
            finding: "cert_expiring"),
    ]

    private static let records: [Entry] = [
        Entry("missing.test", "no such name", "name_not_found", .nothing),
        Entry("no-address.test", "exists without an address", "name_no_address", .noAddress),
        Entry(
            "www.broken-alias.test", "alias to a name that does not exist", "cname_broken",
            .alias("gone.broken-alias.test")),
        Entry(
            "www.alias-loop.test", "aliases that form a loop", "cname_broken",
            .alias("ftp.alias-loop.test"), status: .indeterminate),
        Entry(
            "ftp.alias-loop.test", "the other half of that loop", "cname_broken",
            .alias("www.alias-loop.test"), status: .indeterminate),
        Entry(
            "alias-missing.test", "an address where an alias is expected", "cname_missing",
            expect: LabExpectations(cname: "healthy.test")),
        Entry(
            "www.alias-elsewhere.test", "an alias of another name than expected",
            "cname_wrong_target", .alias("healthy.test"),
            expect: LabExpectations(cname: "web-only.test")),
        Entry(
            "unexpected-address.test", "another address than expected", "record_mismatch",
            expect: LabExpectations(addresses: ["192.0.2.1"])),
        Entry(
            "half-moved.test", "one of two shows a foreign certificate",
            "record_points_to_wrong_host", .healthy, .all(.tls(.otherName))),
    ]

    private static let dnssec: [Entry] = [
        Entry(
            "signature-expired.test", "every signature of the zone expired",
            "dnssec_signature_expired", status: .bogus, zone: .faulty(.signaturesExpired)),
        Entry(
            "signature-future.test", "every signature of the zone starts in 2 days",
            "dnssec_signature_not_yet_valid", status: .bogus, zone: .faulty(.signaturesInFuture)),
        Entry(
            "signature-invalid.test", "one bit of the A signature is wrong",
            "dnssec_signature_invalid", status: .bogus, zone: .faulty(.signatureInvalid)),
        Entry(
            "signature-missing.test", "the A records have no signature",
            "dnssec_rrsig_missing", status: .bogus, zone: .faulty(.signatureMissing)),
        Entry(
            "denial-invalid.test", "nothing proves that there is no AAAA record",
            "dnssec_denial_invalid", status: .bogus, zone: .faulty(.denialMissing)),
        Entry(
            "keys-missing.test", "a DS, but no DNSKEY", "dnssec_dnskey_missing",
            status: .bogus, zone: .faulty(.keysMissing)),
        Entry(
            "wrong-ds.test", "the DS names another key", "dnssec_ds_mismatch", status: .bogus,
            zone: .faulty(.wrongDS)),
        Entry(
            "unknown-algorithm.test", "signed by an algorithm nobody knows",
            finding: "dnssec_algorithm_unsupported", status: .insecure,
            zone: .faulty(.unsupportedAlgorithm)),
    ]

    private static let network: [Entry] = [
        Entry("refused.test", "443 refuses", "tcp_connection_refused", .https(.refused)),
        Entry("silent.test", "no port answers", "tcp_timeout", .all(.silent)),
        Entry(
            "blocked.test", "443 is silent, 993 and 465 answer", "port_blocked",
            .https(.silent)),
        Entry(
            "partial.test", "one of two addresses refuses", "endpoint_partial_outage", .healthy,
            .all(.refused)),
    ]
}
