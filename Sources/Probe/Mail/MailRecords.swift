import DNS

/// A DMARC policy record, at `_dmarc.` of the domain (RFC 7489 6.3).
struct DMARCRecord: Hashable, Sendable {
    /// `none`, `quarantine` or `reject`; nil where there is no such word.
    let policy: String?
    /// A clause each.
    let faults: [String]

    /// Whether a TXT record is one at all: others are passed over (RFC 7489 6.6.3).
    static func isOne(_ text: String) -> Bool {
        TagList(text).tags.first.map { $0 == ("v", "DMARC1") } ?? false
    }

    init(_ text: String) {
        var tags = TagList(text)
        for (name, words) in Self.words {
            guard let value = tags[name], !words.contains(value.lowercased()) else { continue }
            tags.fault(
                "\(name)=\(value.plain(limit: 32)) is none of \(words.joined(separator: ", "))")
        }
        if tags["p"] == nil { tags.fault("there is no policy (p=)") }
        if tags.tags.dropFirst().first?.name != "p", tags["p"] != nil {
            tags.fault("the policy (p=) does not stand right behind the version")
        }
        if let percent = tags["pct"], !(Int(percent).map { (0...100).contains($0) } ?? false) {
            tags.fault("pct=\(percent.plain(limit: 32)) is no number of 0 to 100")
        }
        if let interval = tags["ri"], UInt32(interval) == nil {
            tags.fault("ri=\(interval.plain(limit: 32)) is no number of seconds")
        }
        for name in ["rua", "ruf"] {
            guard let value = tags[name] else { continue }
            if let wrong = MailURI.faulty(in: value, schemes: ["mailto", "https", "http"]) {
                tags.fault(
                    "\(name) has \"\(wrong.plain(limit: 64))\", which is no URI to report to")
            }
        }
        policy = tags["p"]?.lowercased()
        faults = tags.faults
    }

    private static let words: [(String, [String])] = [
        ("p", ["none", "quarantine", "reject"]), ("sp", ["none", "quarantine", "reject"]),
        ("adkim", ["r", "s"]), ("aspf", ["r", "s"]),
    ]
}

/// Where failures of TLS are to be reported, at `_smtp._tls.` of the domain (RFC 8460 3).
struct TLSReportingRecord: Hashable, Sendable {
    let faults: [String]

    static func isOne(_ text: String) -> Bool {
        TagList(text).tags.first.map { $0 == ("v", "TLSRPTv1") } ?? false
    }

    init(_ text: String) {
        var tags = TagList(text)
        if let value = tags["rua"] {
            if let wrong = MailURI.faulty(in: value, schemes: ["mailto", "https"]) {
                tags.fault(
                    "rua has \"\(wrong.plain(limit: 64))\", which is no mailto: or https: URI")
            }
        } else {
            tags.fault("there is no address for reports (rua=)")
        }
        faults = tags.faults
    }
}

/// A DKIM public key, at `SELECTOR._domainkey.` of the domain (RFC 6376 3.6.1, RFC 8463).
struct DKIMKeyRecord: Hashable, Sendable {
    let faults: [String]

    init(_ text: String) {
        var tags = TagList(text)
        if let version = tags["v"], version != "DKIM1" || tags.tags.first?.name != "v" {
            tags.fault("the version is not DKIM1, or does not stand first")
        }
        let algorithm = tags["k"]?.lowercased() ?? "rsa"
        if let hashes = tags["h"], !Self.list(hashes).contains("sha256") {
            tags.fault("h=\(hashes.plain(limit: 32)) leaves out sha256 (RFC 8301 3.1)")
        }
        if let services = tags["s"], Self.list(services).isDisjoint(with: ["*", "email"]) {
            tags.fault("s=\(services.plain(limit: 32)) leaves out email")
        }
        if let data = tags["p"] {
            let key = data.utf8.filter { !($0 == 0x20 || (9...13).contains($0)) }
            if key.isEmpty {
                tags.fault("the key is revoked (p= is empty)")
            } else if let bytes = TextEncoding.decodeBase64(key) {
                if let fault = Self.fault(of: bytes, algorithm) { tags.fault(fault) }
            } else {
                tags.fault("the key (p=) is no base64")
            }
        } else {
            tags.fault("there is no key (p=)")
        }
        faults = tags.faults
    }

    /// Separated by colons.
    private static func list(_ value: String) -> Set<String> {
        Set(value.split(separator: ":").map { String($0).trimmed.lowercased() })
    }

    private static func fault(of key: [UInt8], _ algorithm: String) -> String? {
        switch algorithm {
        case "rsa":
            // A SubjectPublicKeyInfo of 1024 bits, the least that RFC 8301 3.2 allows, takes 162 bytes.
            key.first != 0x30
                ? "the key is no RSA key in DER"
                : key.count < 160 ? "the RSA key is shorter than 1024 bits" : nil
        case "ed25519": key.count == 32 ? nil : "the Ed25519 key is not 32 bytes long"
        default: "the key is of the unknown kind \(algorithm.plain(limit: 32))"
        }
    }
}

/// Where reports go.
enum MailURI {
    /// The first of a list that is no URI of these schemes; a size like `!10m` may stand behind one (RFC 7489 6.2).
    static func faulty(in list: String, schemes: [String]) -> String? {
        list.split(separator: ",", omittingEmptySubsequences: false)
            .map { String($0).trimmed }
            .first { uri in
                guard let colon = uri.firstIndex(of: ":") else { return true }
                let rest = uri[uri.index(after: colon)...]
                let scheme = uri[..<colon].lowercased()
                guard schemes.contains(scheme), !rest.isEmpty,
                    rest.utf8.allSatisfy({ (0x21...0x7e).contains($0) })
                else { return true }
                return scheme == "mailto"
                    ? !rest.dropFirst().dropLast().contains("@") : !rest.hasPrefix("//")
            }
    }
}
