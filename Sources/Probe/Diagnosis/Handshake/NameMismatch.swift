import Addresses
import OpenSSL

/// Why no name of a certificate covers the one asked for, where a near miss tells (RFC 6125 6.4, RFC 2818 3.1).
struct NameMismatch {
    private let leaf: Certificate
    private let name: String

    init(_ leaf: Certificate, _ name: String) {
        (self.leaf, self.name) = (leaf, name.lowercased())
    }

    /// One clause each, empty where nothing is near.
    var clues: [String] {
        if let address = IPAddress(name) { return clues(of: address) }
        let wildcards = leaf.dnsNames.prefix(Self.most).compactMap(clue(of:))
        return wildcards.prefix(3) + (commonNameClue.map { [$0] } ?? [])
    }

    private func clues(of address: IPAddress) -> [String] {
        let isName = leaf.dnsNames.prefix(Self.most).contains { IPAddress($0) == address }
        return isName
            ? ["\(address) stands among its DNS names, and an address must be an iPAddress entry"]
            : []
    }

    /// The wildcard rule that keeps this pattern from the name.
    private func clue(of pattern: String) -> String? {
        let pattern = pattern.lowercased()
        guard let star = pattern.firstIndex(of: "*") else { return nil }
        let shown = pattern.plain(limit: 256)
        guard pattern.hasPrefix("*."), !pattern[pattern.index(after: star)...].contains("*") else {
            return "\(shown): a wildcard must be the whole leftmost label, and the only one"
        }
        let parent = String(pattern.dropFirst(2))
        if name == parent { return "\(shown) covers names below \(parent), not \(parent) itself" }
        guard name.hasSuffix("." + parent) else { return nil }
        let labels = name.dropLast(parent.count + 1).split(separator: ".").count
        if labels > 1 { return "\(shown) covers one label in its place, not \(labels)" }
        return parent.contains(".")
            ? nil : "\(shown) covers a whole top-level domain: it is ignored"
    }

    /// Clients have not looked there since 2017.
    private var commonNameClue: String? {
        let isThere = leaf.subject.lowercased().split(separator: ",").contains {
            $0 == "cn=" + name
        }
        return isThere ? "its common name is \(name), where clients do not look" : nil
    }

    /// Names that are looked at: a certificate may have thousands.
    private static let most = 1000
}
