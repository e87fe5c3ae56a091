import Addresses
import OpenSSL

@testable import Probe

extension FuzzBody {
    /// What a TLS server shows, or a server of certificates sends. The first byte says which: a leaf, a leaf's issuer, a
    /// staple, a revocation list, an HTTP answer with certificates, or a location. Nothing of it is ever trusted.
    @Sendable public static func certificate(_ bytes: [UInt8]) {
        guard let world = ChainWorld.shared else {
            return promise(false, "the certificates to compare with could not be made")
        }
        guard let kind = bytes.first else { return }
        let rest = Array(bytes.dropFirst())
        switch kind {
        case 0: Certificate(der: rest).map { world.show([$0, world.issuer]) }
        case 1: Certificate(der: rest).map { world.show([world.leaf, $0]) }
        case 2: world.show([world.leaf, world.issuer], staple: rest)
        case 3:
            let list = RevocationList(
                der: rest, leaf: world.leaf, issuer: world.issuer, at: ChainWorld.now)
            promise(list.status == .invalid, "a stranger's list is believed")
        case 4:
            guard let reply = HTTPReply(rest) else { return }
            promise(reply.body.count <= rest.count, "the body is longer than the answer")
            for certificate in Certificate.list(fetched: reply.body).prefix(4) {
                world.show([certificate])
            }
        default:
            guard let location = HTTPLocation(String(decoding: rest, as: UTF8.self)) else { return }
            let fields = location.authority + location.path
            promise(location.path.hasPrefix("/"), "the path is relative")
            promise(
                fields.utf8.allSatisfy { (0x21...0x7e).contains($0) }, "a request can be split")
        }
    }
}

/// A leaf and its issuer, whose keys no input can know.
private struct ChainWorld: Sendable {
    static let now: Int64 = 1_800_000_000
    static let shared = try? ChainWorld()

    let issuer, leaf: Certificate
    private let judge: CertificateJudge

    private init() throws {
        let (rootKey, key) = (
            try PrivateKey.generate(.ecdsa(.p256)), try PrivateKey.generate(.ecdsa(.p256))
        )
        func draft(_ name: String, isCA: Bool = false) -> CertificateBuilder {
            var draft = CertificateBuilder(
                commonName: name, notBefore: Self.now - 86_400, notAfter: Self.now + 8_640_000)
            (draft.isCA, draft.dnsNames) = (isCA, isCA ? [] : [name])
            return draft
        }
        let root = try draft("Root", isCA: true).selfSigned(with: rootKey)
        issuer = try draft("Issuer", isCA: true).issued(by: root, key: rootKey, for: key)
        leaf = try draft("a.test").issued(by: issuer, key: key, for: key)
        judge = CertificateJudge(
            trust: TrustStore(certificates: [root]), intermediates: [])
    }

    /// Through judgement, rules and JSON.
    func show(_ chain: [Certificate], staple: [UInt8]? = nil) {
        guard let address = IPAddress("192.0.2.7") else { return }
        var sighting = Sighting(
            Endpoint(host: "a.test", address: address, port: Port(443, .https)),
            .connected(.zero), serverName: "a.test")
        sighting.result.handshake = Handshake(outcome: .completed, duration: .zero)
        (sighting.sentChain, sighting.staple) = (chain, staple)
        let results = judge([sighting], at: Self.now)
        let findings = EndpointRules(results, at: Self.now).findings
        FuzzBody.promise(!findings.isEmpty, "an input is found sound")
        FuzzBody.promise(
            !findings.contains { $0.failureClass == .certRevoked }, "a stranger revokes")
        FuzzBody.promise(results.allSatisfy { !$0.json.bytes.isEmpty }, "no JSON")
    }
}
