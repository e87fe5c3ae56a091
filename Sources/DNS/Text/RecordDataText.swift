extension RecordData {
    /// The data of a record of this type in presentation format, fields parted by single spaces.
    package func text(_ type: RecordType) -> String {
        guard hasOwnText else { return Self.genericText(wire) }
        return switch self {
        case .address(let address): "\(address)"
        case .name(let name): "\(name)"
        case .soa(let soa):
            "\(soa.primary) \(soa.mailbox) \(soa.serial) \(soa.refresh) \(soa.retry) "
                + "\(soa.expire) \(soa.minimum)"
        case .mx(let mx): "\(mx.preference) \(mx.exchange)"
        case .txt(let strings): strings.map(quoted).joined(separator: " ")
        case .srv(let srv): "\(srv.priority) \(srv.weight) \(srv.port) \(srv.target)"
        case .caa(let caa):
            "\(caa.flags) \(String(decoding: caa.tag, as: UTF8.self)) \(quoted(caa.value))"
        case .tlsa(let tlsa):
            "\(tlsa.usage) \(tlsa.selector) \(tlsa.matchingType) "
                + TextEncoding.hex(tlsa.association)
        case .service(let service): service.text
        case .ds(let ds):
            "\(ds.keyTag) \(ds.algorithm.rawValue) \(ds.digestType.rawValue) "
                + TextEncoding.hex(ds.digest)
        case .dnskey(let key):
            "\(key.flags) \(key.protocol) \(key.algorithm.rawValue) "
                + TextEncoding.base64(key.publicKey)
        case .rrsig(let signature): signature.text
        case .nsec(let nsec): (["\(nsec.nextName)"] + nsec.types.names).joined(separator: " ")
        case .nsec3(let nsec3): nsec3.text
        case .nsec3param(let parameters):
            "\(parameters.hashAlgorithm) \(parameters.flags) \(parameters.iterations) "
                + saltText(parameters.salt)
        case .legacy, .unknown: Self.genericText(wire)
        }
    }

    /// False for what the type's own form cannot say, an empty last field above all.
    private var hasOwnText: Bool {
        switch self {
        case .caa(let caa): CAA.isTag(caa.tag)
        case .tlsa(let tlsa): !tlsa.association.isEmpty
        case .ds(let ds): !ds.digest.isEmpty
        case .dnskey(let key): !key.publicKey.isEmpty
        case .rrsig(let signature): !signature.signature.isEmpty
        default: true
        }
    }

    /// `\# LENGTH HEX` (RFC 3597 5).
    private static func genericText(_ wire: [UInt8]) -> String {
        "\\# \(wire.count)" + (wire.isEmpty ? "" : " " + TextEncoding.hex(wire))
    }
}

extension CAA {
    /// RFC 8659 4.1.
    static func isTag(_ tag: [UInt8]) -> Bool {
        !tag.isEmpty
            && tag.allSatisfy {
                (0x30...0x39).contains($0) || (0x61...0x7a).contains($0.lowercased)
            }
    }
}

extension RRSIG {
    fileprivate var text: String {
        "\(typeCovered) \(algorithm.rawValue) \(labels) \(originalTTL) "
            + "\(SignatureTime.text(expiration)) \(SignatureTime.text(inception)) "
            + "\(keyTag) \(signer) \(TextEncoding.base64(signature))"
    }
}

extension NSEC3 {
    fileprivate var text: String {
        let fields = [
            "\(hashAlgorithm)", "\(flags)", "\(iterations)", saltText(salt),
            TextEncoding.base32Hex(nextHash).uppercased(),
        ]
        return (fields + types.names).joined(separator: " ")
    }
}

extension TypeBitmap {
    fileprivate var names: [String] { types.map(\.description) }
}

extension NSEC3 {
    /// The label under which an NSEC3 record with this hash stands, in lower case.
    package static func label(_ hash: [UInt8]) -> [UInt8] {
        Array(TextEncoding.base32Hex(hash).utf8)
    }

    /// The hash that such a label holds; nil when it is no base 32.
    package static func hash(label: some Collection<UInt8>) -> [UInt8]? {
        TextEncoding.decodeBase32Hex(label)
    }
}

private func saltText(_ salt: [UInt8]) -> String {
    salt.isEmpty ? "-" : TextEncoding.hex(salt)
}

/// A character-string in quotes, `"` and `\` escaped, the unprintable as `\DDD`.
func quoted(_ string: [UInt8]) -> String {
    let body = string.map { byte in
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): "\\" + String(UnicodeScalar(byte))
        case 0x20...0x7e: String(UnicodeScalar(byte))
        default: decimalEscape(byte)
        }
    }
    return "\"" + body.joined() + "\""
}
