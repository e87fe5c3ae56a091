import Addresses
import DNS
import DNSSEC
import Testing

@testable import Probe

/// Precedence, merging and what DNSSEC adds, on values alone.
@Suite struct DiagnosisTests {
    static let now: Int64 = 1_800_000_000

    @Test func precedenceIsTheOrderOfTheTable() {
        let all = FailureClass.allCases.shuffled().map {
            Finding(
                $0, $0.isOnlyWarning ? .warning : .failure, confidence: .oneObservation, at: ["x"],
                ["y"])
        }
        let diagnosis = Diagnosis(findings: all)
        #expect(diagnosis.findings.map(\.failureClass) == FailureClass.allCases)
        #expect(diagnosis.primary?.failureClass == .probeDeadlineExceeded)
        let explained = FailureClass.allCases.dropLast()
        #expect(explained.map(\.stage).removingRepeats == Stage.allCases)
        #expect(FailureClass.allCases.last == .unknown)
    }

    @Test func warningsAreNeverPrimary() {
        let finding = { Finding($0, .warning, confidence: .heuristic, at: ["x"], ["y"]) }
        #expect(Diagnosis(findings: [finding(.certExpired), finding(.unknown)]).primary == nil)
        let misused = Finding(.certExpiring, .failure, confidence: .oneObservation, at: [], [])
        #expect(Diagnosis(findings: [misused]).primary == nil)
    }

    @Test func samePlacesAndEvidenceStandOnce() {
        let one = { (place: String, severity: Finding.Severity) in
            Finding(
                .certExpired, severity, confidence: .oneObservation, at: [place], ["at \(place)"])
        }
        let diagnosis = Diagnosis(findings: [
            one("b", .failure), one("a", .failure), one("b", .failure), one("c", .warning),
        ])
        #expect(diagnosis.findings.map(\.severity) == [.failure, .warning])
        #expect(diagnosis.findings.map(\.places) == [["b", "a"], ["c"]])
        #expect(diagnosis.findings.first?.evidence == ["at b", "at a"])
    }

    private func resolution(
        _ code: ResponseCode = .noError, unchecked: ResponseCode? = nil, hasAddress: Bool = true
    ) throws -> Resolution {
        let name = try #require(Name("a.test"))
        let lookup = { (code: ResponseCode) in
            let record = Record(
                owner: name, type: .a, ttl: 300, data: .address(.init(ipv4: 0xc000_0207)))
            return Lookup(
                question: Question(name, .a),
                outcome: .success(
                    Message(
                        id: 1, flags: .isResponse, responseCode: code,
                        answers: code == .noError ? [record] : [])),
                duration: .zero)
        }
        return Resolution(
            host: "a.test", name: name,
            resolvers: [
                ResolverView(
                    resolver: "192.0.2.53", lookups: [lookup(code)],
                    unchecked: unchecked.map { [lookup($0)] } ?? [])
            ],
            outcome: hasAddress ? .addresses : .failed,
            addresses: hasAddress ? [.init(ipv4: 0xc000_0207)] : [])
    }

    private func validation(_ kind: Fault.Kind?) throws -> DNSSECResult {
        let name = try #require(Name("a.test"))
        let fault = kind.map { Fault($0, in: name, "for a reason") }
        return DNSSECResult([
            Validation(
                question: Question(name, .a), status: kind?.status ?? .secure, fault: fault)
        ])
    }

    static let dnssec:
        [(Fault.Kind?, required: Bool, failures: [FailureClass], warnings: [FailureClass])] = [
            (nil, true, [], []), (.noDNSSEC, false, [], []),
            (.noDNSSEC, true, [.dnssecInsecure], []),
            (.dnskeyMissing, false, [.dnssecDNSKEYMissing], []),
            (.dsMismatch, false, [.dnssecDSMismatch], []),
            (.signatureExpired, false, [.dnssecSignatureExpired], []),
            (.signatureNotYetValid, false, [.dnssecSignatureNotYetValid], []),
            (.signatureInvalid, false, [.dnssecSignatureInvalid], []),
            (.rrsigMissing, false, [.dnssecRRSIGMissing], []),
            (.denialInvalid, false, [.dnssecDenialInvalid], []),
            (.bogus, false, [.dnssecBogus], []),
            (.indeterminate, false, [], [.dnssecIndeterminate]),
            (.indeterminate, true, [.dnssecIndeterminate], []),
        ]

    @Test(arguments: dnssec)
    func validationBecomesItsClass(
        _ kind: Fault.Kind?, _ required: Bool, _ failures: [FailureClass],
        _ warnings: [FailureClass]
    ) throws {
        let diagnosis = Diagnosis(
            PathOfHost(try resolution(), try validation(kind), []), requiresDNSSEC: required,
            at: Self.now)
        let found = diagnosis.findings
        #expect(found.filter { $0.severity == .failure }.map(\.failureClass) == failures)
        #expect(found.filter { $0.severity == .warning }.map(\.failureClass) == warnings)
    }

    /// SERVFAIL that goes away with CD=1 is DNSSEC's, where we could not validate ourselves; any other is not.
    @Test(arguments: [
        (ResponseCode?.some(.noError), FailureClass.dnssecBogus), (.serverFailure, .unknown),
        (nil, .unknown),
    ])
    func serverFailureIsBogusOnlyWhereUncheckedGivesData(
        _ unchecked: ResponseCode?, _ expected: FailureClass
    ) throws {
        let resolution = try resolution(
            .serverFailure, unchecked: unchecked, hasAddress: unchecked == .noError)
        let diagnosis = Diagnosis(
            PathOfHost(resolution, try validation(.indeterminate), []), requiresDNSSEC: false,
            at: Self.now)
        #expect(diagnosis.primary?.failureClass == expected)
    }

    @Test(arguments: [
        (life: 100, left: 50, ttl: 1, false), (100, 9, 1, true), (100, 10, 1, false),
        (100, 50, 60, true), (100, 0, 0, true),
    ])
    func expiringSignature(_ life: Int64, _ left: Int64, _ ttl: UInt32, _ isExpected: Bool) throws {
        var zone = ZoneReport(zone: try #require(Name("a.test")), status: .secure)
        zone.longestTTL = ttl
        zone.earliestSignature = SignatureWindow(
            typeCovered: .a, inception: Self.now + left - life, expiration: Self.now + left)
        var result = try validation(nil)
        result.validations[0].zones = [zone]
        let diagnosis = Diagnosis(
            PathOfHost(try resolution(), result, []), requiresDNSSEC: false, at: Self.now)
        #expect(
            diagnosis.findings.map(\.failureClass) == (isExpected ? [.dnssecSignatureExpiring] : [])
        )
        #expect(diagnosis.primary == nil)
    }
}

extension [Stage] {
    fileprivate var removingRepeats: [Stage] {
        reduce(into: []) { if $0.last != $1 { $0.append($1) } }
    }
}
