import DNS
import OpenSSL

/// Certificate authorities and the names by which CAA records speak of them, as each of them publishes in its
/// certification practice statement (RFC 8659 4.2).
struct KnownIssuers: Hashable, Sendable {
    /// What the module expects of issuers; where it is a domain name, an authority whose own name holds it is known
    /// by it.
    var expected: String?

    /// The CAA domains of who issued a certificate; nil where the authority is not known here.
    func domains(of certificate: Certificate) -> Set<String>? {
        domains(ofIssuer: certificate.issuer)
    }

    /// `issuer` is a name in the form of RFC 2253.
    func domains(ofIssuer issuer: String) -> Set<String>? {
        var domains: Set<String> = []
        if let expected, expected.contains("."), Name(expected) != nil, issuer.contains(expected) {
            domains.insert(expected.lowercased())
        }
        guard let organization = Self.organization(in: issuer) else {
            return domains.isEmpty ? nil : domains
        }
        for (known, names) in Self.table where organization.hasPrefix(known) {
            domains.formUnion(names)
        }
        return domains.isEmpty ? nil : domains
    }

    /// The O of a name, in lower case and without the backslashes that quote its characters.
    private static func organization(in issuer: String) -> String? {
        var attribute: [UInt8] = []
        var isQuoted = false
        for byte in issuer.utf8 {
            if isQuoted {
                attribute.append(byte)
                isQuoted = false
            } else if byte == UInt8(ascii: "\\") {
                isQuoted = true
            } else if byte == UInt8(ascii: ",") || byte == UInt8(ascii: "+") {
                if let organization = organization(in: attribute) { return organization }
                attribute.removeAll(keepingCapacity: true)
            } else {
                attribute.append(byte)
            }
        }
        return organization(in: attribute)
    }

    private static func organization(in attribute: [UInt8]) -> String? {
        guard attribute.starts(with: "O=".utf8) else { return nil }
        return String(decoding: attribute.dropFirst(2), as: UTF8.self).lowercased()
    }

    /// By the beginning of the organization in the issuer's name, in lower case.
    private static let table: [(organization: String, domains: Set<String>)] = [
        ("let's encrypt", ["letsencrypt.org"]),
        ("internet security research group", ["letsencrypt.org"]),
        ("google trust services", ["pki.goog", "google.com"]),
        ("digicert", digiCert),
        ("cloudflare", digiCert),
        ("geotrust", digiCert),
        ("thawte", digiCert),
        ("sectigo", sectigo),
        ("comodo ca", sectigo),
        ("zerossl", sectigo.union(["zerossl.com"])),
        ("gandi", sectigo),
        ("amazon", ["amazon.com", "amazontrust.com", "awstrust.com", "amazonaws.com"]),
        ("globalsign", ["globalsign.com"]),
        ("godaddy.com", ["godaddy.com", "starfieldtech.com"]),
        ("starfield technologies", ["godaddy.com", "starfieldtech.com"]),
        ("entrust", ["entrust.net", "affirmtrust.com"]),
        ("ssl corp", ["ssl.com"]),
        ("microsoft corporation", digiCert.union(["microsoft.com"])),
        ("buypass", ["buypass.com", "buypass.no"]),
        ("swisssign", ["swisssign.com", "swisssign.net"]),
        ("identrust", ["identrust.com"]),
        ("actalis", ["actalis.it"]),
        ("asseco data systems", ["certum.pl", "certum.eu"]),
        ("unizeto technologies", ["certum.pl", "certum.eu"]),
        ("hellenic academic and research institutions", ["harica.gr"]),
        ("d-trust", ["d-trust.net", "dtrust.de", "d-trust.de"]),
        ("deutsche telekom security", ["telesec.de"]),
        ("quovadis", ["quovadisglobal.com", "digicert.com"]),
    ]

    private static let digiCert: Set<String> = [
        "digicert.com", "www.digicert.com", "digicert.ne.jp", "cybertrust.ne.jp", "thawte.com",
        "geotrust.com", "rapidssl.com", "symantec.com", "volusion.digitalcertvalidation.com",
        "stratossl.digitalcertvalidation.com", "intermediatecertificate.digitalcertvalidation.com",
        "1and1.digitalcertvalidation.com",
    ]
    private static let sectigo: Set<String> = [
        "sectigo.com", "comodo.com", "comodoca.com", "usertrust.com", "trust-provider.com",
    ]
}
