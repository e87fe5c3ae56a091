import DNS
import DNSSEC
import OpenSSL

/// A key of a zone with its DNSKEY record.
struct SigningKey: Sendable {
    let key: PrivateKey
    let dnskey: DNSKEY

    /// Makes a fresh key; `flags` are 256 for a zone-signing key, 257 with the SEP bit.
    init(
        _ algorithm: SecurityAlgorithm, flags: UInt16, labelled label: SecurityAlgorithm? = nil
    ) throws(OpenSSLError) {
        let kind: PrivateKey.Kind =
            switch algorithm {
            case .rsaSHA256: .rsa(bits: 2048)
            case .ed25519: .edwards(.ed25519)
            default: .ecdsa(.p256)
            }
        key = try .generate(kind)
        digest = algorithm.digest
        dnskey = DNSKEY(
            flags: flags, algorithm: label ?? algorithm, publicKey: key.publicKeyBytes)
    }

    private let digest: Digest?

    func sign(
        _ rrset: RRset, in zone: Name, valid window: ClosedRange<Int64>
    ) throws(OpenSSLError) -> Record {
        var signature = RRSIG(
            typeCovered: rrset.type, algorithm: dnskey.algorithm,
            labels: UInt8(truncatingIfNeeded: rrset.owner.signedLabelCount),
            originalTTL: rrset.ttl, expiration: UInt32(truncatingIfNeeded: window.upperBound),
            inception: UInt32(truncatingIfNeeded: window.lowerBound), keyTag: dnskey.keyTag,
            signer: zone, signature: [])
        signature.signature = try key.sign(
            CanonicalForm.signedData(rrset, by: signature), digest: digest)
        return Record(
            owner: rrset.owner, type: .rrsig, ttl: rrset.ttl, data: .rrsig(signature))
    }
}

/// How a zone is signed.
struct Signing: Sendable {
    enum Denial: Sendable {
        case nsec, nsec3
    }

    var keys: [SigningKey]
    var denial: Denial
    var window: ClosedRange<Int64>

    /// The keys that sign the DNSKEY RRset, and that the parent's DS names.
    var entryPoints: [SigningKey] { keys.filter(\.dnskey.isSecureEntryPoint) }

    /// The keys that sign all the rest; a lone key does both.
    fileprivate var zoneKeys: [SigningKey] {
        let own = keys.filter { !$0.dnskey.isSecureEntryPoint }
        return own.isEmpty ? keys : own
    }
}

extension Zone {
    /// Adds keys, denial records and signatures (RFC 4035 2, RFC 5155 7.1).
    mutating func sign(_ signing: Signing) throws(OpenSSLError) {
        for key in signing.keys { add(apex, .dnskey, .dnskey(key.dnskey)) }
        switch signing.denial {
        case .nsec: addNSEC()
        case .nsec3: addNSEC3()
        }
        for name in nodes.keys where isAuthoritative(for: name) {
            guard var node = nodes[name] else { continue }
            // A cut's NS records belong to the child (RFC 4035 2.2).
            let isCut = name != apex && node.records[.ns] != nil
            for (type, records) in node.records where !isCut || type == .ds || type == .nsec {
                let keys = type == .dnskey ? signing.entryPoints : signing.zoneKeys
                node.signatures[type] = try signatures(of: records, type, keys, signing.window)
            }
            nodes[name] = node
        }
        for index in hashed.indices {
            let records = hashed[index].node.records[.nsec3] ?? []
            hashed[index].node.signatures[.nsec3] = try signatures(
                of: records, .nsec3, signing.zoneKeys, signing.window)
        }
    }

    private func signatures(
        of records: [Record], _ type: RecordType, _ keys: [SigningKey],
        _ window: ClosedRange<Int64>
    ) throws(OpenSSLError) -> [Record] {
        guard let owner = records.first?.owner,
            let rrset = RRset(owner: owner, type: type, in: records)
        else { return [] }
        var signatures: [Record] = []
        for key in keys { signatures.append(try key.sign(rrset, in: apex, valid: window)) }
        return signatures
    }

    /// The names that the zone speaks for, in canonical order.
    private var authoritativeNames: [Name] {
        nodes.keys.filter { isAuthoritative(for: $0) }.sorted()
    }

    private mutating func addNSEC() {
        // Empty non-terminals have no NSEC record (RFC 4035 2.3).
        ordered = authoritativeNames.filter { nodes[$0]?.records.isEmpty == false }
        for (index, name) in ordered.enumerated() {
            let next = index + 1 < ordered.count ? ordered[index + 1] : apex
            let types = (nodes[name]?.records.keys).map(Array.init) ?? []
            let bitmap = TypeBitmap(visible(types, at: name) + [.rrsig, .nsec])
            add(name, .nsec, .nsec(NSEC(nextName: next, types: bitmap)))
        }
    }

    private mutating func addNSEC3() {
        let parameters = NSEC3PARAM(hashAlgorithm: 1, flags: 0, iterations: 0, salt: [])
        add(apex, .nsec3param, .nsec3param(parameters), ttl: 0)
        let names = authoritativeNames.map { name in
            (name, NSEC3Hash.hash(name, iterations: 0, salt: []))
        }.sorted { $0.1.lexicographicallyPrecedes($1.1) }
        for (index, (name, hash)) in names.enumerated() {
            let types = (nodes[name]?.records.keys).map(Array.init) ?? []
            let shown = visible(types, at: name)
            // Nothing is signed at an empty non-terminal or at a cut without DS (RFC 5155 7.1).
            let isSigned = shown.contains { $0 != .ns || name == apex }
            let nsec3 = NSEC3(
                hashAlgorithm: 1, flags: 0, iterations: 0, salt: [],
                nextHash: names[(index + 1) % names.count].1,
                types: TypeBitmap(shown + (isSigned ? [.rrsig] : [])))
            guard let owner = apex.child(NSEC3.label(hash)) else { continue }
            var node = Node()
            node.records[.nsec3] = [
                Record(owner: owner, type: .nsec3, ttl: 300, data: .nsec3(nsec3))
            ]
            hashed.append((hash, node))
        }
    }

    /// The types that a denial record lists: at a cut only the parent's own.
    private func visible(_ types: [RecordType], at name: Name) -> [RecordType] {
        name != apex && types.contains(.ns) ? types.filter { $0 == .ns || $0 == .ds } : types
    }
}
