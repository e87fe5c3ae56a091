package import OpenSSL

/// What was fetched from where a certificate says, beside its handshake.
package struct FetchedFact: Sendable {
    /// The certificate's place in its chain, 0 is the leaf.
    package var depth: Int
    package var kind: Kind
    /// The URL; nil where the certificate names none.
    package var location: String?
    package var answer: Answer

    package enum Kind: String, Hashable, Sendable {
        case ocsp, crl
        /// The issuer's certificate, by the authority information access extension.
        case issuer = "aia"
    }

    package enum Answer: Sendable {
        case ocsp(OCSPStaple)
        case list(RevocationList)
        case issuers([Certificate])
        /// Why there is none, one clause; never a fault of the target's.
        case failed(String)
    }
}
