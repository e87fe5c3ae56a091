/// A zone that changes while resolvers hold its old version in their caches.
package final class ChangedZone: Sendable {
    package let world: PathWorld
    private let authority: PathAuthority
    private let resolvers: [Daemon]

    /// Unbound, BIND and Knot Resolver by the last parts of their addresses; all hold `changed.test.`.
    package static let (unbound, bind, knot) = (71, 72, 73)
    package static let (oldSerial, newSerial) = (2026_0101, 2026_0102)

    /// `look` comes when the caches are filled and the zone has not changed yet.
    package init(look: (PathWorld) async throws -> Void) async throws {
        let world = try await PathWorld.shared.value
        let place = world.place
        self.world = world
        authority = try await PathAuthority.nsd(at: 31, Self.before(place), on: place)
        async let unbound = PathResolvers.unbound(at: Self.unbound, hints: world.hints, on: place)
        async let bind = PathResolvers.bind([Self.bind: ""], hints: world.hints, on: place)
        async let knot = PathResolvers.knot(at: Self.knot, hints: world.hints, on: place)
        resolvers = try await [unbound, bind, knot]
        _ = try await together([Self.unbound, Self.bind, Self.knot]) { host in
            for (name, type) in Self.asked { _ = try await place.dig(host, name, type) }
        }
        try await look(world)
        try await authority.replace(Self.after(place), at: 31)
        try await place.wait("the end of brief.test.'s SOA in the cache") {
            try await place.dig(Self.unbound, "brief.test", "SOA").contains("\(Self.newSerial)")
        }
    }

    /// The questions that fill the caches.
    private static let asked =
        ["refused", "works", "equal", "created", "later"].map { ($0 + ".changed.test", "A") }
        + ["unproven", "remembered", "alias"].map { ($0 + ".brief.test", "A") }
        + [("hop.changed.test", "A"), ("changed.test", "SOA")]

    private static func before(_ place: PathPlace) -> [PathZone] {
        let (web, none) = (place.address(PathWorld.web), place.address(PathWorld.noWeb))
        return [
            PathZone(
                "changed.test.", serial: oldSerial, servers: PathZone.servers(31),
                records: """
                    refused 3600 A \(none)
                    works 3600 A \(web)
                    equal 300 A \(none)
                    later TXT "no address yet"
                    hop CNAME old.brief.test.
                    """),
            PathZone(
                "brief.test.", serial: oldSerial, servers: PathZone.servers(31), memory: 1,
                records: """
                    unproven 300 A \(web)
                    remembered 300 A \(web)
                    old 300 A \(none)
                    new 300 A \(web)
                    alias CNAME refused.changed.test.
                    """),
        ]
    }

    private static func after(_ place: PathPlace) -> [PathZone] {
        let (web, none) = (place.address(PathWorld.web), place.address(PathWorld.noWeb))
        let other = place.address(PathWorld.otherWeb)
        return [
            PathZone(
                "changed.test.", serial: newSerial, servers: PathZone.servers(31),
                records: """
                    refused 60 A \(web)
                    works 60 A \(other)
                    equal 300 A \(web)
                    later A \(web)
                    hop CNAME new.brief.test.
                    created A \(web)
                    """),
            PathZone(
                "brief.test.", serial: newSerial, servers: PathZone.servers(31), memory: 1,
                records: """
                    unproven 300 A \(other)
                    remembered 300 A \(other)
                    old 300 A \(none)
                    new 300 A \(web)
                    alias CNAME refused.changed.test.
                    """),
        ]
    }
}
