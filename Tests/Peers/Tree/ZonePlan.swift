/// What a validator can say of an answer, RFC 4035 4.3.
package enum Status: String, Sendable, Hashable, Decodable {
    case secure, insecure, bogus, indeterminate
}

/// A question about the tree and the verdict that the RFCs ask for.
package struct Case: Sendable {
    package let name: String
    package let type: String
    package let expected: Status
    /// The failure class that goes with it, by its public name; nil where nothing is wrong.
    package let failure: String?
    /// What Unbound and delv say where they are known to differ from the RFCs.
    package let unbound: Status?
    package let delv: DelvVerdict?

    package init(
        _ name: String, _ type: String, _ expected: Status, _ failure: String? = nil,
        unbound: Status? = nil, delv: DelvVerdict? = nil
    ) {
        (self.name, self.type, self.expected, self.failure) = (name, type, expected, failure)
        (self.unbound, self.delv) = (unbound, delv)
    }
}

/// One zone of the tree: how it is signed, what is broken afterwards, what to ask of it.
package struct ZonePlan: Sendable {
    package enum Server: Sendable { case bind, nsd }
    package enum Denial: Sendable, Equatable {
        case nsec
        case nsec3(iterations: Int)
        case optOut
        case unsigned
    }
    package typealias Edit = @Sendable (inout ZoneFile, ZoneKeys) async throws -> Void
    package typealias Delegation =
        @Sendable ([ZoneFile.Record], ZoneKeys) async throws -> [ZoneFile.Record]

    /// Absolute and in lower case.
    package let zone: String
    package let server: Server
    package let algorithm: Algorithm
    package let denial: Denial
    /// When the signatures begin and end, in days from now.
    package let days: ClosedRange<Int>
    /// Records besides the usual ones, in master-file form; names relative to the zone.
    package let extra: String
    package let digests: [Int]
    /// Changes the DS records before the parent is signed.
    package let delegation: Delegation
    /// Changes the zone after it was signed.
    package let edit: Edit
    /// Names relative to the zone; `@` is its apex.
    package let cases: [Case]

    package init(
        _ zone: String, server: Server = .nsd, algorithm: Algorithm = .ecdsap256sha256,
        denial: Denial = .nsec, days: ClosedRange<Int> = -1...30, extra: String = "",
        digests: [Int] = [2], delegation: @escaping Delegation = { signers, _ in signers },
        edit: @escaping Edit = { _, _ in }, cases: [Case]
    ) {
        (self.zone, self.server, self.algorithm) = (zone, server, algorithm)
        (self.denial, self.days, self.extra, self.digests) = (denial, days, extra, digests)
        (self.delegation, self.edit, self.cases) = (delegation, edit, cases)
    }

    /// The absolute name of a name relative to the zone.
    package func absolute(_ name: String) -> String {
        if name == "@" { return zone }
        return zone == "." ? name + "." : name + "." + zone
    }

    /// What every leaf holds.
    static let usual = """
        www A 192.0.2.1
        www AAAA 2001:db8::1
        mail A 192.0.2.2
        mail MX 10 mail
        text TXT "a text of this zone"
        *.wild A 192.0.2.3
        a.empty A 192.0.2.4
        alias CNAME www

        """
}
