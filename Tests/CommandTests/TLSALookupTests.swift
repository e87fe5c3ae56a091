import DNS
import Foundation
import Lab
import Peers
import Synchronization
import Testing

extension CommandTests {
    /// TLSA records that do not come, or come broken, where the mail host itself is secure (RFC 7672 2.1).
    @Suite struct TLSALookupTests {
        /// What a resolver, or the servers behind it, make of a TLSA question.
        enum Way: String, CaseIterable {
            case fails, isUnsigned, deniesWithoutProof

            func change(_ reply: inout Message) {
                guard reply.questions.first?.type == .tlsa else { return }
                switch self {
                case .fails:
                    (reply.responseCode, reply.answers, reply.authorities) = (
                        .serverFailure, [], []
                    )
                case .isUnsigned: reply.dropProofs([.rrsig])
                case .deniesWithoutProof:
                    (reply.responseCode, reply.answers, reply.authorities) = (.nameError, [], [])
                }
            }

            var failureClass: String {
                switch self {
                case .fails: "dnssec_indeterminate"
                case .isUnsigned: "dnssec_rrsig_missing"
                case .deniesWithoutProof: "dnssec_denial_invalid"
                }
            }
        }

        @Test(arguments: Way.allCases) func noAbsence(_ way: Way) async throws {
            let lab = try await World.shared.value.lab
            let resolver = try ChangingResolver(before: lab.resolver) { way.change(&$0) }
            let report = try await probe([resolver.specification])
            let finding = try #require(report.findings.first { $0.class == way.failureClass })
            let isKnown = way != .fails
            #expect(finding.severity == (isKnown ? "failure" : "warning"))
            #expect(report.class == (isKnown ? way.failureClass : nil))
            let evidence = finding.evidence.joined()
            #expect(evidence.contains("_\(lab.ports.smtp)._tcp.mx.mail-tlsa.test has TLSA records"))
            #expect(evidence.contains("senders with DANE keep mail for mx.mail-tlsa.test back"))
            #expect(report.dnssec.tlsa.map(\.class) == [way.failureClass])
            // The chain is judged by what is left.
            #expect(report.endpoints.map { $0.handshake?.certificate?.trusted } == [true])
            #expect(!report.findings.contains { $0.class == "tlsa_mismatch" })
        }

        /// One resolver's broken answer is not the zone's.
        @Test(arguments: Way.allCases) func anotherResolverKnows(_ way: Way) async throws {
            let lab = try await World.shared.value.lab
            let resolver = try ChangingResolver(before: lab.resolver) { way.change(&$0) }
            let report = try await probe([resolver.specification, "\(lab.resolver)"])
            #expect(report.class == "tlsa_mismatch")
            #expect(report.dnssec.tlsa.map(\.status) == ["secure"])
        }

        /// What proves that one port has none proves it of all, where a name is not there (RFC 8198 5); of an alias, first
        /// where it ends.
        @Test(arguments: [
            ("healthy.test", 1, "healthy.test"), ("www.healthy.test", 2, "healthy.test"),
            ("tlsa.test", 3, "tlsa.test"), ("tlsa-unsigned.test", 0, nil),
        ])
        func askedOnce(_ host: String, _ questions: Int, _ base: String?) async throws {
            let lab = try await World.shared.value.lab
            let asked = Mutex<Set<Name>>([])
            let resolver = try ChangingResolver(before: lab.resolver) { reply in
                guard let question = reply.questions.first, question.type == .tlsa else { return }
                asked.withLock { _ = $0.insert(question.name) }
            }
            let ports = [lab.ports.https, lab.ports.imaps, lab.ports.smtps]
            let report = try await probe(
                [resolver.specification], host, ports.map { "\($0)" }.joined(separator: ","))
            #expect(asked.withLock(\.count) == questions)
            let names = base.map { base in ports.map { "_\($0)._tcp.\(base)" } } ?? []
            #expect(report.dnssec.tlsa.map(\.name) == names)
            #expect(report.dnssec.tlsa.map(\.status) == names.map { _ in "secure" })
        }

        /// Of a port whose lookup fails the others learn nothing.
        @Test(arguments: Way.allCases) func failedOnce(_ way: Way) async throws {
            let lab = try await World.shared.value.lab
            let ports = [lab.ports.https, lab.ports.imaps, lab.ports.smtps]
            let resolver = try ChangingResolver(before: lab.resolver) { reply in
                guard reply.questions.first?.name == Name("_\(ports[0])._tcp.tlsa.test") else {
                    return
                }
                way.change(&reply)
            }
            let report = try await probe(
                [resolver.specification], "tlsa.test", ports.map { "\($0)" }.joined(separator: ","))
            #expect(report.dnssec.tlsa.map(\.class) == [way.failureClass, nil, nil])
        }

        /// Nobody waits until the first question has failed for good.
        @Test func lateOnce() async throws {
            let lab = try await World.shared.value.lab
            let ports = [lab.ports.https, lab.ports.imaps, lab.ports.smtps]
            let names = ports.compactMap { Name("_\($0)._tcp.healthy.test") }
            let asked = Mutex<[Name]>([])
            let resolver = try ChangingResolver(before: lab.resolver) { reply in
                guard let name = reply.questions.first?.name, names.contains(name) else { return }
                asked.withLock { $0.append(name) }
                // No answer to any question.
                if name == names[0] { reply.id &+= 1 }
            }
            let report = try await probe(
                [resolver.specification], "healthy.test",
                ports.map { "\($0)" }.joined(separator: ","))
            #expect(report.dnssec.tlsa.map(\.class) == ["dnssec_indeterminate", nil, nil])
            let order = asked.withLock { $0 }
            let others = order.indices.filter { order[$0] != names[0] }
            let last = try #require(order.lastIndex(of: names[0]))
            #expect(others.count >= 2 && others.allSatisfy { $0 < last })
        }

        private func probe(
            _ resolvers: [String], _ host: String = "mx.mail-tlsa.test", _ ports: String? = nil
        ) async throws -> Report {
            let lab = try await World.shared.value.lab
            let result = try await inLab(
                [
                    "probe", host, "--ports", ports ?? "\(lab.ports.smtp)/smtp",
                    "--timeout", "15", "--output", "json",
                ] + resolvers.flatMap { ["--resolver", $0] })
            do {
                return try JSONDecoder().decode(Report.self, from: Data(result.output.utf8))
            } catch {
                throw PeerError("\(error): \(result.output)\(result.errors)")
            }
        }
    }

    private struct Report: Decodable {
        struct Finding: Decodable {
            let `class`: String
            let severity: String
            let evidence: [String]
        }
        struct Validation: Decodable { let tlsa: [Lookup] }
        struct Lookup: Decodable {
            let name: String
            let status: String
            let `class`: String?
        }
        struct Endpoint: Decodable { let handshake: Handshake? }
        struct Handshake: Decodable { let certificate: Certificate? }
        struct Certificate: Decodable { let trusted: Bool }

        let `class`: String?
        let findings: [Finding]
        let dnssec: Validation
        let endpoints: [Endpoint]
    }
}
