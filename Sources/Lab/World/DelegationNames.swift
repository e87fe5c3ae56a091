import DNSSEC

// The names whose fault is their zone's servers'.
extension Catalogue {
    static let delegations: [Entry] = [
        Entry(
            "dead-zone.test", "no server of the zone answers", "nameserver_unresponsive",
            status: .indeterminate, servers: Servers(.silent1, .silent2)),
        Entry(
            "dead-server.test", "one of two servers never answers",
            finding: "nameserver_unresponsive", servers: Servers(.first, .silent1)),
        Entry(
            "hidden-servers.test", "no server answers us, and the resolver does",
            finding: "authority_unreachable",
            earlier: Earlier(answer: .hosts([.healthy]), serial: 2, ttl: 300),
            servers: Servers(.silent1, .silent2), resolvers: [.holdsEarlier(.current)]),
        Entry(
            "lame.test", "both servers refuse", "delegation_lame", status: .indeterminate,
            servers: Servers(.lame1, .lame2)),
        Entry(
            "lame-server.test", "one of two servers refuses", finding: "delegation_lame",
            servers: Servers(.first, .lame1)),
        Entry(
            "lost-server.test", "one of two servers has no address",
            finding: "delegation_lame", servers: Servers(.first, .gone)),
        Entry(
            "propagating.test", "one server has the old address, which refuses",
            "zone_propagation_pending",
            earlier: Earlier(answer: .hosts([.all(.refused)]), ttl: 300),
            servers: Servers(.first, .behind)),
        Entry(
            "propagating-harmless.test", "one server has the old address, in service",
            finding: "zone_propagation_pending",
            earlier: Earlier(answer: .hosts([.healthy]), ttl: 300),
            servers: Servers(.first, .behind)),
        Entry(
            "geo.test", "each server gives another address",
            finding: "resolver_disagreement",
            earlier: Earlier(answer: .hosts([.healthy]), serial: 2, ttl: 300),
            servers: Servers(.first, .behind), resolvers: [.lab, .backwards]),
        Entry(
            "other-servers.test", "parent and zone list other servers",
            finding: "delegation_inconsistent",
            servers: Servers(.first, .second, own: [.first, .third])),
        Entry(
            "old-glue.test", "the parent has another address for a server",
            finding: "delegation_inconsistent",
            servers: Servers(.first, inZone: (glue: .second, own: .third))),
        Entry(
            "server-without-tcp.test", "one of two servers refuses TCP",
            finding: "dns_transport_restricted", servers: Servers(.first, .udp1)),
        Entry(
            "large-zone.test", "large answers, both servers refuse TCP",
            "dns_transport_restricted", status: .indeterminate,
            servers: Servers(.udp1, .udp2), aliases: 8),
    ]
}
