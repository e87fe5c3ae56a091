package import Addresses
package import DNS

/// What the authoritative servers of one zone say of one name in it.
package struct ZoneView: Sendable {
    package var listed: ListedZone
    /// The name that they were asked for: the target's own, or one that an alias leads to.
    package var owner: Name
    /// One for each address of each server, by name, then by address; one for a server without addresses.
    package var nameservers: [NameserverView]

    package init(_ listed: ListedZone, of owner: Name, nameservers: [NameserverView] = []) {
        (self.listed, self.owner, self.nameservers) = (listed, owner, nameservers)
    }

    package var zone: Name { listed.zone }

    /// Those whose answers count.
    package var sound: [NameserverView] { nameservers.filter { $0.state == .sound } }
}

/// What one address of one nameserver says when it is asked without recursion.
package struct NameserverView: Sendable {
    package var name: Name
    /// Nil where the name has none.
    package var address: IPAddress?
    package var state: State
    /// The zone that it is listed for.
    package let zone: Name
    /// A, AAAA and whatever else the module asks, of the zone view's owner.
    package var lookups: [Lookup] { didSet { statements = lookups.map { $0.statement(in: zone) } } }
    /// What each of them says.
    private(set) var statements: [Statement]
    /// The zone's SOA; its NS records over TCP.
    package var soa, delegation: Lookup?
    /// The same questions of addresses and SOA once more, where the first answers differ from another server's.
    package var second: [Lookup] = []

    package enum State: Hashable, Sendable {
        /// It answers with authority, with data or a denial.
        case sound
        /// It answers, and not with authority; a clause.
        case lame(String)
        /// Nothing came back in full time; a clause.
        case unresponsive(String)
        case addressless
        /// Nothing is known, for a reason of this host's: no route, the policy, the deadline; a clause.
        case unknown(String)

        var isUnknown: Bool { if case .unknown = self { true } else { false } }
    }

    package init(
        _ name: Name, _ address: IPAddress?, _ state: State, for zone: Name,
        lookups: [Lookup] = [], soa: Lookup? = nil, delegation: Lookup? = nil
    ) {
        (self.name, self.address, self.state, self.zone) = (name, address, state, zone)
        (self.lookups, self.soa, self.delegation) = (lookups, soa, delegation)
        statements = lookups.map { $0.statement(in: zone) }
    }

    /// `ns1.example.com (192.0.2.1)`.
    package var label: String {
        name.text + (address.map { " (\($0))" } ?? "")
    }

    /// RFC 1982 arithmetic applies.
    package var serial: UInt32? { soa?.response?.serial }

    /// Its own NS set for the zone; nil where it gave none over TCP.
    package var nameserverNames: Set<Name>? {
        guard let delegation, let response = delegation.response else { return nil }
        let names = response.answers.filter {
            $0.type == .ns && $0.owner == delegation.question.name
        }
        .compactMap(\.name)
        return names.isEmpty ? nil : Set(names)
    }

    /// The longest of its questions over UDP.
    package var duration: Duration {
        lookups.reduce(soa?.duration ?? .zero) { max($0, $1.duration) }
    }
}

extension Message {
    /// The serial of the SOA record in answer or denial.
    package var serial: UInt32? {
        let soa = answers.lazy.compactMap(\.soa).first ?? authorities.lazy.compactMap(\.soa).first
        return soa?.serial
    }
}
