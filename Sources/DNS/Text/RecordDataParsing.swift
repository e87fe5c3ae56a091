import Addresses

extension RecordData {
    /// Reads the data of a record of this type from presentation format; `\#` is understood for
    /// every type.
    package init(
        type: RecordType, class: RecordClass = .in, fields: some Collection<TextField>, origin: Name
    ) throws(DNSError) {
        var reader = FieldReader(fields, origin: origin)
        if let first = fields.first, !first.isQuoted, first.text == "\\#" {
            _ = try reader.field("")
            let length: UInt16 = try reader.number("the data length")
            let wire = reader.isAtEnd ? [] : try reader.hex("the data")
            guard wire.count == Int(length) else {
                throw .malformed("the data is \(wire.count) bytes long and not \(length)")
            }
            try self.init(type: type, class: `class`, wire: wire)
        } else {
            try self.init(type: type, class: `class`, from: &reader)
            try reader.finish()
        }
    }

    private init(type: RecordType, class: RecordClass, from reader: inout FieldReader)
        throws(DNSError)
    {
        switch type {
        case .a where `class` == .in: self = .address(try reader.address(.ipv4))
        case .aaaa where `class` == .in: self = .address(try reader.address(.ipv6))
        case .cname, .dname, .ns, .ptr: self = .name(try reader.name("the target"))
        case .soa: self = .soa(try SOA(from: &reader))
        case .mx:
            self = .mx(
                MX(
                    preference: try reader.number("the preference"),
                    exchange: try reader.name("the exchange")))
        case .txt:
            var strings = [try reader.characterString("the text")]
            while !reader.isAtEnd { strings.append(try reader.characterString("the text")) }
            self = .txt(strings)
        case .srv where `class` == .in:
            self = .srv(
                SRV(
                    priority: try reader.number("the priority"),
                    weight: try reader.number("the weight"), port: try reader.number("the port"),
                    target: try reader.name("the target")))
        case .caa:
            let flags: UInt8 = try reader.number("the flags")
            let tag = try reader.characterString("the tag")
            guard CAA.isTag(tag) else { throw .malformed("the tag is not letters and digits") }
            self = .caa(CAA(flags: flags, tag: tag, value: try reader.longString("the value")))
        case .tlsa:
            self = .tlsa(
                TLSA(
                    usage: try reader.number("the usage"),
                    selector: try reader.number("the selector"),
                    matchingType: try reader.number("the matching type"),
                    association: try reader.hex("the association")))
        case .svcb, .https: self = .service(try ServiceBinding(from: &reader))
        case .ds, .cds: self = .ds(try DS(from: &reader))
        case .dnskey, .cdnskey: self = .dnskey(try DNSKEY(from: &reader))
        case .rrsig: self = .rrsig(try RRSIG(from: &reader))
        case .nsec:
            self = .nsec(
                NSEC(nextName: try reader.name("the next name"), types: try reader.types()))
        case .nsec3: self = .nsec3(try NSEC3(from: &reader))
        case .nsec3param:
            self = .nsec3param(
                NSEC3PARAM(
                    hashAlgorithm: try reader.number("the hash algorithm"),
                    flags: try reader.number("the flags"),
                    iterations: try reader.number("the iterations"), salt: try reader.salt()))
        default:
            throw .malformed("data of type \(type) must be written as \\# LENGTH HEX")
        }
    }
}

extension FieldReader {
    fileprivate mutating func address(_ family: IPAddress.Family) throws(DNSError) -> IPAddress {
        let text = try field("the address").text
        guard let address = IPAddress(text), address.family == family else {
            throw .malformed("\"\(text)\" is not an \(family == .ipv4 ? "IPv4" : "IPv6") address")
        }
        return address
    }

    fileprivate mutating func algorithm() throws(DNSError) -> SecurityAlgorithm {
        let text = try field("the algorithm").text
        guard let algorithm = SecurityAlgorithm(text: text) else {
            throw .malformed("\"\(text)\" is not a DNSSEC algorithm")
        }
        return algorithm
    }

    fileprivate mutating func time(_ what: String) throws(DNSError) -> UInt32 {
        let field = try field(what)
        guard let time = SignatureTime.parse(field.bytes) else {
            throw .malformed("\(what) \"\(field.text)\" is not YYYYMMDDHHmmSS")
        }
        return time
    }
}

extension SOA {
    fileprivate init(from reader: inout FieldReader) throws(DNSError) {
        self.init(
            primary: try reader.name("the primary"), mailbox: try reader.name("the mailbox"),
            serial: try reader.number("the serial"), refresh: try reader.time(of: "the refresh"),
            retry: try reader.time(of: "the retry"), expire: try reader.time(of: "the expire"),
            minimum: try reader.time(of: "the minimum"))
    }
}

extension DS {
    fileprivate init(from reader: inout FieldReader) throws(DNSError) {
        self.init(
            keyTag: try reader.number("the key tag"), algorithm: try reader.algorithm(),
            digestType: DigestType(rawValue: try reader.number("the digest type")),
            digest: try reader.hex("the digest"))
    }
}

extension DNSKEY {
    fileprivate init(from reader: inout FieldReader) throws(DNSError) {
        self.init(
            flags: try reader.number("the flags"), protocol: try reader.number("the protocol"),
            algorithm: try reader.algorithm(), publicKey: try reader.base64("the key"))
    }
}

extension RRSIG {
    fileprivate init(from reader: inout FieldReader) throws(DNSError) {
        self.init(
            typeCovered: try reader.type("the covered type"), algorithm: try reader.algorithm(),
            labels: try reader.number("the label count"),
            originalTTL: try reader.number("the original TTL"),
            expiration: try reader.time("the expiration"),
            inception: try reader.time("the inception"),
            keyTag: try reader.number("the key tag"), signer: try reader.name("the signer"),
            signature: try reader.base64("the signature"))
    }
}

extension NSEC3 {
    fileprivate init(from reader: inout FieldReader) throws(DNSError) {
        self.init(
            hashAlgorithm: try reader.number("the hash algorithm"),
            flags: try reader.number("the flags"), iterations: try reader.number("the iterations"),
            salt: try reader.salt(), nextHash: try reader.nextHash(), types: try reader.types())
    }
}

extension FieldReader {
    fileprivate mutating func nextHash() throws(DNSError) -> [UInt8] {
        let field = try field("the next hash")
        guard let hash = TextEncoding.decodeBase32Hex(field.bytes), (1...255).contains(hash.count)
        else {
            throw .malformed("the next hash \"\(field.text)\" is not base 32")
        }
        return hash
    }

    /// Seconds, or BIND's units as in `1h30m`.
    fileprivate mutating func time(of what: String) throws(DNSError) -> UInt32 {
        let text = try field(what)
        guard let seconds = ZoneTime.parse(text.bytes) else {
            throw .malformed("\(what) \"\(text.text)\" is not a time")
        }
        return seconds
    }
}
