extension ZonePlan {
    /// Zones whose every answer validates or is provably unsigned.
    static let sound: [ZonePlan] =
        algorithms + [
            ZonePlan(
                "sha1ds.test.", digests: [1], cases: [Case("www", "A", .secure)]),
            ZonePlan(
                "sha384ds.test.", server: .bind, digests: [4], cases: [Case("www", "A", .secure)]),
            ZonePlan(
                "threeds.test.", digests: [1, 2, 4],
                cases: [Case("www", "A", .secure), Case("@", "DS", .secure)]),
            ZonePlan(
                "nsec.test.", extra: aliases,
                cases: denials(.secure) + chains),
            ZonePlan(
                "binsec.test.", server: .bind, extra: aliases, cases: denials(.secure) + chains),
            ZonePlan("nsec3.test.", denial: .nsec3(iterations: 0), cases: denials(.secure)),
            ZonePlan(
                "binsec3.test.", server: .bind, denial: .nsec3(iterations: 5),
                cases: denials(.secure)),
            // RFC 5155 9.2: a name that an opt-out span covers may exist unsigned.
            ZonePlan(
                "optout.test.", denial: .optOut,
                cases: [
                    Case("www", "A", .secure), Case("www", "TXT", .secure),
                    Case("missing", "A", .insecure, delv: .secure),
                    Case("missing.www", "A", .insecure, delv: .secure),
                ]),
            // RFC 9276 3.2: too many iterations make the zone insecure, not bogus.
            ZonePlan(
                "iterations.test.", denial: .nsec3(iterations: 500),
                cases: [
                    Case("www", "A", .secure),
                    Case("missing", "A", .insecure, "dnssec_algorithm_unsupported"),
                ]),
            ZonePlan("insecure.test.", denial: .unsigned, cases: denials(.insecure) + [ds]),
            ZonePlan("insecure.nsec3.test.", denial: .unsigned, cases: denials(.insecure) + [ds]),
            ZonePlan(
                "insecure.optout.test.", server: .bind, denial: .unsigned,
                cases: denials(.insecure) + [Case("@", "DS", .insecure, delv: .secure)]),
            // An island: signed, but nothing leads to it.
            ZonePlan(
                "island.insecure.test.", delegation: { _, _ in [] }, cases: denials(.insecure)),
            ZonePlan("one.test.", cases: [Case("www", "A", .secure)]),
            ZonePlan("two.one.test.", server: .bind, cases: [Case("www", "A", .secure)]),
            ZonePlan(
                "three.two.one.test.", algorithm: .ed25519, denial: .nsec3(iterations: 1),
                cases: denials(.secure)),
            // Four labels below its parent's apex, and beneath an empty non-terminal.
            ZonePlan("far.below.an.empty.one.test.", cases: [Case("www", "A", .secure)]),
            // A parent and its child on one server, which must answer DS from the parent.
            ZonePlan(
                "same.test.", server: .bind,
                cases: [Case("@", "DS", .secure), Case("www", "A", .secure)]),
            ZonePlan(
                "child.same.test.", server: .bind,
                cases: [Case("@", "DS", .secure), Case("@", "DNSKEY", .secure)] + denials(.secure)),
            ZonePlan(
                "case.test.", server: .bind,
                extra: """
                    MiXeD A 192.0.2.5
                    MiXeD MX 10 MaIl.CaSe.TEST.
                    ToUpper CNAME WWW.Case.Test.
                    SeRvIcE SRV 0 0 443 WwW.CaSe.TeSt.

                    """,
                cases: [
                    Case("mixed", "A", .secure), Case("MIXED", "MX", .secure),
                    Case("toUPPER", "A", .secure), Case("service", "SRV", .secure),
                ]),
            // RFC 4035 5.3.3: the TTL received may exceed the original one.
            ZonePlan(
                "highttl.test.",
                edit: { zone, _ in
                    for index in zone.records.indices { zone.records[index].ttl = 86400 }
                }, cases: denials(.secure)),
            ZonePlan(
                "duplicates.test.",
                edit: { zone, _ in zone.records += zone.records.filter { $0.type != "SOA" } },
                cases: denials(.secure)),
        ]

    private static let algorithms: [ZonePlan] = Algorithm.allCases.map { algorithm in
        ZonePlan(
            "\(algorithm).test.", server: algorithm.rawValue % 2 == 0 ? .bind : .nsd,
            algorithm: algorithm,
            denial: algorithm == .rsasha1 ? .nsec : .nsec3(iterations: 0),
            cases: [
                Case("www", "A", .secure), Case("@", "DNSKEY", .secure), Case("no", "A", .secure),
            ])
    }

    /// Every kind of answer: data, wildcard, and all the ways to say no.
    private static func denials(_ status: Status) -> [Case] {
        [
            Case("www", "A", status), Case("www", "AAAA", status), Case("mail", "MX", status),
            Case("www", "TXT", status), Case("missing", "A", status),
            Case("a.b.missing", "A", status),
            Case("any.wild", "A", status), Case("more.than.one.wild", "A", status),
            Case("any.wild", "TXT", status), Case("empty", "A", status), Case("alias", "A", status),
            Case("alias", "TXT", status), Case("@", "SOA", status), Case("@", "NS", status),
        ]
    }

    private static let ds = Case("@", "DS", .secure)

    private static let aliases = """
        tonsec3 CNAME www.nsec3.test.
        toinsecure CNAME www.insecure.test.
        toexpired CNAME www.expired.test.
        tonothing CNAME missing.nsec3.test.
        towild CNAME any.wild.nsec3.test.
        first CNAME tonsec3
        second CNAME first
        tree DNAME nsec3.test.
        downwards DNAME insecure.test.
        across DNAME tree
        *.aliases CNAME www.nsec3.test.

        """

    private static let chains = [
        Case("tonsec3", "A", .secure), Case("toinsecure", "A", .insecure),
        Case("toexpired", "A", .bogus, "dnssec_signature_expired"),
        Case("tonothing", "A", .secure), Case("towild", "A", .secure), Case("first", "A", .secure),
        Case("second", "A", .secure), Case("second", "TXT", .secure),
        Case("www.tree", "A", .secure),
        Case("missing.tree", "A", .secure), Case("www.downwards", "A", .insecure),
        Case("www.across", "A", .secure), Case("tree", "DNAME", .secure),
        Case("any.aliases", "A", .secure), Case("tonsec3", "CNAME", .secure),
    ]
}
