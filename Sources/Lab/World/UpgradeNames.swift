extension Catalogue {
    /// Names whose server begins in plaintext: mail, on the ports that stand for 25 and 143.
    static let upgrades: [Entry] = [
        Entry("starttls.test", "SMTP with STARTTLS", nil, .smtp(.offered)),
        Entry("starttls-imap.test", "IMAP with STARTTLS", nil, .imap(.offered)),
        Entry(
            "starttls-expired.test", "IMAP with STARTTLS, an expired certificate", "cert_expired",
            .imap(.offered, .expired)),
        Entry(
            "banner-error.test", "SMTP that greets with 554", "protocol_banner_error",
            .smtp(.unavailable)),
        Entry(
            "starttls-missing.test", "SMTP without STARTTLS", "starttls_not_offered",
            .smtp(.notOffered)),
        Entry(
            "starttls-missing-imap.test", "IMAP without STARTTLS", "starttls_not_offered",
            .imap(.notOffered)),
        Entry(
            "starttls-rejected.test", "SMTP that answers STARTTLS with 454",
            "starttls_rejected", .smtp(.refused)),
        Entry(
            "starttls-injected.test", "plaintext behind the go-ahead, as injected",
            "starttls_rejected", .smtp(.injected)),
    ]
}

extension Host {
    static func smtp(_ upgrade: Service.Upgrade, _ leaf: Service.Leaf = .sound) -> Host {
        Host(
            https: .refused, imaps: .refused, smtps: .refused, smtp: .upgrading(upgrade, leaf))
    }

    static func imap(_ upgrade: Service.Upgrade, _ leaf: Service.Leaf = .sound) -> Host {
        Host(
            https: .refused, imaps: .refused, smtps: .refused, imap: .upgrading(upgrade, leaf))
    }

    /// As targets and configuration name it; nil where no port begins in plaintext.
    var upgradedProtocol: String? {
        if case .upgrading = smtp { return "smtp" }
        if case .upgrading = imap { return "imap" }
        return nil
    }
}
