import DNSSEC

// The names whose fault is a resolver's: each brings its own, the faulty one first.
extension Catalogue {
    static let resolvers: [Entry] = [
        Entry(
            "stale.test", "a cached old address, its certificate expired",
            "resolver_stale_answer",
            earlier: Earlier(answer: .hosts([.all(.tls(.expired))])),
            resolvers: [.holdsEarlier(.cached), .lab]),
        Entry(
            "stale-harmless.test", "a cached old address, still in service", nil,
            finding: "resolver_stale_answer", earlier: Earlier(answer: .hosts([.healthy])),
            resolvers: [.holdsEarlier(.cached), .lab]),
        Entry(
            "serve-expired.test", "an old address given as stale; it refuses",
            "resolver_stale_answer",
            earlier: Earlier(answer: .hosts([.all(.refused)]), ttl: 300),
            resolvers: [.holdsEarlier(.expired), .lab]),
        Entry(
            "www.cached-denial.test", "the cache holds that there is no such name",
            "resolver_cached_error", earlier: Earlier(answer: .nothing),
            resolvers: [.holdsEarlier(.cached), .lab]),
        Entry(
            "cached-failure.test", "the cache holds a failure", "resolver_cached_error",
            resolvers: [.fails(extendedError: 13), .lab]),
        Entry(
            "filtered.test", "a response policy denies the name", "resolver_filtered",
            resolvers: [.filters(.policyZone), .lab]),
        Entry(
            "blocklisted.test", "a filter denies the name and says so", "resolver_filtered",
            resolvers: [.filters(.blocked), .lab]),
        Entry(
            "sinkhole.test", "a filter gives 0.0.0.0", "resolver_filtered",
            resolvers: [.filters(.unspecifiedAddress), .lab]),
        Entry(
            "resolver-fails.test", "the resolver fails with CD=0 and CD=1", "resolver_servfail",
            resolvers: [.fails(extendedError: 22), .lab]),
        Entry(
            "resolver-refuses.test", "the resolver refuses", "resolver_refused",
            resolvers: [.refuses, .lab]),
        Entry(
            "resolver-silent.test", "the resolver never answers", "resolver_unreachable",
            resolvers: [.silent, .lab]),
        Entry(
            "dns-blocked.test", "two resolvers, and none answers", "dns_blocked",
            status: .indeterminate, resolvers: [.silent, .silent]),
        Entry(
            "large-answer.test", "large answers, the resolver refuses TCP",
            "dns_transport_restricted", aliases: 8, resolvers: [.withoutTCP, .lab]),
        Entry(
            "resolver-without-udp.test", "the resolver answers over TCP only",
            finding: "dns_transport_restricted", resolvers: [.withoutUDP, .lab]),
        Entry(
            "dot.test", "the first resolver is asked over TLS", nil,
            resolvers: [.overTLS(.sound), .lab]),
        Entry(
            "doh.test", "two resolvers are asked over HTTPS", nil,
            resolvers: [.overHTTPS(.post), .overHTTPS(.get), .lab]),
        Entry(
            "dot-intercepted.test", "a stranger's certificate at the DoT resolver",
            "encrypted_dns_restricted", resolvers: [.overTLS(.unknownRoot), .lab]),
        Entry(
            "dot-refused.test", "the DoT resolver's port refuses",
            "encrypted_dns_restricted", resolvers: [.overTLS(nil), .lab]),
        Entry(
            "cdn.test", "another address at the second resolver", nil,
            finding: "resolver_disagreement",
            earlier: Earlier(answer: .hosts([.healthy]), serial: 2, ttl: 300),
            resolvers: [.lab, .holdsEarlier(.current)]),
    ]
}
