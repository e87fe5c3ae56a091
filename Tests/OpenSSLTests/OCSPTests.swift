import Glibc
import OpenSSL
import Testing

/// Responses about one leaf, made by hand and by `openssl ocsp`.
@Suite struct OCSPTests {
    typealias Trouble = OCSPStaple.Trouble

    static let (now, day) = (Authority.now, Int64(86_400))
    let authority: Authority
    let leaf: Certificate

    init() throws {
        authority = try Authority.shared.get()
        leaf = try authority.leaf()
    }

    func response(
        _ answer: OCSPBuilder.Answer = .good, from start: Int64 = now - day,
        to end: Int64? = now + day, about subject: Certificate? = nil,
        signer: Certificate? = nil, key: PrivateKey? = nil
    ) throws -> [UInt8] {
        try OCSPBuilder(answer, thisUpdate: start, nextUpdate: end).response(
            about: subject ?? leaf, issuedBy: authority.intermediate,
            signer: signer ?? authority.intermediate, key: key ?? authority.key)
    }

    func judged(_ der: [UInt8], at time: Int64 = now) -> OCSPStaple {
        OCSPStaple(der: der, leaf: leaf, issuer: authority.intermediate, at: time)
    }

    @Test func `A good response has its times and no trouble`() throws {
        let staple = judged(try response())
        #expect(staple.status == .good)
        #expect(staple.trouble == nil)
        #expect(staple.thisUpdate == Self.now - Self.day)
        #expect(staple.nextUpdate == Self.now + Self.day)
        #expect(judged(try response(to: nil)).nextUpdate == nil)
        #expect(judged(try response(to: nil)).trouble == nil)
    }

    @Test func `A revoked one has time and reason`() throws {
        let staple = judged(try response(.revoked(at: Self.now - 3600)))
        #expect(staple.status == .revoked)
        #expect(staple.trouble == nil)
        #expect(staple.revokedAt == Self.now - 3600)
        #expect(staple.revocationReason == "keyCompromise")
    }

    @Test func `Time decides, five minutes apart at most`() throws {
        let der = try response()
        #expect(judged(der, at: Self.now + Self.day + 299).trouble == nil)
        #expect(judged(der, at: Self.now + Self.day + 301).trouble == .stale)
        #expect(judged(der, at: Self.now - Self.day - 299).trouble == nil)
        #expect(judged(der, at: Self.now - Self.day - 301).trouble == .notYetValid)
        #expect(judged(try response(.unknown)).trouble == .unknownCertificate)
    }

    @Test func `Only the issuer and whom it delegated to may sign`() throws {
        let key = try PrivateKey.generate(.ecdsa(.p256))
        func delegate(_ usages: [CertificateBuilder.ExtendedUsage]) throws -> Certificate {
            var draft = Authority.draft("Responder")
            draft.extendedUsages = usages
            return try draft.issued(by: authority.intermediate, key: authority.key, for: key)
        }
        let good = judged(try response(signer: try delegate([.ocspSigning]), key: key))
        #expect(good.status == .good)
        #expect(good.trouble == nil)
        let foreign = try Authority.draft("Stranger", isCA: true).selfSigned(with: key)
        for signer in [try delegate([.server]), try delegate([]), foreign] {
            let staple = judged(try response(signer: signer, key: key))
            #expect(staple.status == .invalid)
            guard case .wrongSignature = staple.trouble else {
                Issue.record("\(staple)")
                continue
            }
        }
    }

    @Test func `A response about another certificate is no answer`() throws {
        let other = try authority.leaf("other.test") { $0.serialNumber = 99 }
        #expect(judged(try response(about: other)).trouble == .anotherCertificate)
        let alone = OCSPStaple(der: try response(), leaf: leaf, issuer: nil, at: Self.now)
        #expect(alone.trouble == .unknownIssuer)
    }

    @Test func `Errors and rubbish are told apart`() {
        #expect(judged([0x30, 3, 0x0a, 1, 3]).trouble == .refused("trylater"))
        #expect(judged([]).trouble == .malformed)
        #expect(judged([1, 2, 3]).trouble == .malformed)
        #expect(judged([0x30, 3, 0x0a, 1, 0]).trouble == .malformed)
    }

    @Test func `No mutation of a response turns into good`() throws {
        let der = try response(.revoked(at: Self.now - 3600))
        for index in der.indices {
            for bit in [UInt8(1), 0x80] {
                var mutated = der
                mutated[index] ^= bit
                #expect(judged(mutated).status != .good)
            }
            #expect(judged(Array(der[..<index])).status == .invalid)
        }
    }

    @Test func `openssl ocsp answers for good, revoked and unknown certificates`() throws {
        let time = Int64(Glibc.time(nil))
        let key = try PrivateKey.generate(.ecdsa(.p256))
        var draft = CertificateBuilder(
            commonName: "CA", notBefore: time - Self.day, notAfter: time + Self.day)
        draft.isCA = true
        let issuer = try draft.selfSigned(with: key)
        let folder = Folder()
        let authority = folder.file("ca.pem", issuer.pem)
        let keyFile = folder.file("ca.key", key.pem)
        let index = folder.file(
            "index.txt",
            Array(
                """
                V\t491231235959Z\t\t0A\tunknown\t/CN=good
                R\t491231235959Z\t261101000000Z,keyCompromise\t0B\tunknown\t/CN=revoked

                """.utf8))
        let expected: [(serial: UInt64, status: OCSPStaple.Status)] = [
            (10, .good), (11, .revoked), (12, .unknown),
        ]
        for (serial, status) in expected {
            var draft = CertificateBuilder(
                commonName: "leaf", notBefore: time - 60, notAfter: time + Self.day)
            draft.serialNumber = serial
            let leaf = try draft.issued(by: issuer, key: key, for: key)
            let file = folder.file("leaf.pem", leaf.pem)
            let answer = "\(folder.path)/answer.der"
            let output = Command(
                "cd \(folder.path) && openssl ocsp -index \(index) -CA \(authority)"
                    + " -rsigner \(authority) -rkey \(keyFile) -ndays 1 -issuer \(authority)"
                    + " -cert \(file) -reqout request.der -noverify;"
                    + " openssl ocsp -index \(index) -CA \(authority) -rsigner \(authority)"
                    + " -rkey \(keyFile) -ndays 1 -reqin request.der -respout \(answer)"
                    + " && od -An -v -tx1 \(answer)"
            ).output
            let der = [UInt8](
                hex: output.filter { $0.hasPrefix(" ") && $0.count <= 48 }
                    .joined())
            let staple = OCSPStaple(der: der, leaf: leaf, issuer: issuer, at: time)
            #expect(staple.status == status, "\(output)")
            #expect(staple.trouble == (status == .unknown ? .unknownCertificate : nil))
            #expect((staple.thisUpdate ?? 0) >= time)
        }
    }
}
