import DNS
import Lab

@testable import DNSSEC

// What an attacker can do who holds the keys of one zone.
extension Forgery {
    /// Signs an RRset with the attacker's key, in any zone's name.
    mutating func sign(_ section: Section, _ script: inout Script) {
        guard let record = pick(section, &script) else { return }
        sign(record.owner, record.type, section, &script)
    }

    /// Gives a record other data and signs it.
    mutating func replaceData(_ section: Section, _ script: inout Script) {
        guard let record = pick(section, &script),
            let index = message[keyPath: section].firstIndex(of: record)
        else { return }
        let key = tree.attackersKey.dnskey
        let name = tree.question(&script).name
        switch record.data {
        case .address: message[keyPath: section][index].data = .unknown([203, 0, 113, 66])
        case .name: message[keyPath: section][index].data = .name(name)
        case .dnskey: message[keyPath: section][index].data = .dnskey(key)
        case .ds:
            guard let ds = DS(of: key, zone: record.owner, digestType: .sha256) else { return }
            message[keyPath: section][index].data = .ds(ds)
        default: return
        }
        sign(record.owner, record.type, section, &script)
    }

    /// Makes an NSEC or NSEC3 record out of nothing and signs it.
    mutating func addDenial(_ section: Section, _ script: inout Script) {
        let (from, to) = (tree.question(&script).name, tree.question(&script).name)
        let types = TypeBitmap(Self.types.filter { _ in script.flag() })
        guard script.flag() else {
            let nsec = NSEC(nextName: to, types: types)
            add(Record(owner: from, type: .nsec, ttl: 9, data: .nsec(nsec)), section, &script)
            return
        }
        let iterations = Self.iterations[script.number(below: Self.iterations.count)]
        let salt: [UInt8] = script.flag() ? [7] : []
        let zone = tree.zones[script.number(below: tree.zones.count)].apex
        let hash = { NSEC3Hash.hash($0, iterations: iterations, salt: salt) }
        // Costly parameters need no true hashes to be costly.
        let isDear = iterations > 1000
        let owner = isDear ? [UInt8](repeating: 1, count: 20) : hash(from)
        let next = isDear ? [UInt8](repeating: 0, count: 20) : hash(to)
        let nsec3 = NSEC3(
            hashAlgorithm: 1, flags: script.flag() ? 1 : 0, iterations: iterations, salt: salt,
            nextHash: next, types: types)
        guard let owner = zone.child(NSEC3.label(owner)) else { return }
        add(Record(owner: owner, type: .nsec3, ttl: 9, data: .nsec3(nsec3)), section, &script)
    }

    /// Adds many keys of the same tag to a key set and signs it (CVE-2023-50387): the tag is a sum of 16-bit words.
    mutating func collide(_ script: inout Script) {
        guard let record = message.answers.first(where: { $0.dnskey != nil }),
            let key = record.dnskey, key.publicKey.count >= 4
        else { return }
        let words = key.publicKey.count / 2
        for distance in 1...(1 + script.number(below: 60)) {
            var bytes = key.publicKey
            let (one, two) = (2 * (distance % words), 2 * (distance * 7 / words % words))
            bytes.swapAt(one, two)
            bytes.swapAt(one + 1, two + 1)
            let collider = DNSKEY(
                flags: key.flags, algorithm: key.algorithm, publicKey: bytes)
            message.answers.append(
                Record(owner: record.owner, type: .dnskey, ttl: 9, data: .dnskey(collider)))
        }
        sign(record.owner, .dnskey, \.answers, &script)
    }

    /// Repeats signatures, each a little wrong, in front of the true ones.
    mutating func multiply(_ section: Section, _ script: inout Script) {
        let signatures = message[keyPath: section].filter { $0.rrsig != nil }
        var wrong: [Record] = []
        // Seldom enough to come to the budget, which takes its time.
        let rounds = script.number(below: 16)
        for round in 0..<(rounds < 15 ? rounds : 100) {
            for record in signatures {
                guard var signature = record.rrsig, !signature.signature.isEmpty else { continue }
                signature.signature[0] ^= UInt8(truncatingIfNeeded: round + 1)
                var copy = record
                copy.data = .rrsig(signature)
                wrong.append(copy)
            }
        }
        message[keyPath: section] = wrong.prefix(500) + message[keyPath: section]
    }

    private func pick(_ section: Section, _ script: inout Script) -> Record? {
        let records = message[keyPath: section].filter { $0.type != .rrsig }
        return records.isEmpty ? nil : records[script.number(below: records.count)]
    }

    private mutating func add(_ record: Record, _ section: Section, _ script: inout Script) {
        message[keyPath: section].append(record)
        sign(record.owner, record.type, section, &script)
    }

    private mutating func sign(
        _ owner: Name, _ type: RecordType, _ section: Section, _ script: inout Script
    ) {
        guard let rrset = RRset(owner: owner, type: type, in: message[keyPath: section]) else {
            return
        }
        var fields = SigningKey.Fields()
        let (labels, tag) = (script.number(below: 8), script.number(below: 8))
        if labels < 5 { fields.labels = UInt8(labels) }
        if tag < tree.keyTags.count { fields.keyTag = tree.keyTags[tag] }
        let signer =
            script.flag()
            ? tree.zones[script.number(below: tree.zones.count)].apex : TrueTree.attackers
        guard
            let signature = try? tree.attackersKey.sign(
                rrset, in: signer, valid: TrueTree.window, fields)
        else { return }
        if script.flag() {
            message[keyPath: section].removeAll {
                $0.owner == owner && $0.rrsig?.typeCovered == type
            }
        }
        message[keyPath: section].append(signature)
    }

    private static let types: [RecordType] = [.a, .ns, .soa, .cname, .dname, .ds, .rrsig, .nxname]
    private static let iterations: [UInt16] = [0, 1, 150, 151, .max]
}
