package import DNS
import DNSSEC
package import OpenSSL

/// A key of a zone with its DNSKEY record.
package struct SigningKey: Sendable {
    package let key: PrivateKey
    package var dnskey: DNSKEY

    /// Makes a fresh key; `flags` are 256 for a zone-signing key, 257 with the SEP bit. `bits` counts for RSA.
    package init(
        _ algorithm: SecurityAlgorithm, flags: UInt16, labelled label: SecurityAlgorithm? = nil,
        bits: Int = 2048
    ) throws(OpenSSLError) {
        let kind: PrivateKey.Kind =
            switch algorithm {
            case .rsaSHA1, .rsaSHA1NSEC3, .rsaSHA256, .rsaSHA512: .rsa(bits: bits)
            case .ecdsaP384SHA384: .ecdsa(.p384)
            case .ed25519: .edwards(.ed25519)
            case .ed448: .edwards(.ed448)
            default: .ecdsa(.p256)
            }
        key = try .generate(kind)
        digest = algorithm.digest
        dnskey = DNSKEY(
            flags: flags, algorithm: label ?? algorithm, publicKey: key.publicKeyBytes)
    }

    /// Takes a key that is there already, whose kind must be the algorithm's.
    package init(_ key: PrivateKey, _ algorithm: SecurityAlgorithm, flags: UInt16) {
        (self.key, digest) = (key, algorithm.digest)
        dnskey = DNSKEY(flags: flags, algorithm: algorithm, publicKey: key.publicKeyBytes)
    }

    private let digest: Digest?

    /// What a signature may say otherwise than a correct signer would; nil is the right value.
    package struct Fields: Sendable {
        package var labels: UInt8?
        package var originalTTL: UInt32?
        package var keyTag: UInt16?
        package init() {}
    }

    package func sign(
        _ rrset: RRset, in zone: Name, valid window: ClosedRange<Int64>,
        _ fields: Fields = Fields()
    ) throws(OpenSSLError) -> Record {
        var signature = RRSIG(
            typeCovered: rrset.type, algorithm: dnskey.algorithm,
            labels: fields.labels ?? UInt8(truncatingIfNeeded: rrset.owner.signedLabelCount),
            originalTTL: fields.originalTTL ?? rrset.ttl,
            expiration: UInt32(truncatingIfNeeded: window.upperBound),
            inception: UInt32(truncatingIfNeeded: window.lowerBound),
            keyTag: fields.keyTag ?? dnskey.keyTag, signer: zone, signature: [])
        signature.signature = try key.sign(
            CanonicalForm.signedData(rrset, by: signature), digest: digest)
        return Record(
            owner: rrset.owner, type: .rrsig, ttl: rrset.ttl, data: .rrsig(signature))
    }
}

extension Zone {
    /// Adds keys, denial records and signatures (RFC 4035 2, RFC 5155 7.1).
    package mutating func sign(_ signing: Signing) throws(OpenSSLError) {
        for key in signing.keys { add(apex, .dnskey, .dnskey(key.dnskey)) }
        switch signing.denial {
        case .nsec: addNSEC()
        case .nsec3(let hashing): addNSEC3(hashing)
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

    private mutating func addNSEC3(_ hashing: Signing.Hashing) {
        self.hashing = hashing
        let (iterations, salt) = (hashing.iterations, hashing.salt)
        let parameters = NSEC3PARAM(
            hashAlgorithm: 1, flags: 0, iterations: iterations, salt: salt)
        add(apex, .nsec3param, .nsec3param(parameters), ttl: 0)
        let names = authoritativeNames.filter { !hashing.optsOut || !isUnsignedCut($0) }
            .map { ($0, hashing.hash($0)) }
            .sorted { $0.1.lexicographicallyPrecedes($1.1) }
        for (index, (name, hash)) in names.enumerated() {
            let types = (nodes[name]?.records.keys).map(Array.init) ?? []
            let shown = visible(types, at: name)
            // Nothing is signed at an empty non-terminal or at a cut without DS (RFC 5155 7.1).
            let isSigned = shown.contains { $0 != .ns || name == apex }
            let nsec3 = NSEC3(
                hashAlgorithm: 1, flags: hashing.optsOut ? 1 : 0, iterations: iterations,
                salt: salt, nextHash: names[(index + 1) % names.count].1,
                types: TypeBitmap(shown + (isSigned ? [.rrsig] : [])))
            guard let owner = apex.child(NSEC3.label(hash)) else { continue }
            var node = Node()
            node.records[.nsec3] = [
                Record(owner: owner, type: .nsec3, ttl: 300, data: .nsec3(nsec3))
            ]
            hashed.append((hash, node))
        }
    }

    private func isUnsignedCut(_ name: Name) -> Bool {
        guard name != apex, let records = nodes[name]?.records else { return false }
        return records[.ns] != nil && records[.ds] == nil
    }

    /// The types that a denial record lists: at a cut only the parent's own.
    private func visible(_ types: [RecordType], at name: Name) -> [RecordType] {
        name != apex && types.contains(.ns) ? types.filter { $0 == .ns || $0 == .ds } : types
    }
}
