import Addresses

extension RecordData {
    /// RDATA without compression, as other servers must be able to read it (RFC 3597 4).
    package var wire: [UInt8] {
        var writer = Writer()
        write(to: &writer, isCanonical: false)
        return writer.bytes
    }

    /// RDATA in canonical form (RFC 4034 6.2, NSEC's next name left as it is by RFC 6840 5.1).
    package var canonicalWire: [UInt8] {
        var writer = Writer()
        write(to: &writer, isCanonical: true)
        return writer.bytes
    }

    /// Reads the RDATA of this type and class.
    package init(type: RecordType, class: RecordClass = .in, wire: [UInt8]) throws(DNSError) {
        var reader = Reader(wire)
        try self.init(type: type, class: `class`, from: &reader)
    }

    init(type: RecordType, class: RecordClass, from reader: inout Reader) throws(DNSError) {
        switch type {
        case .a where `class` == .in: self = .address(try Self.address(&reader, count: 4))
        case .aaaa where `class` == .in: self = .address(try Self.address(&reader, count: 16))
        case .cname, .dname, .ns, .ptr: self = .name(try reader.name())
        case .soa: self = .soa(try SOA(from: &reader))
        case .mx: self = .mx(MX(preference: try reader.uint16(), exchange: try reader.name()))
        case .txt: self = .txt(try Self.strings(&reader))
        case .srv where `class` == .in: self = .srv(try SRV(from: &reader))
        case .caa: self = .caa(try CAA(from: &reader))
        case .tlsa: self = .tlsa(try TLSA(from: &reader))
        case .svcb, .https: self = .service(try ServiceBinding(from: &reader))
        case .ds, .cds: self = .ds(try DS(from: &reader))
        case .dnskey, .cdnskey: self = .dnskey(try DNSKEY(from: &reader))
        case .rrsig: self = .rrsig(try RRSIG(from: &reader))
        case .nsec:
            self = .nsec(NSEC(nextName: try reader.name(), types: try TypeBitmap(from: &reader)))
        case .nsec3: self = .nsec3(try NSEC3(from: &reader))
        case .nsec3param: self = .nsec3param(try NSEC3PARAM(from: &reader))
        default:
            if let layout = LegacyLayout.of[type.rawValue] {
                self = .legacy(try layout.read(&reader))
            } else {
                self = .unknown(reader.rest())
            }
        }
        try reader.finish()
    }

    func write(to writer: inout Writer, isCanonical: Bool) {
        switch self {
        case .address(let address): writer.raw(address.bytes)
        case .name(let name): writer.compressibleName(name, lowercased: isCanonical)
        case .soa(let soa): soa.write(to: &writer, isCanonical: isCanonical)
        case .mx(let mx):
            writer.uint16(mx.preference)
            writer.compressibleName(mx.exchange, lowercased: isCanonical)
        case .txt(let strings): for string in strings { writer.characterString(string) }
        case .srv(let srv):
            for field in [srv.priority, srv.weight, srv.port] { writer.uint16(field) }
            writer.name(srv.target, lowercased: isCanonical)
        case .caa(let caa):
            writer.uint8(caa.flags)
            writer.characterString(caa.tag)
            writer.raw(caa.value)
        case .tlsa(let tlsa):
            writer.raw([tlsa.usage, tlsa.selector, tlsa.matchingType] + tlsa.association)
        case .service(let service): service.write(to: &writer)
        case .ds(let ds):
            writer.uint16(ds.keyTag)
            writer.raw([ds.algorithm.rawValue, ds.digestType.rawValue] + ds.digest)
        case .dnskey(let key):
            writer.uint16(key.flags)
            writer.raw([key.protocol, key.algorithm.rawValue] + key.publicKey)
        case .rrsig(let signature): signature.write(to: &writer, isCanonical: isCanonical)
        case .nsec(let nsec):
            writer.name(nsec.nextName)
            nsec.types.write(to: &writer)
        case .nsec3(let nsec3): nsec3.write(to: &writer)
        case .nsec3param(let parameters):
            writer.raw([parameters.hashAlgorithm, parameters.flags])
            writer.uint16(parameters.iterations)
            writer.characterString(parameters.salt)
        case .legacy(let fields):
            for field in fields {
                switch field {
                case .name(let name): writer.name(name, lowercased: isCanonical)
                case .bytes(let bytes): writer.raw(bytes)
                }
            }
        case .unknown(let bytes): writer.raw(bytes)
        }
    }

    private static func address(_ reader: inout Reader, count: Int) throws(DNSError) -> IPAddress {
        guard let address = IPAddress(bytes: try reader.bytes(count)) else { throw .truncated }
        return address
    }

    private static func strings(_ reader: inout Reader) throws(DNSError) -> [[UInt8]] {
        var strings = [try reader.characterString()]
        while reader.left > 0 { strings.append(try reader.characterString()) }
        return strings
    }
}
