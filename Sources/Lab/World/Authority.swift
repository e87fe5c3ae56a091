/// A server for the zones below `test.`, by what it does with each that lists it; the name is RAW.nic.test.
enum Authority: String, CaseIterable, Sendable {
    case first = "ns1"
    case second = "ns2"
    case third = "ns3"
    /// Has not got a zone's last change yet.
    case behind
    /// Know no zone, and refuse.
    case lame1, lame2
    /// Never answer, over UDP or TCP.
    case silent1, silent2
    /// Nothing listens on TCP.
    case udp1, udp2
    /// There is no such name.
    case gone

    var isSilent: Bool { self == .silent1 || self == .silent2 }
    var hasTCP: Bool { self != .udp1 && self != .udp2 }
}

/// The servers of a zone as its parent lists them, and as it does itself.
struct Servers: Sendable {
    var parents: [Authority]
    var own: [Authority]
    /// Whose addresses the server `ns` within the zone has: by the parent's glue, and by the zone.
    var inZone: (glue: Authority, own: Authority)?

    init(
        _ parents: Authority..., own: [Authority]? = nil,
        inZone: (glue: Authority, own: Authority)? = nil
    ) {
        (self.parents, self.own, self.inZone) = (parents, own ?? parents, inZone)
    }
}
