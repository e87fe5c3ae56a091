/// How a target is probed; each default is the one of the built-in module `default`.
package struct Module: Sendable, Hashable {
    package var timeout: Duration = .milliseconds(9500)
    /// Resolver SPECs, never empty; the first is the clients' view.
    package var resolvers: [Located<String>] = [Located("system")]
    /// Whether every authoritative server of the zone is asked as well.
    package var authoritative = true
    /// The port of authoritative servers.
    package var dnsPort: UInt16 = 53
    /// A file in the format of named.root.
    package var rootHints: Located<String>?
    package var dnssec = DNSSECSettings()
    /// Never empty, each port once; the first is the one of the unlabelled gauges.
    package var ports = [
        PortSetting(443), PortSetting(993, optional: true), PortSetting(465, optional: true),
    ]
    package var expand = Expansion.none
    package var tls = TLSSettings()
    package var mail = MailSettings()
    package var expect = Expectations()
    package var addresses = AddressPolicy()

    package init() {}

    package enum Expansion: String, Sendable, CaseIterable {
        /// The target's own addresses.
        case none
        /// The hosts that the target's MX records name.
        case mx
    }
}

package struct DNSSECSettings: Sendable, Hashable {
    package var mode = Mode.validate
    /// A file of DS or DNSKEY records that replaces the built-in anchors.
    package var trustAnchors: Located<String>?
    /// Zones below which nothing is validated.
    package var insecureZones: [Located<String>] = []

    package enum Mode: String, Sendable, CaseIterable {
        case validate, require, disabled
    }
}

/// A port to handshake with.
package struct PortSetting: Sendable, Hashable {
    package var port: UInt16
    /// Whether a port that does not open is reported only, no failure.
    package var optional: Bool
    /// A scheme of a target, one of `protocols`; nil for what is usual on the port.
    package var `protocol`: String?

    package init(_ port: UInt16, optional: Bool = false, protocol: String? = nil) {
        self.port = port
        self.optional = optional
        self.protocol = `protocol`
    }

    /// The schemes of a target: TLS from the first byte, then STARTTLS or its like.
    package static let protocols = [
        "tls", "https", "imaps", "smtps", "pop3s", "ldaps",
        "smtp", "submission", "imap", "pop3", "ldap", "ftp", "xmpp", "xmpp-server", "sieve",
        "postgres", "mysql",
    ]
}

package struct TLSSettings: Sendable, Hashable {
    /// PEM file of the trusted certificates, instead of the system store.
    package var caFile: Located<String>?
    /// PEM file of intermediates to complete a chain with.
    package var intermediatesFile: Located<String>?
    /// The name for SNI and for the certificate, instead of the target's.
    package var serverName: Located<String>?
    package var tlsa = true
    package var legacyScan = false
    package var bothKeyTypes = false
    package var fetchOCSP = false
    package var fetchCRL = false
    package var fetchAIA = false
}

package struct MailSettings: Sendable, Hashable {
    package var dkimSelectors: [Located<String>] = []
}

/// What the records must be; nil or empty expects nothing.
package struct Expectations: Sendable, Hashable {
    package var cname: Located<String>?
    package var addresses: [Located<String>] = []
    package var issuer: Located<String>?
    package var mx: [Located<String>] = []
    package var txt: [Located<String>] = []

    package init() {}
}

/// CIDR networks that may or may not be connected to.
package struct AddressPolicy: Sendable, Hashable {
    package var allow: [Located<String>] = []
    package var deny: [Located<String>] = []
}

extension Module {
    /// The modules that are there without any file, by name.
    package static let builtIn: [String: Module] = [
        "default": Module(), "web": web, "mail": mail,
    ]

    private static var web: Module {
        var module = Module()
        module.ports = [PortSetting(443)]
        return module
    }

    private static var mail: Module {
        var module = Module()
        module.expand = .mx
        module.ports = [
            PortSetting(25, protocol: "smtp"),
            PortSetting(465, optional: true),
            PortSetting(587, optional: true, protocol: "submission"),
            PortSetting(993, optional: true),
            PortSetting(143, optional: true, protocol: "imap"),
            PortSetting(995, optional: true),
            PortSetting(110, optional: true, protocol: "pop3"),
        ]
        return module
    }
}
