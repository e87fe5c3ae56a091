extension SOA {
    init(from reader: inout Reader) throws(DNSError) {
        self.init(
            primary: try reader.name(), mailbox: try reader.name(), serial: try reader.uint32(),
            refresh: try reader.uint32(), retry: try reader.uint32(), expire: try reader.uint32(),
            minimum: try reader.uint32())
    }

    func write(to writer: inout Writer, isCanonical: Bool) {
        writer.compressibleName(primary, lowercased: isCanonical)
        writer.compressibleName(mailbox, lowercased: isCanonical)
        for field in [serial, refresh, retry, expire, minimum] { writer.uint32(field) }
    }
}

extension SRV {
    init(from reader: inout Reader) throws(DNSError) {
        self.init(
            priority: try reader.uint16(), weight: try reader.uint16(), port: try reader.uint16(),
            target: try reader.name())
    }
}

extension CAA {
    init(from reader: inout Reader) throws(DNSError) {
        self.init(
            flags: try reader.uint8(), tag: try reader.characterString(), value: reader.rest())
        guard !tag.isEmpty else { throw .malformed("a CAA record has an empty tag") }
    }
}

extension TLSA {
    init(from reader: inout Reader) throws(DNSError) {
        self.init(
            usage: try reader.uint8(), selector: try reader.uint8(),
            matchingType: try reader.uint8(), association: reader.rest())
    }
}

extension ServiceBinding {
    init(from reader: inout Reader) throws(DNSError) {
        self.init(priority: try reader.uint16(), target: try reader.name(), parameters: [])
        while reader.left > 0 {
            let key = try reader.uint16()
            guard parameters.last.map({ $0.key < key }) ?? true else {
                throw .malformed("a service binding's keys are not ascending")
            }
            let value = try reader.bytes(Int(try reader.uint16()))
            parameters.append(Parameter(key: key, value: value))
        }
    }

    func write(to writer: inout Writer) {
        writer.uint16(priority)
        writer.name(target)
        for parameter in parameters {
            writer.uint16(parameter.key)
            writer.counted { $0.raw(parameter.value) }
        }
    }
}

extension DS {
    init(from reader: inout Reader) throws(DNSError) {
        self.init(
            keyTag: try reader.uint16(),
            algorithm: SecurityAlgorithm(rawValue: try reader.uint8()),
            digestType: DigestType(rawValue: try reader.uint8()), digest: reader.rest())
    }
}

extension DNSKEY {
    init(from reader: inout Reader) throws(DNSError) {
        self.init(
            flags: try reader.uint16(), protocol: try reader.uint8(),
            algorithm: SecurityAlgorithm(rawValue: try reader.uint8()), publicKey: reader.rest())
    }
}

extension RRSIG {
    init(from reader: inout Reader) throws(DNSError) {
        self.init(
            typeCovered: RecordType(rawValue: try reader.uint16()),
            algorithm: SecurityAlgorithm(rawValue: try reader.uint8()),
            labels: try reader.uint8(), originalTTL: try reader.uint32(),
            expiration: try reader.uint32(), inception: try reader.uint32(),
            keyTag: try reader.uint16(), signer: try reader.name(), signature: reader.rest())
    }

    func write(to writer: inout Writer, isCanonical: Bool) {
        writer.uint16(typeCovered.rawValue)
        writer.raw([algorithm.rawValue, labels])
        for field in [originalTTL, expiration, inception] { writer.uint32(field) }
        writer.uint16(keyTag)
        writer.name(signer, lowercased: isCanonical)
        writer.raw(signature)
    }
}

extension NSEC3 {
    init(from reader: inout Reader) throws(DNSError) {
        self.init(
            hashAlgorithm: try reader.uint8(), flags: try reader.uint8(),
            iterations: try reader.uint16(), salt: try reader.characterString(),
            nextHash: try reader.characterString(), types: try TypeBitmap(from: &reader))
        guard !nextHash.isEmpty else { throw .malformed("an NSEC3 record has an empty next hash") }
    }

    func write(to writer: inout Writer) {
        writer.raw([hashAlgorithm, flags])
        writer.uint16(iterations)
        writer.characterString(salt)
        writer.characterString(nextHash)
        types.write(to: &writer)
    }
}

extension NSEC3PARAM {
    init(from reader: inout Reader) throws(DNSError) {
        self.init(
            hashAlgorithm: try reader.uint8(), flags: try reader.uint8(),
            iterations: try reader.uint16(), salt: try reader.characterString())
    }
}

/// Where the names stand in the old types of RFC 4034 6.2 that this program does not look into.
struct LegacyLayout {
    /// Fixed bytes before the names, character-strings after those, then how many names.
    let (fixed, strings, names): (Int, Int, Int)

    func read(_ reader: inout Reader) throws(DNSError) -> [LegacyField] {
        var head = try reader.bytes(fixed)
        for _ in 0..<strings {
            let string = try reader.characterString()
            head += [UInt8(string.count)] + string
        }
        var fields: [LegacyField] = head.isEmpty ? [] : [.bytes(head)]
        for _ in 0..<names { fields.append(.name(try reader.name())) }
        return fields
    }

    /// MD, MF, MB, MG, MR, MINFO, RP, AFSDB, RT, PX, NAPTR, KX.
    static let of: [UInt16: LegacyLayout] = [
        3: LegacyLayout(0, 0, 1), 4: LegacyLayout(0, 0, 1), 7: LegacyLayout(0, 0, 1),
        8: LegacyLayout(0, 0, 1), 9: LegacyLayout(0, 0, 1), 14: LegacyLayout(0, 0, 2),
        17: LegacyLayout(0, 0, 2), 18: LegacyLayout(2, 0, 1), 21: LegacyLayout(2, 0, 1),
        26: LegacyLayout(2, 0, 2), 35: LegacyLayout(4, 3, 1), 36: LegacyLayout(2, 0, 1),
    ]

    private init(_ fixed: Int, _ strings: Int, _ names: Int) {
        (self.fixed, self.strings, self.names) = (fixed, strings, names)
    }
}
