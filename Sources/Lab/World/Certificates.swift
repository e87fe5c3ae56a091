import OpenSSL

/// The lab's certificate authorities, made afresh, and the leaves they issue.
struct Certificates: Sendable {
    private struct Authority: Sendable {
        let certificate: Certificate
        let key: PrivateKey
    }

    /// What clients of the lab are to trust.
    let root: Certificate
    private let intermediate, named, expired, stranger, strangerRoot: Authority
    /// The root's name and key, by an older root whose signature ended.
    private let crossSigned: Certificate
    private let leafKey, rsaKey, weakKey: PrivateKey
    private let now: Int64

    /// What a probe may know beforehand to complete a chain.
    var intermediates: [Certificate] { [intermediate.certificate] }

    init(at now: Int64) throws(OpenSSLError) {
        self.now = now
        let sound = (now - 10 * Self.day)...(now + 365 * Self.day)
        let over = (now - 365 * Self.day)...(now - 3 * Self.day)
        let root = try Self.authority("Trustpath Lab Root", sound, by: nil)
        self.root = root.certificate
        intermediate = try Self.authority("Trustpath Lab Intermediate", sound, by: root)
        named = try Self.authority("ca.trustpath.test", sound, by: root)
        expired = try Self.authority("Trustpath Lab Expired Intermediate", over, by: root)
        strangerRoot = try Self.authority("Stranger Root", sound, by: nil)
        stranger = try Self.authority("Stranger Intermediate", sound, by: strangerRoot)
        crossSigned = try Self.draft("Trustpath Lab Root", over).issued(
            by: strangerRoot.certificate, key: strangerRoot.key, for: root.key)
        leafKey = try .generate(.ecdsa(.p256))
        rsaKey = try .generate(.rsa(bits: 2048))
        weakKey = try .generate(.rsa(bits: 1024))
    }

    private static func authority(
        _ name: String, _ validity: ClosedRange<Int64>, by issuer: Authority?
    ) throws(OpenSSLError) -> Authority {
        let draft = draft(name, validity)
        let key = try PrivateKey.generate(.ecdsa(.p256))
        let certificate =
            if let issuer {
                try draft.issued(by: issuer.certificate, key: issuer.key, for: key)
            } else {
                try draft.selfSigned(with: key)
            }
        return Authority(certificate: certificate, key: key)
    }

    private static func draft(
        _ name: String, _ validity: ClosedRange<Int64>
    ) -> CertificateBuilder {
        var draft = CertificateBuilder(
            commonName: name, notBefore: validity.lowerBound, notAfter: validity.upperBound)
        draft.isCA = true
        draft.serialNumber = serialNumber()
        // Whoever trusts this root in a browser trusts it for the lab only.
        draft.permittedNames = ["test"]
        return draft
    }

    /// Makes the identity that is served for `names`, sound but for what the plan says.
    func identity(_ leaf: Service.Leaf, for names: [String]) throws(OpenSSLError) -> ServerIdentity
    {
        let names = leaf == .otherName ? ["elsewhere.test"] : names
        let draft = draft(leaf, names)
        let key =
            switch leaf {
            case .rsa: rsaKey
            case .weakKey: weakKey
            default: leafKey
            }
        if leaf == .selfSigned {
            let certificate = try draft.selfSigned(with: key)
            return ServerIdentity(certificates: [certificate], key: key, names: names)
        }
        let issuer =
            switch leaf {
            case .expiredIntermediate: expired
            case .unknownRoot: stranger
            case .namedIssuer: named
            default: intermediate
            }
        var chain = [try draft.issued(by: issuer.certificate, key: issuer.key, for: key)]
        if leaf != .withoutIntermediate { chain.append(issuer.certificate) }
        switch leaf {
        case .unknownRoot: chain.append(strangerRoot.certificate)
        case .crossSigned: chain.append(crossSigned)
        case .withRoot: chain.append(root)
        case .misordered: chain.insert(root, at: 1)
        default: break
        }
        return ServerIdentity(
            certificates: chain, key: key, names: names,
            ocspResponse: try staple(leaf, about: chain[0], by: issuer))
    }

    private func staple(
        _ leaf: Service.Leaf, about certificate: Certificate, by issuer: Authority
    ) throws(OpenSSLError) -> [UInt8]? {
        let builder: OCSPBuilder
        switch leaf {
        case .revoked:
            builder = OCSPBuilder(
                .revoked(at: now - Self.day), thisUpdate: now - 3600,
                nextUpdate: now + 7 * Self.day)
        case .staleStaple:
            builder = OCSPBuilder(
                .good, thisUpdate: now - 9 * Self.day, nextUpdate: now - 2 * Self.day)
        default: return nil
        }
        return try builder.response(
            about: certificate, issuedBy: issuer.certificate, signer: issuer.certificate,
            key: issuer.key)
    }

    /// The SHA-256 of the key that sound servers use, as TLSA records have it.
    var keyDigest: [UInt8] {
        get throws(OpenSSLError) {
            let certificate = try identity(.sound, for: ["test"]).certificates.first
            return Digest.sha256(certificate?.publicKeyDER ?? [])
        }
    }

    private func draft(_ leaf: Service.Leaf, _ names: [String]) -> CertificateBuilder {
        let (start, end): (Int64, Int64) =
            switch leaf {
            case .expired: (-93, -3)
            case .notYetValid: (3, 93)
            case .expiring: (-85, 5)
            case .earlier: (-31, 59)
            default: (-1, 89)
            }
        var draft = CertificateBuilder(
            commonName: names.first ?? "", notBefore: now + start * Self.day,
            notAfter: now + end * Self.day)
        draft.dnsNames = names
        draft.serialNumber = Self.serialNumber()
        draft.extendedUsages = leaf == .wrongPurpose ? [.client] : [.server]
        draft.hasMustStaple = leaf == .mustStaple
        if leaf == .weakSignature { draft.digest = .sha1 }
        if leaf == .unreadable { draft.others = [("2.5.29.15", [0x30, 0x7f, 1])] }
        return draft
    }

    private static func serialNumber() -> UInt64 { .random(in: 1 << 32 ... .max >> 1) }
    private static let day: Int64 = 86_400
}

extension TLSContext {
    /// Makes the server of one identity that shakes hands as planned.
    convenience init(
        lab handshake: Service.Handshake, _ identity: ServerIdentity
    ) throws(OpenSSLError) {
        switch handshake {
        case .modern: try self.init(server: [identity], alpn: ["http/1.1"])
        case .withoutForwardSecrecy:
            try self.init(
                server: [identity], versions: .tls12 ... .tls12, ciphers: "AES256-GCM-SHA384")
        case .oldVersion: try self.init(server: [identity], versions: .tls10 ... .tls11)
        case .everyVersion: try self.init(server: [identity], versions: .tls10 ... .tls13)
        case .oldCipher:
            try self.init(
                server: [identity], versions: .tls12 ... .tls12,
                ciphers: "ECDHE-ECDSA-CAMELLIA256-SHA384")
        case .weakGroup:
            try self.init(
                server: [identity], versions: .tls12 ... .tls12,
                ciphers: "DHE-RSA-AES256-GCM-SHA384:@SECLEVEL=0", hasWeakGroup: true)
        case .refusesName: try self.init(server: [identity], refusesUnknownNames: true)
        case .clientCertificate(let version):
            try self.init(
                server: [identity], versions: version...version, requiresClientCertificate: true)
        }
    }
}
