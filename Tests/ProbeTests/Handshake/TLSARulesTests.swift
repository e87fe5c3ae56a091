import Addresses
import DNS
import DNSSEC
import OpenSSL
import Testing

@testable import Probe

/// What secure TLSA records make of a chain, from the validated answer to the finding.
@Suite struct TLSARulesTests {
    static let (now, day) = (ServerAuthority.now, ServerAuthority.day)
    let authority: ServerAuthority
    let leaf: Certificate

    init() throws {
        authority = try ServerAuthority.shared.get()
        leaf = try authority.leaf()
    }

    func key(_ certificate: Certificate, usage: UInt8 = 3, selector: UInt8 = 1) -> TLSA {
        TLSA(
            usage: usage, selector: selector, matchingType: 1,
            association: Digest.sha256(
                selector == 1 ? certificate.publicKeyDER : certificate.der))
    }

    static let other = TLSA(
        usage: 3, selector: 1, matchingType: 1, association: .init(repeating: 7, count: 32))

    /// The chain at port 25 or 443 of 192.0.2.1, judged beside these records.
    func seen(
        _ records: [TLSA], _ chain: [Certificate]? = nil, service: ServiceProtocol = .https,
        status: Status = .secure, base: String = ServerAuthority.host,
        demands: MailDemands = MailDemands(), beside other: [Certificate] = []
    ) throws -> Seen {
        let judge = CertificateJudge(
            trust: TrustStore(certificates: [authority.root]), intermediates: [])
        var sighting = try Sighting(chain ?? [leaf, authority.intermediate], at: 1)
        let port = Port(service.defaultPort, service)
        sighting.result.endpoint.port = port
        sighting.otherChain = other
        let owner = try #require(Name("_\(port.number)._tcp.\(base)"))
        var validation = Validation(
            question: Question(owner, .tlsa), status: status, fault: nil)
        let rrset = RRset(
            owner: owner, type: .tlsa,
            in: records.map { Record(owner: owner, type: .tlsa, ttl: 60, data: .tlsa($0)) })
        validation.answer = [rrset].compactMap { $0 }
        let results = judge([sighting], at: Self.now)
        return Seen(
            judge.match(
                results, [PublishedTLSA(port: port.number, validation)], at: Self.now), demands)
    }

    @Test func matchAndMismatch() throws {
        let sound = try seen([key(leaf)])
        #expect(sound.classes.isEmpty)
        #expect(sound.results[0].handshake?.dane?.matches == true)
        let wrong = try seen([Self.other])
        #expect(wrong.primary == .tlsaMismatch)
        #expect(wrong.diagnosis.findings[0].places == ["192.0.2.1:443"])
        let text = RecordData.tlsa(key(leaf)).text(.tlsa)
        #expect(wrong.evidence.contains("_443._tcp.www.example.test has 3 1 1 07"))
        #expect(wrong.evidence.hasSuffix("its key is \(text)"))
    }

    @Test(arguments: [Status.insecure, .bogus, .indeterminate])
    func onlySecureRecordsCount(_ status: Status) throws {
        let seen = try seen([Self.other], status: status)
        #expect(seen.classes.isEmpty)
        #expect(seen.results[0].handshake?.dane == nil)
    }

    /// RFC 7671 10.3: as if there were no records.
    @Test func unusableRecordsAreNoDANE() throws {
        let unusable = [
            TLSA(usage: 9, selector: 1, matchingType: 1, association: Self.other.association),
            TLSA(usage: 3, selector: 1, matchingType: 1, association: [1, 2, 3]),
        ]
        let seen = try seen(unusable)
        #expect(seen.classes.isEmpty)
        #expect(seen.results[0].handshake?.dane?.matches == nil)
        #expect(try self.seen(unusable + [Self.other]).primary == .tlsaMismatch)
    }

    /// RFC 7672 3.1.3.
    @Test func mailServersHaveNoUseForAuthorities() throws {
        let pkix = [key(authority.intermediate, usage: 0), key(leaf, usage: 1)]
        #expect(try seen(pkix).results[0].handshake?.dane?.matches == true)
        #expect(try seen(pkix, service: .smtp).results[0].handshake?.dane?.matches == nil)
    }

    /// RFC 7671 5.1, where clients do DANE; browsers do not.
    @Test func recordOfTheLeafOutranksNameAndDates() throws {
        let old = try authority.leaf("other.test") { $0.notAfter = Self.now - Self.day }
        let mail = try seen([key(old)], [old], service: .smtp)
        #expect(mail.classes.isEmpty)
        let web = try seen([key(old)], [old, authority.intermediate])
        #expect(web.primary == .certExpired)
        #expect(web.classes.contains(.certNameMismatch))
        #expect(!web.classes.contains(.tlsaMismatch))
    }

    /// RFC 7671 5.2: the trust is the record's, name and dates are not.
    @Test func recordOfTheIssuerStandsForTheRoot() throws {
        let key = try PrivateKey.generate(.ecdsa(.p256))
        let root = try ServerAuthority.draft("Own Root", isCA: true).selfSigned(with: key)
        func chain(_ change: (inout CertificateBuilder) -> Void) throws -> [Certificate] {
            var draft = ServerAuthority.draft(ServerAuthority.host)
            change(&draft)
            return [try draft.issued(by: root, key: key, for: authority.leafKey), root]
        }
        let record = self.key(root, usage: 2)
        #expect(try seen([record], try chain { _ in }, service: .smtp).classes.isEmpty)
        let old = try chain { $0.notAfter = Self.now - Self.day }
        #expect(try seen([record], old, service: .smtp).classes == [.certExpired])
        let unsent = try seen([record], [old[0]], service: .smtp)
        #expect(unsent.classes.contains(.tlsaMismatch))
    }

    /// RFC 7672 3.2.2: the names that a sender takes beside DANE-TA(2).
    @Test func recordOfTheIssuerAllowsMoreNames() throws {
        let key = try PrivateKey.generate(.ecdsa(.p256))
        let root = try ServerAuthority.draft("Own Root", isCA: true).selfSigned(with: key)
        func classes(
            _ name: String, base: String = ServerAuthority.host, _ status: Status = .secure
        ) throws -> [FailureClass] {
            let leaf = try ServerAuthority.draft(name).issued(
                by: root, key: key, for: authority.leafKey)
            var demands = MailDemands()
            (demands.domain, demands.exchangesStatus) = ("a.test", status)
            return try seen(
                [self.key(root, usage: 2)], [leaf, root], service: .smtp, base: base,
                demands: demands
            ).classes
        }
        #expect(try classes("a.test").isEmpty)
        #expect(try classes("a.test", .insecure) == [.certNameMismatch])
        #expect(try classes("end.test", base: "end.test").isEmpty)
        #expect(try classes("end.test") == [.certNameMismatch])
    }

    /// RFC 7672 2.2.1: senders may use the records of hosts whose names could be forged.
    @Test func recordsBehindUnsignedMXRecordsCount() throws {
        var demands = MailDemands()
        (demands.domain, demands.exchangesStatus) = ("a.test", .insecure)
        let seen = try seen([Self.other], service: .smtp, demands: demands)
        #expect(seen.primary == .tlsaMismatch)
        #expect(seen.evidence.contains("the MX records are insecure"))
    }

    /// RFC 7672 2.1.2: what cannot be had is not absent.
    @Test(arguments: [
        (Fault.Kind.signatureInvalid, ServiceProtocol.smtp, Finding.Severity.failure),
        (.denialInvalid, .smtp, .failure), (.indeterminate, .smtp, .warning),
        (.signatureInvalid, .https, .warning), (.indeterminate, .https, .warning),
    ])
    func recordsThatCannotBeHad(
        _ kind: Fault.Kind, _ service: ServiceProtocol, _ severity: Finding.Severity
    ) throws {
        let port = Port(service.defaultPort, service)
        let owner = try #require(Name("_\(port.number)._tcp.mx.a.test"))
        let zone = try #require(Name("a.test"))
        let validation = Validation(
            question: Question(owner, .tlsa), status: kind.status,
            fault: Fault(kind, in: zone, "the reason"))
        var result = DNSSECResult([])
        result.tlsa = [PublishedTLSA(port: port.number, validation)]
        var sighting = try Sighting([leaf, authority.intermediate], at: 1)
        sighting.result.endpoint.port = port
        let resolution = Resolution(host: "mx.a.test", name: zone, outcome: .addresses)
        let path = PathOfHost(resolution, result, [sighting.result])
        let findings = TLSALookupRules(path, result, isRequired: false).findings
        #expect(findings.map(\.failureClass.rawValue) == [kind.rawValue])
        #expect(findings.map(\.severity) == [severity])
        let evidence = try #require(findings.first?.evidence.first)
        #expect(evidence.contains("\(owner.text) has TLSA records cannot be told: the reason"))
        #expect(evidence.contains("RFC 7672 2.1.2") == (service == .smtp))
        let required = TLSALookupRules(path, result, isRequired: true).findings
        #expect(required.map(\.severity) == [service == .smtp ? .failure : .warning])
        // The host's own AAAA records show it already.
        result.validations = [validation]
        #expect(TLSALookupRules(path, result, isRequired: false).findings.isEmpty)
    }

    @Test(arguments: [Fault.Kind.noDNSSEC, .algorithmUnsupported])
    func recordsInUnsignedZonesAreNoDANE(_ kind: Fault.Kind) throws {
        let owner = try #require(Name("_25._tcp.mx.a.test"))
        let validation = Validation(
            question: Question(owner, .tlsa), status: kind.status, fault: Fault(kind, in: owner, "")
        )
        #expect(PublishedTLSA(port: 25, validation).fault == nil)
    }

    /// RFC 7435: without DANE mail goes on, whatever the certificate.
    @Test func mailIsOpportunistic() throws {
        let old = try authority.leaf { $0.notAfter = Self.now - Self.day }
        let chain = [old, authority.intermediate]
        let plain = try seen([], chain, service: .smtp)
        #expect(plain.primary == nil)
        #expect(plain.classes == [.certExpired])
        #expect(try seen([Self.other], chain, service: .smtp).primary == .certExpired)
        #expect(try seen([], chain, service: .smtps).primary == .certExpired)
    }

    @Test func whatComesNext() throws {
        let rolling = try seen([key(leaf), Self.other])
        #expect(rolling.results[0].handshake?.outlook?.contains("already published") == true)
        let ending = try authority.leaf {
            ($0.notBefore, $0.notAfter) = (Self.now - 85 * Self.day, Self.now + 5 * Self.day)
        }
        let pinned = try seen([key(ending, selector: 0)], [ending, authority.intermediate])
        #expect(pinned.classes == [.certExpiring])
        #expect(pinned.evidence.contains("none will match after the next renewal"))
        #expect(try seen([key(leaf)]).results[0].handshake?.outlook == nil)
    }

    /// A server with two certificates needs a record for each, and the second record is no next key.
    @Test func bothKindsOfKeys() throws {
        let key = try PrivateKey.generate(.rsa(bits: 2048))
        let second = [try authority.leaf(for: key), authority.intermediate]
        let records = [self.key(leaf), self.key(second[0])]
        let both = try seen(records, beside: second)
        #expect(both.classes.isEmpty)
        #expect(both.results[0].handshake?.outlook == nil)
        let half = try seen([records[0]], beside: second)
        #expect(half.primary == .tlsaMismatch)
        #expect(half.evidence.contains("in a handshake for its other key, RSA"))
        #expect(half.results[0].handshake?.dane?.matches == true)
        let rolling = try seen(records + [Self.other], beside: second)
        #expect(rolling.results[0].handshake?.outlook?.contains("already published") == true)
    }

    /// RFC 7671 5.1: a record excuses the dates of the certificate that it is of, and of no other.
    @Test func oldCertificatesOfBothKindsOfKeys() throws {
        let key = try PrivateKey.generate(.rsa(bits: 2048))
        let old = try authority.leaf(for: key) { $0.notAfter = Self.now - Self.day }
        let second = [old, authority.intermediate]
        let excused = try seen([self.key(old)], service: .smtp, beside: second)
        #expect(excused.classes == [.tlsaMismatch])
        let other = try seen([self.key(leaf)], service: .smtp, beside: second)
        #expect(other.classes == [.certExpired, .tlsaMismatch])
    }

    @Test func thousandsOfRecordsCostNoMoreThanSome() throws {
        let many = (0..<3000).map { number in
            TLSA(
                usage: 2, selector: 1, matchingType: 1,
                association: Digest.sha256([UInt8(number >> 8), UInt8(number & 0xff)]))
        }
        let seen = try seen(many)
        #expect(seen.primary == .tlsaMismatch)
        #expect(seen.results[0].handshake?.dane?.records.count == 64)
        #expect(seen.evidence.contains(" and 60 more"))
    }
}
