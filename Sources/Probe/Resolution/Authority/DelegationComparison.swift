import Addresses
import DNS

/// The delegation of a zone as its parent has it, beside the zone's own NS records (RFC 1912 2.3, RFC 9471).
struct DelegationComparison {
    /// Nil where either side is not known.
    let matches: Bool?
    /// One sentence for each difference, both sides named.
    let differences: [String]

    init(_ view: ZoneView) {
        let own = view.sound.compactMap(\.nameserverNames)
        guard let parent = view.listed.parent, !own.isEmpty else {
            (matches, differences) = (nil, [])
            return
        }
        let parents = Set(parent.servers.map(\.name))
        // A referral that was cut to a bound is no set to compare.
        guard parent.servers.count < Delegation.mostServers else {
            (matches, differences) = (nil, [])
            return
        }
        var differences = view.sound.compactMap { server -> String? in
            guard let names = server.nameserverNames, names != parents else { return nil }
            return "the parent of \(view.zone.text) names \(Self.list(parents)), "
                + "while \(server.label) names \(Self.list(names))"
        }
        for server in parent.servers where !server.addresses.isEmpty {
            guard let found = view.listed.lookedUp[server.name], !found.isEmpty else { continue }
            let glue = Set(server.addresses)
            // A server of another zone below the parent: the parent may leave any of its glue out (RFC 9471 3.2).
            let isComplete = server.name.isWithin(view.zone)
            guard isComplete ? glue != found : !glue.isSubset(of: found) else { continue }
            differences.append(
                "the parent's glue for \(server.name.text) is \(Self.list(server.addresses)), "
                    + "while the name itself has \(Self.list(found.sorted()))")
        }
        (matches, self.differences) = (differences.isEmpty, differences)
    }

    private static func list(_ names: Set<Name>) -> String {
        names.sorted().map(\.text).joined(separator: ", ")
    }

    private static func list(_ addresses: [IPAddress]) -> String {
        addresses.map(\.description).joined(separator: ", ")
    }
}
