/// The certificates that TLSA records may be of, as PEM files.
struct TLSASubjects: Sendable {
    let leaf: String
    let issuer: String
}

/// A host of `dane.test.` and the one TLSA record of its port 25.
package struct PublishedTLSA: Sendable, CustomStringConvertible {
    package let usage, selector, matchingType: Int
    /// Whether it is of what the server shows.
    package let isMatching: Bool

    init(_ usage: Int, _ selector: Int, _ matchingType: Int, isMatching: Bool) {
        (self.usage, self.selector, self.matchingType) = (usage, selector, matchingType)
        self.isMatching = isMatching
    }

    /// Every usage, selector and matching type, of the server's certificates and of others.
    package static let all: [PublishedTLSA] = (0...3).flatMap { usage in
        (0...1).flatMap { selector in
            (0...2).flatMap { matchingType in
                [true, false].map {
                    PublishedTLSA(usage, selector, matchingType, isMatching: $0)
                }
            }
        }
    }

    /// `u3s1m1`, with an `x` behind it where it does not match.
    package var host: String {
        "u\(usage)s\(selector)m\(matchingType)" + (isMatching ? "" : "x")
    }

    package var description: String { host }

    /// In presentation form, made by the `openssl` program.
    func data(_ subjects: TLSASubjects) async throws -> String {
        let file = usage == 0 || usage == 2 ? subjects.issuer : subjects.leaf
        let selected =
            selector == 0
            ? "openssl x509 -in \(file) -outform DER"
            : "openssl x509 -in \(file) -noout -pubkey | openssl pkey -pubin -outform DER"
        let matched = ["", "| openssl dgst -sha256 -binary", "| openssl dgst -sha512 -binary"]
        let text = try await check(
            "bash",
            ["-o", "pipefail", "-c", "\(selected) \(matched[matchingType]) | od -An -v -tx1"])
        return "\(usage) \(selector) \(matchingType) " + text.filter(\.isHexDigit)
    }
}
