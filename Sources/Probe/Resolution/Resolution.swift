package import Addresses
package import DNS

/// Where a name leads, as each resolver tells it.
package struct Resolution: Sendable {
    /// The name asked for without final dot, or the IP literal: the metrics' `host`.
    package var host: String
    /// Nil for an IP literal, which is not resolved.
    package let name: Name?
    /// One for each resolver, in the module's order; the first is the clients' view.
    package var resolvers: [ResolverView]
    /// What the authorities say: the zone of the name first, then those that aliases lead to. Empty where they were
    /// not asked or not found.
    package var zones: [ZoneView] = [] {
        didSet { authorityAnswers = name.map { AuthorityAnswers(zones, of: $0) } }
    }
    /// What they say together; nil where there is no name to ask for.
    private(set) var authorityAnswers: AuthorityAnswers?
    /// What was seen of the name before this probe.
    package var remembered = RememberedAnswers()
    /// The aliases from the name on, as the clients' view has them.
    package var aliases: [Alias]
    package var outcome: Outcome
    /// Numerically ordered, IPv6 before IPv4, each once.
    package var addresses: [IPAddress]
    package var duration: Duration
    /// What DNS leads to today, where the caller supposes `addresses` instead; nil where nothing is supposed.
    package var today: [IPAddress]?
    /// An entry of the hosts file that programs here would use instead of DNS.
    package var hostsEntry: HostsEntry?

    package init(
        host: String, name: Name?, resolvers: [ResolverView] = [], aliases: [Alias] = [],
        outcome: Outcome, addresses: [IPAddress] = [], duration: Duration = .zero,
        hostsEntry: HostsEntry? = nil
    ) {
        (self.host, self.name, self.resolvers, self.aliases) = (host, name, resolvers, aliases)
        (self.outcome, self.addresses, self.duration) = (outcome, addresses, duration)
        self.hostsEntry = hostsEntry
        authorityAnswers = name.map { AuthorityAnswers([], of: $0) }
    }

    package enum Outcome: Hashable, Sendable {
        /// There is at least one address.
        case addresses
        /// The name itself does not exist.
        case nameError
        /// The name itself exists and has neither A nor AAAA.
        case noAddress
        /// The aliases lead nowhere; a clause says why.
        case brokenAlias(String)
        /// No resolver gave an answer that decides.
        case failed
        /// The probe's deadline came before a question's own timer.
        case cutShort
        /// Nothing can be asked from here; a clause says why.
        case unavailable(String)
    }
}

extension Resolution {
    /// Whether the addresses are the caller's, as if DNS had answered them.
    package var supposes: Bool { today != nil }

    /// As many of them as a probe shakes hands with: a name with thousands of addresses costs no more than this.
    package var triedAddresses: [IPAddress] {
        IPAddress.Family.allCases.flatMap { family in
            addresses.filter { $0.family == family }.prefix(Self.triedPerFamily)
        }
    }

    package static let triedPerFamily = 32
}

package struct HostsEntry: Hashable, Sendable {
    package var file: String
    package var addresses: [IPAddress]

    package init(file: String, addresses: [IPAddress]) {
        (self.file, self.addresses) = (file, addresses)
    }
}

/// One step of a chain.
package struct Alias: Hashable, Sendable {
    package var owner: Name
    package var target: Name
    /// Seconds left of its TTL.
    package var ttl: UInt32
    /// Made from a DNAME above the owner.
    package var isFromDNAME: Bool

    package init(owner: Name, target: Name, ttl: UInt32, isFromDNAME: Bool = false) {
        (self.owner, self.target, self.ttl) = (owner, target, ttl)
        self.isFromDNAME = isFromDNAME
    }
}

/// What one resolver says of the name.
package struct ResolverView: Sendable {
    /// The metrics' `resolver`: its address, with port and scheme where they are not the usual ones.
    package var resolver: String
    /// Whether it is asked inside TLS.
    package var isEncrypted = false
    /// The questions of A and AAAA, in this order.
    package var lookups: [Lookup]
    /// The questions of what else the module needs.
    package var others: [Lookup] = []
    /// The same questions with CD=1, of those that were answered with SERVFAIL.
    package var unchecked: [Lookup]
    /// The SOA of the name's zone over TCP, to compare the transports; nil where TCP or TLS is the resolver's own.
    package var overTCP: Lookup?
    /// The SOA of the zone that the answer comes from, asked where the answer differs from the authorities'.
    package var soa: Lookup?
    /// The root's NS records, asked where neither it nor the zone's servers answered: every resolver holds them.
    package var root: Lookup?

    package init(resolver: String, lookups: [Lookup], unchecked: [Lookup] = []) {
        (self.resolver, self.lookups, self.unchecked) = (resolver, lookups, unchecked)
    }
}

/// One question to one server and what became of it.
package struct Lookup: Sendable {
    package var question: Question
    package var outcome: Result<Message, ExchangeFailure>
    /// With all retries and the change to TCP.
    package var duration: Duration
    /// In the order tried; none where the question was not put to one server.
    package var attempts: [Attempt]

    package init(
        question: Question, outcome: Result<Message, ExchangeFailure>, duration: Duration,
        attempts: [Attempt] = []
    ) {
        (self.question, self.outcome, self.duration) = (question, outcome, duration)
        self.attempts = attempts
    }

    package var response: Message? {
        if case .success(let message) = outcome { message } else { nil }
    }

    package var failure: ExchangeFailure? {
        if case .failure(let failure) = outcome { failure } else { nil }
    }
}

/// Why a question got no usable answer.
package enum ExchangeFailure: Error, Hashable, Sendable {
    /// Nothing came within the question's own timer.
    case timedOut
    /// The probe's deadline came before the question's own timer.
    case cutShort
    /// The port is closed, or the network says that the server cannot be reached.
    case unreachable(String)
    /// The server took the connection, and ended it before a whole answer came.
    case closed(String)
    /// This host cannot send there.
    case noRoute(String)
    /// The answer came truncated over UDP, and TCP brought none; a clause says why.
    case truncated(String)
    /// What came is no DNS message, or not an answer to the question.
    case malformed(String)
    /// The certificate of an encrypted resolver is not trusted or not for its name: a clause says which. It may be
    /// another's who sits between.
    case untrusted(String)
    /// TLS failed before anything could be asked.
    case tls(String)
    /// The server speaks no HTTP/2, or not as RFC 9113 has it.
    case http(String)
    /// The HTTP status, no success, and a clause.
    case httpStatus(Int, String)
    /// HTTP brought something else than application/dns-message.
    case contentType(String)
    /// No address of the resolver itself is known.
    case unresolved(String)
    /// Any other error of this host.
    case local(String)
}

extension ExchangeFailure: CustomStringConvertible {
    package var description: String {
        switch self {
        case .timedOut: "no answer came"
        case .cutShort: "the probe's time was over before an answer came"
        case .truncated(let detail):
            "the answer came truncated over UDP, and none came over TCP (\(detail))"
        case .unreachable(let detail), .closed(let detail), .noRoute(let detail),
            .malformed(let detail), .untrusted(let detail), .tls(let detail), .http(let detail),
            .httpStatus(_, let detail), .contentType(let detail), .unresolved(let detail),
            .local(let detail):
            detail
        }
    }
}

extension ResolverView {
    package var isUp: Bool {
        overTCP?.response != nil || lookups.contains { $0.response != nil }
    }

    /// The longest of its questions.
    package var duration: Duration { lookups.map(\.duration).max() ?? .zero }

    package var addresses: [IPAddress] {
        Set(lookups.flatMap { $0.response?.answers.compactMap(\.address) ?? [] }).sorted()
    }

    /// The least TTL of the address records, seconds; nil where there are none.
    package var leastTTL: UInt32? {
        lookups.flatMap { $0.response?.answers ?? [] }.filter { $0.address != nil }.map(\.ttl).min()
    }

    /// The response code of the first question that was answered with a fault, else of the first answered.
    package var responseCode: ResponseCode? {
        let codes = lookups.compactMap { $0.response?.responseCode }
        return codes.first { $0 != .noError } ?? codes.first
    }

    package var extendedErrors: [ExtendedError] {
        lookups.flatMap { $0.response?.edns?.extendedErrors ?? [] }
    }
}
