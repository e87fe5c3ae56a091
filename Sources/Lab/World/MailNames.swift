import Addresses
import DNS

/// What a domain of the lab says about its mail.
struct MailPlan: Sendable {
    /// Whom the MX record names; nil without one.
    var exchange: Exchange? = .host
    /// TXT records by what stands before the domain; the key is empty for its own.
    var texts: [String: [String]] = [:]
    /// Of MTA-STS, as the policy host serves it; `DOMAIN` stands for the domain.
    var policy: String?
    /// Of the mail exchange's port.
    var tlsa: PublishedKey?

    enum Exchange: Sendable {
        /// `mx.` of the domain, which is there.
        case host
        /// The same, which is not there.
        case gone
        /// The domain takes no mail (RFC 7505).
        case null
    }

    static let sound = MailPlan(
        texts: [
            "": ["v=spf1 mx -all"], "_dmarc.": ["v=DMARC1; p=reject; rua=mailto:dmarc@DOMAIN"],
            "_smtp._tls.": ["v=TLSRPTv1; rua=mailto:tls@DOMAIN"], "_mta-sts.": ["v=STSv1; id=1"],
        ],
        policy: "version: STSv1\r\nmode: enforce\r\nmx: mx.DOMAIN\r\nmax_age: 86400\r\n",
        tlsa: .inUse)

    /// The sound one with a change.
    static func but(_ change: (inout MailPlan) -> Void) -> MailPlan {
        var plan = sound
        change(&plan)
        return plan
    }
}

// The names that are mail domains; each has one host, its mail exchange and policy host.
extension Catalogue {
    static let mail: [Entry] = [
        Entry("mail.test", "a mail domain: MX, SPF, DMARC, MTA-STS, DANE", nil, .mail(.sound)),
        Entry(
            "mail-without-mx.test", "a mail domain without MX or address", "mx_missing",
            .mail(MailPlan(exchange: nil, texts: ["": ["no mail"]]))),
        Entry(
            "mail-null.test", "a domain that takes no mail", nil,
            .mail(MailPlan(exchange: .null)), finding: "mx_null"),
        Entry(
            "mail-mx-gone.test", "an MX record for a host that does not exist",
            "mx_target_invalid", .mail(MailPlan(exchange: .gone))),
        Entry(
            "mail-policy.test", "an enforced MTA-STS policy for another host", "mta_sts_invalid",
            .mail(
                .but {
                    $0.policy =
                        "version: STSv1\r\nmode: enforce\r\nmx: old.DOMAIN\r\nmax_age: 86400\r\n"
                })),
        Entry(
            "mail-policy-gone.test", "an MTA-STS record, and no policy", "mta_sts_invalid",
            .mail(.but { $0.policy = nil })),
        Entry(
            "mail-texts.test", "two SPF records, and a DMARC record without policy", nil,
            .mail(
                .but {
                    $0.texts[""] = ["v=spf1 mx -all", "v=spf1 -all"]
                    $0.texts["_dmarc."] = ["v=DMARC1; rua=mailto:dmarc@DOMAIN"]
                }), finding: "mail_txt_invalid"),
        Entry(
            "mail-tlsa.test", "a TLSA record of another key at the MX", "tlsa_mismatch",
            .mail(.but { $0.tlsa = .other })),
    ]
}

extension Entry.Answer {
    var mail: MailPlan? { if case .mail(let plan) = self { plan } else { nil } }
}

extension MailPlan {
    /// The one that a domain needs; none where nobody would come.
    var hosts: [Host] {
        guard case .host = exchange else { return [] }
        return [
            Host(
                https: .tls(.sound), imaps: .refused, smtps: .refused,
                smtp: .upgrading(.offered, .sound))
        ]
    }

    /// The names on the host's certificate, beside the domain.
    static func hostNames(of domain: String) -> [String] {
        ["mx." + domain, "mta-sts." + domain]
    }

    func policyText(of domain: String) -> String? {
        policy?.replacing("DOMAIN", with: domain)
    }
}

extension Zone {
    /// The records of a mail domain whose host stands at `addresses`.
    mutating func add(
        _ domain: Name, _ plan: MailPlan, _ addresses: [IPAddress], _ tlsa: TLSARecords
    ) throws(LabError) {
        let exchange = try Tree.name("mx." + domain.text)
        switch plan.exchange {
        case .host, .gone:
            add(domain, .mx, .mx(MX(preference: 10, exchange: exchange)))
        case .null: add(domain, .mx, .mx(MX(preference: 0, exchange: .root)))
        case nil: break
        }
        for host in MailPlan.hostNames(of: domain.text) {
            for address in addresses { add(try Tree.name(host), .a, .address(address)) }
        }
        for (prefix, texts) in plan.texts.sorted(by: { $0.key < $1.key }) {
            for text in texts {
                let text = text.replacing("DOMAIN", with: domain.text)
                add(try Tree.name(prefix + domain.text), .txt, .txt([Array(text.utf8)]))
            }
        }
        if let key = plan.tlsa { tlsa.add(to: &self, below: exchange, of: key) }
    }
}
