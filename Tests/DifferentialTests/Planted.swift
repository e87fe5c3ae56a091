import Addresses
@testable import DNS
import DNSSEC
import Lab
import OpenSSL
import Peers

/// A zone with its signatures, to be broken before it is served.
struct Planted {
    let plan: PlannedZone
    var keyring: Keyring
    let window: ClosedRange<Int64>
    var records: [Record]

    var apex: Name { plan.apex }

    /// Names of owner and type, in an order that no key decides.
    func rrsets(_ isWanted: (RRset) -> Bool = { _ in true }) -> [RRset] {
        var seen: Set<Question> = []
        return records.filter { $0.type != .rrsig }
            .filter { seen.insert(Question($0.owner, $0.type)).inserted }
            .sorted { ($0.owner, $0.type) < ($1.owner, $1.type) }
            .compactMap { RRset(owner: $0.owner, type: $0.type, in: records) }
            .filter(isWanted)
    }

    /// Those that have signatures.
    var signed: [RRset] { rrsets { !$0.signatures.isEmpty } }

    /// Puts other records and signatures in the place of an RRset's.
    mutating func replace(_ rrset: RRset, by others: [Record]) {
        records.removeAll { record in
            record.owner == rrset.owner
                && (record.type == rrset.type || record.rrsig?.typeCovered == rrset.type)
        }
        records += others
    }

    /// Changes every signature over an RRset.
    mutating func changeSignatures(of rrset: RRset, _ change: (inout RRSIG) -> Void) {
        for index in records.indices where records[index].owner == rrset.owner {
            guard var signature = records[index].rrsig, signature.typeCovered == rrset.type else {
                continue
            }
            change(&signature)
            records[index].data = .rrsig(signature)
        }
    }

    /// The signatures that the zone's signer would make over an RRset, but for what is given.
    func signatures(
        over rrset: RRset, by keys: [SigningKey]? = nil, signer: Name? = nil,
        valid: ClosedRange<Int64>? = nil, _ fields: SigningKey.Fields = SigningKey.Fields()
    ) throws -> [Record] {
        let signing = Signing(keys: keyring.signing, denial: .nsec, window: window)
        let usual = rrset.type == .dnskey ? signing.entryPoints : signing.zoneKeys
        return try (keys ?? usual).map {
            try $0.sign(rrset, in: signer ?? apex, valid: valid ?? window, fields)
        }
    }

    /// Signs an RRset of these data anew.
    mutating func resign(_ rrset: RRset, data: [RecordData]) throws {
        let records = data.map {
            Record(owner: rrset.owner, type: rrset.type, ttl: rrset.ttl, data: $0)
        }
        guard let new = RRset(owner: rrset.owner, type: rrset.type, in: records) else { return }
        replace(rrset, by: records + (try signatures(over: new)))
    }
}

/// Signs planned zones, from the leaves up.
struct Forge {
    let directory: String
    let now: Int64
    /// By the depth of the zone.
    let server: @Sendable (Int) -> IPAddress

    /// The zone and all below it; `change` sees each as soon as it is signed, before its parent is.
    func plant(
        _ plan: PlannedZone, _ change: (inout Planted) throws -> Void
    ) async throws -> [Planted] {
        var below: [Planted] = []
        for child in plan.children { below += try await plant(child, change) }
        var planted = Planted(
            plan: plan, keyring: try Keyring(for: plan),
            window: (now - 86_400)...(now + 30 * 86_400), records: [])
        planted.records = data(of: plan, below: below)
        if plan.isSigned {
            switch plan.signer {
            case .own: try signOurselves(&planted)
            case .bind, .ldns: try await signByTool(&planted)
            }
        }
        try change(&planted)
        return [planted] + below
    }

    func data(of plan: PlannedZone, below: [Planted]) -> [Record] {
        let depth = plan.apex.labelCount
        var records: [Record] = []
        func add(_ owner: Name, _ type: RecordType, _ data: RecordData) {
            records.append(Record(owner: owner, type: type, ttl: 300, data: data))
        }
        let host = plan.apex.down("ns")
        add(
            plan.apex, .soa,
            .soa(
                SOA(
                    primary: host, mailbox: plan.apex.down("mail"), serial: 1, refresh: 3600,
                    retry: 600, expire: 86_400, minimum: 300)))
        add(plan.apex, .ns, .name(host))
        add(host, .a, .address(server(depth)))
        for child in below where plan.children.contains(where: { $0.apex == child.apex }) {
            let host = child.apex.down("ns")
            add(child.apex, .ns, .name(host))
            add(host, .a, .address(server(child.apex.labelCount)))
            for ds in child.keyring.delegationSigners { add(child.apex, .ds, .ds(ds)) }
        }
        return records + plan.records
    }

    private func signOurselves(_ planted: inout Planted) throws {
        var zone = Zone(apex: planted.apex)
        for record in planted.records {
            zone.add(record.owner, record.type, record.data, ttl: record.ttl)
        }
        for key in planted.keyring.published { zone.add(planted.apex, .dnskey, .dnskey(key)) }
        try zone.sign(
            Signing(
                keys: planted.keyring.signing, denial: planted.plan.denial, window: planted.window))
        planted.records = zone.records
    }

    private func signByTool(_ planted: inout Planted) async throws {
        let (plan, keyring) = (planted.plan, planted.keyring)
        let keys = keyring.signing.map(\.dnskey) + keyring.published
        let records =
            planted.records
            + keys.map { Record(owner: plan.apex, type: .dnskey, ttl: 300, data: .dnskey($0)) }
        let base = "\(directory)/\(plan.apex)"
        try write(records.map { "\($0)\n" }.joined(), to: base + "plain")
        var paths: [String] = []
        for key in keyring.signing {
            let files = key.files(in: plan.apex)
            paths.append("\(directory)/\(files.base)")
            try write(files.key, to: "\(directory)/\(files.base).key")
            try write(files.secret, to: "\(directory)/\(files.base).private")
        }
        let command = plan.signing(
            base + "plain", to: base + "signed", from: planted.window.lowerBound,
            until: planted.window.upperBound)
        try await check(command.program, command.arguments + paths, in: directory)
        planted.records = try ZoneText.records(read(base + "signed").utf8)
    }
}

extension PlannedZone {
    fileprivate func signing(
        _ plain: String, to signed: String, from begin: Int64, until end: Int64
    ) -> (program: String, arguments: [String]) {
        let (begin, end) = (SignatureTime.text(UInt32(begin)), SignatureTime.text(UInt32(end)))
        var hashing: Signing.Hashing?
        if case .nsec3(let parameters) = denial { hashing = parameters }
        let salt = hashing.map { $0.salt.isEmpty ? "-" : TextEncoding.hex($0.salt) } ?? "-"
        guard signer == .bind else {
            let options = hashing.map { hashing in
                ["-n", "-t", "\(hashing.iterations)"] + (salt == "-" ? [] : ["-s", salt])
                    + (hashing.optsOut ? ["-p"] : [])
            }
            return (
                "ldns-signzone",
                (options ?? []) + ["-o", "\(apex)", "-f", signed, "-i", begin, "-e", end, plain]
            )
        }
        let options = hashing.map { hashing in
            ["-3", salt, "-H", "\(hashing.iterations)"] + (hashing.optsOut ? ["-A"] : [])
        }
        return (
            "dnssec-signzone",
            ["-P", "-q", "-O", "full", "-o", "\(apex)", "-f", signed, "-s", begin, "-e", end]
                + (keys == .combined ? ["-z"] : []) + (options ?? []) + [plain]
        )
    }
}
