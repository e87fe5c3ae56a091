/// A resolver that a name brings along: what it does with the names of that name's zone.
enum OwnResolver: Hashable, Sendable {
    /// The lab's own, sound.
    case lab
    /// Sound, and asks the server that a zone lists last first.
    case backwards
    /// Answers from the zone's earlier version.
    case holdsEarlier(Freshness)
    case filters(Filter)
    /// SERVFAIL, whatever CD says, with an extended error.
    case fails(extendedError: UInt16)
    /// REFUSED, for every name.
    case refuses
    /// Never answers, over UDP or TCP.
    case silent
    /// Sound, and nothing listens on TCP.
    case withoutTCP
    /// Sound, and silent over UDP.
    case withoutUDP
    /// Sound, over TLS; nil where its port refuses.
    case overTLS(Service.Leaf?)
    /// Sound, over HTTPS.
    case overHTTPS(Method)

    enum Method: Hashable, Sendable {
        case get, post
    }

    /// What its certificate covers.
    static let certificateName = "resolver.nic.test"

    enum Freshness: Hashable, Sendable {
        /// A cache that was filled before the change; TTLs count down.
        case cached
        /// As with `serve-expired`: TTL 30 and EDE 3 (RFC 8767 4, RFC 8914 4.4).
        case expired
        /// Given as if it were today's, as a CDN's other edge would.
        case current
    }

    enum Filter: Hashable, Sendable {
        /// NXDOMAIN by a response-policy zone, whose SOA comes along as BIND sends it.
        case policyZone
        /// NXDOMAIN with EDE 15, without any SOA.
        case blocked
        /// 0.0.0.0, and no other record.
        case unspecifiedAddress
    }
}

/// What a zone held before its last change.
struct Earlier: Sendable {
    var answer: Entry.Answer
    /// That of today's version is 2.
    var serial: UInt32 = 1
    /// A week by default: longer than a lab usually lives.
    var ttl: UInt32 = 604_800
}
