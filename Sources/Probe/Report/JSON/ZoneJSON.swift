import Addresses
import DNS

extension ZoneView {
    var json: JSON {
        .object([
            "zone": .string(zone.text),
            "owner": .string(owner.text),
            "parent": listed.parent?.json ?? .null,
            "nameservers": .array(nameservers.map { $0.json(in: zone) }),
        ])
    }
}

extension Delegation {
    fileprivate var json: JSON {
        .object([
            "nameservers": .array(
                servers.map { server in
                    .object([
                        "name": .string(server.name.text),
                        "glue": .strings(server.addresses.map(\.description)),
                    ])
                }),
            "ttl": .integer(ttl),
        ])
    }
}

extension NameserverView {
    fileprivate func json(in zone: Name) -> JSON {
        .object([
            "name": .string(name.text),
            "address": .string(address?.description),
            "state": .string(state.name),
            "detail": .string(state.clause),
            "serial": .integer(serial),
            "nameservers": nameserverNames.map { .strings($0.sorted().map(\.text)) } ?? .null,
            "questions": .array((lookups + [soa, delegation].compactMap { $0 }).map(\.json)),
            "again": .array(second.map(\.json)),
            "duration": .duration(duration),
        ])
    }
}
