import DNS
import Hostile
import Testing

@testable import Probe

/// Authorities that lie, flood, drip and answer late: a bounded number of queries, an end in time, and a class.
@Suite struct HostileAuthorityTests {
    /// What the only server of a.test does over UDP and over TCP.
    struct Case: Sendable, CustomStringConvertible {
        var description: String
        /// The classes, failures or warnings; none where the server is sound all the same.
        var expected: [FailureClass]
        /// Nil does over TCP what is done over UDP.
        var tcp: NameServer.Reaction?
        var udp: NameServer.Reaction

        init(
            _ description: String, _ expected: FailureClass..., tcp: NameServer.Reaction? = nil,
            udp: @escaping NameServer.Reaction
        ) {
            (self.description, self.expected) = (description, expected)
            (self.udp, self.tcp) = (udp, tcp)
        }
    }

    @Test(arguments: Self.cases) func everyLieCostsABoundedNumberOfQueries(_ lie: Case) async throws
    {
        let tree = try Self.tree()
        let world = try AuthorityWorld(
            authorities: 2, resolver: { [.send(tree.resolved($0))] },
            authority: { number, query in
                number == 1 ? lie.udp(query) : [.send(tree.authoritative(query, for: ["test."]))]
            },
            tcp: { number, query in
                number == 1
                    ? (lie.tcp ?? lie.udp)(query)
                    : [.send(tree.authoritative(query, for: ["test."]))]
            })
        let (resolution, elapsed) = try await world.resolve("www.a.test")
        #expect(elapsed < .seconds(60))
        #expect(resolution.zones.first?.zone == Name("a.test"))
        let findings = resolution.diagnosis.findings
        #expect(findings.map(\.failureClass) == lie.expected, "\(findings)")
        // Four questions; each of UDP and TCP at most twice, since EDNS or the mixed case may be at fault.
        let questions = world.authorities[0].asked
        #expect(questions.count <= 4 * 4, "\(questions)")
        // What it was told to be asked for, whatever it says of others.
        #expect(
            Set(questions).isSubset(of: [
                "www.a.test. A", "www.a.test. AAAA", "a.test. SOA", "a.test. NS",
            ]), "\(questions)")
        #expect(resolution.addresses.map(\.description) == ["192.0.2.1"])
    }

    /// The right answer after its question's time is none; what it says later changes nothing.
    @Test func answersThatComeLate() async throws {
        let tree = try Self.tree()
        let world = try AuthorityWorld(
            authorities: 2, resolver: { [.send(tree.resolved($0))] },
            authority: { number, query in
                [.send(tree.authoritative(query, for: number == 1 ? [] : ["test."]))]
            },
            late: (.seconds(12), { [.send(tree.authoritative($0, for: ["a.test."]))] }))
        // A question to a nameserver has a quarter of the budget: eight seconds.
        let (resolution, elapsed) = try await world.resolve("www.a.test")
        #expect(elapsed < .seconds(60))
        #expect(resolution.diagnosis.findings.map(\.failureClass) == [.authorityUnreachable])
        #expect(resolution.addresses.map(\.description) == ["192.0.2.1"])
    }

    static let cases: [Case] = [
        Case("is silent", .authorityUnreachable) { _ in [] },
        Case("refers upward", .delegationLame) { refer($0, ". 60 NS ns.") },
        Case("refers to the parent", .delegationLame) { refer($0, "test. 60 NS ns.test.") },
        Case("refers sideways", .delegationLame) { refer($0, "b.test. 60 NS ns.b.test.") },
        Case("refers to itself", .delegationLame) { refer($0, "a.test. 60 NS ns.a.test.") },
        Case("refuses", .delegationLame) { [.send($0.answer([], .refused))] },
        Case("fails", .delegationLame) { [.send($0.answer([], .serverFailure))] },
        Case("is not authoritative", .delegationLame) { query in
            honest(query) { $0.flags.remove(.authoritativeAnswer) }
        },
        Case("answers as a resolver", .authorityUnreachable) { query in
            honest(query) {
                $0.flags.remove(.authoritativeAnswer)
                $0.flags.insert(.recursionAvailable)
            }
        },
        Case("answers another question", .authorityUnreachable) { query in
            honest(query) { $0.questions = [Question(.root, .a)] }
        },
        Case("answers with another ID", .authorityUnreachable) { query in
            honest(query) { $0.id &+= 1 }
        },
        Case("answers from elsewhere", .authorityUnreachable, tcp: { _ in [.close] }) { query in
            honest(query).map { act in
                if case .send(let bytes) = act { .sendFromElsewhere(bytes) } else { act }
            }
        },
        Case("sends rubbish", .authorityUnreachable) { _ in [.send([1, 2, 3]), .raw([0xff])] },
        Case("floods before it answers", tcp: { honest($0) }) { query in
            let foreign = honest(query) { $0.id &+= 1 }
            return (0..<100).flatMap { _ in foreign } + honest(query)
        },
        Case(
            "drips over TCP", .dnsTransportRestricted,
            tcp: { query in
                honest(query).map { act in
                    if case .send(let bytes) = act { .drip([2, 0] + bytes) } else { act }
                }
            }
        ) { honest($0) },
        Case(
            "cuts everything over UDP, closes over TCP",
            .dnsTransportRestricted, .authorityUnreachable,
            tcp: { _ in [.close] }
        ) { query in honest(query) { $0.flags.insert(.truncated) } },
        Case("folds case and knows no EDNS") { query in
            guard query.edns == nil else {
                return [.send(query.answer([], .formatError) { $0.edns = nil })]
            }
            return honest(query) { $0.questions[0].name = $0.questions[0].name.lowercased }
        },
        Case("denies with another zone's SOA", .nameNoAddress) { query in
            [
                .send(
                    query.answer(
                        authorities: (try? zone("b.test. 60 SOA a. b. 1 2 3 4 5")) ?? []
                    ) {
                        $0.flags.insert(.authoritativeAnswer)
                        $0.flags.remove(.recursionAvailable)
                    })
            ]
        },
        Case("adds another zone's records") { query in
            honest(query) { message in
                let foreign =
                    (try? zone("www.b.test. 60 A 192.0.2.66\na.test. 9 NS x.b.test.")) ?? []
                message.additionals += foreign
                message.answers += foreign.prefix(1)
            }
        },
    ]

    private static func tree() throws -> SmallTree {
        let delegation = "a.test. 300 NS ns.a.test.\nns.a.test. 300 A 127.0.77.1\n"
        return try SmallTree([
            "test.": "test. 300 NS ns.test.\nns.test. 300 A 127.0.77.2\n" + delegation,
            "a.test.": delegation + "www.a.test. 60 A 192.0.2.1\n",
        ])
    }

    private static func honest(
        _ query: Message, _ change: (inout Message) -> Void = { _ in }
    ) -> [NameServer.Act] {
        guard let tree = try? tree(),
            var message = try? Message(
                decoding: tree.authoritative(query, for: ["a.test."]))
        else { return [] }
        change(&message)
        return [.send(message.encoded())]
    }

    private static func refer(_ query: Message, _ records: String) -> [NameServer.Act] {
        [
            .send(
                query.answer(authorities: (try? zone(records)) ?? []) {
                    $0.flags.remove(.recursionAvailable)
                })
        ]
    }
}
