extension ZonePlan {
    /// Zones with one fault each; most keep something sound to show that the fault is local.
    static let broken: [ZonePlan] = signatures + delegations + keys + proofs

    private static let signatures = [
        ZonePlan(
            "expired.test.", days: -30...(-10), cases: all(.bogus, "dnssec_signature_expired")),
        ZonePlan(
            "notyet.test.", days: 10...30, cases: all(.bogus, "dnssec_signature_not_yet_valid")),
        ZonePlan(
            "flipped.test.",
            edit: { zone, _ in
                try zone.change(owner: "www.flipped.test.", "RRSIG", covering: "A") { $0.flip() }
            }, cases: onlyAddressIsBogus("dnssec_signature_invalid")),
        ZonePlan(
            "altered.test.", server: .bind,
            edit: { zone, _ in
                try zone.change(owner: "www.altered.test.", "A") { $0.data = "192.0.2.66" }
            }, cases: onlyAddressIsBogus("dnssec_signature_invalid")),
        ZonePlan(
            "nosignature.test.",
            edit: { zone, _ in zone.remove(owner: "www.nosignature.test.", signaturesOver: "A") },
            cases: onlyAddressIsBogus("dnssec_rrsig_missing")),
        ZonePlan(
            "nosignatures.test.", edit: { zone, _ in zone.remove("RRSIG") },
            cases: all(.bogus, "dnssec_rrsig_missing")),
        // One good signature is enough, RFC 4035 5.3.3.
        ZonePlan(
            "spare.test.",
            edit: { zone, _ in
                var flipped = zone.records.filter { $0.type == "RRSIG" }
                for index in flipped.indices { flipped[index].flip() }
                zone.records += flipped
            }, cases: all(.secure)),
        // The labels field of a sound signature is lowered: an expansion without its proof.
        handSigned("fewlabels.test.", cases: onlyAddressIsBogus("dnssec_denial_invalid")) {
            rrset, signer in
            try await signer.sign(rrset, signer: "fewlabels.test.", labels: 2)
        },
        handSigned("manylabels.test.", cases: onlyAddressIsBogus("dnssec_signature_invalid")) {
            rrset, signer in
            try await signer.sign(rrset, signer: "manylabels.test.", labels: 4)
        },
        handSigned("wrongsigner.test.", cases: onlyAddressIsBogus("dnssec_signature_invalid")) {
            rrset, signer in
            try await signer.sign(rrset, signer: "nsec.test.")
        },
        handSigned("ownername.test.", cases: onlyAddressIsBogus("dnssec_signature_invalid")) {
            rrset, signer in
            try await signer.sign(rrset, signer: "www.ownername.test.")
        },
        handSigned("hand.test.", cases: all(.secure)) { rrset, signer in
            try await signer.sign(rrset, signer: "hand.test.")
        },
    ]

    private static let delegations = [
        ZonePlan(
            "wrongds.test.",
            delegation: { signers, _ in signers.map { changed($0) { $0.flip() } } },
            cases: all(.bogus, "dnssec_ds_mismatch")),
        // RFC 4509 3: with SHA-256 there, SHA-1 must not be what saves a zone. Unbound follows
        // that only when it is told to harden against downgrades.
        ZonePlan(
            "sha1saves.test.", digests: [1, 2],
            delegation: { signers, _ in
                signers.map { signer in
                    signer.fields[2] == "2" ? changed(signer) { $0.flip() } : signer
                }
            }, cases: all(.bogus, "dnssec_ds_mismatch", unbound: .secure)),
        ZonePlan(
            "rollover.test.",
            delegation: { signers, _ in signers + signers.map { changed($0) { $0.flip() } } },
            cases: all(.secure)),
        ZonePlan(
            "dsalgorithm.test.",
            delegation: { signers, _ in signers.map { changed($0) { $0.fields[1] = "200" } } },
            cases: all(.insecure, "dnssec_algorithm_unsupported")),
        ZonePlan(
            "dsdigest.test.", server: .bind,
            delegation: { signers, _ in signers.map { changed($0) { $0.fields[2] = "99" } } },
            cases: all(.insecure, "dnssec_algorithm_unsupported")),
        ZonePlan(
            "dsboth.test.",
            delegation: { signers, _ in
                signers + signers.map { changed($0) { $0.fields[1] = "200" } }
            }, cases: all(.secure)),
    ]

    private static let keys = [
        ZonePlan(
            "nodnskey.test.",
            edit: { zone, _ in zone.remove("DNSKEY", signaturesOver: "DNSKEY") },
            cases: all(.bogus, "dnssec_dnskey_missing")),
        ZonePlan(
            "stripped.test.",
            edit: { zone, _ in zone.remove("DNSKEY", "RRSIG", "NSEC") },
            cases: all(.bogus, "dnssec_dnskey_missing")),
        ZonePlan(
            "keyflipped.test.",
            edit: { zone, _ in
                try zone.change("RRSIG", covering: "DNSKEY") { $0.flip() }
            }, cases: all(.bogus, "dnssec_signature_invalid")),
        ZonePlan(
            "nokeysignature.test.",
            edit: { zone, _ in zone.remove(signaturesOver: "DNSKEY") },
            cases: all(.bogus, "dnssec_rrsig_missing")),
        // The keys are as sound as before, but the zone's own records are signed by none of them.
        rekeyed("nozsk.test.", cases: all(.bogus, "dnssec_signature_invalid")) {
            [$0.keySigning.record]
        },
        // RFC 4034 2.1.1: without the zone bit a key must not verify anything. BIND does not look.
        rekeyed("nozonebit.test.", cases: all(.bogus, "dnssec_ds_mismatch", delv: .secure)) {
            [changed($0.keySigning.record) { $0.fields[0] = "1" }, $0.zoneSigning.record]
        },
        // RFC 5011 2.1: a revoked key signs its own revocation only. Unbound looks at the bit in
        // trust anchors alone.
        rekeyed("revoked.test.", cases: all(.bogus, "dnssec_ds_mismatch", unbound: .secure)) {
            [changed($0.keySigning.record) { $0.fields[0] = "385" }, $0.zoneSigning.record]
        },
        // RFC 4034 2.1.2: the protocol field must be 3. BIND does not look.
        rekeyed("protocol.test.", cases: all(.bogus, "dnssec_ds_mismatch", delv: .secure)) {
            [changed($0.keySigning.record) { $0.fields[1] = "4" }, $0.zoneSigning.record]
        },
        rekeyed("rekeyed.test.", cases: all(.secure)) {
            [$0.keySigning.record, $0.zoneSigning.record]
        },
    ]

    private static let proofs = [
        ZonePlan(
            "noproof.test.", edit: { zone, _ in zone.remove("NSEC", signaturesOver: "NSEC") },
            cases: [
                Case("www", "A", .secure), Case("any.wild", "A", .bogus, "dnssec_denial_invalid"),
                Case("missing", "A", .bogus, "dnssec_denial_invalid"),
                Case("www", "TXT", .bogus, "dnssec_denial_invalid"),
            ]),
        ZonePlan(
            "noproof3.test.", denial: .nsec3(iterations: 0),
            edit: { zone, _ in zone.remove("NSEC3", signaturesOver: "NSEC3") },
            cases: [
                Case("www", "A", .secure), Case("any.wild", "A", .bogus, "dnssec_denial_invalid"),
                Case("missing", "A", .bogus, "dnssec_denial_invalid"),
                Case("www", "TXT", .bogus, "dnssec_denial_invalid"),
            ]),
        ZonePlan(
            "badproof.test.", server: .bind,
            edit: { zone, _ in try zone.change("RRSIG", covering: "NSEC") { $0.flip() } },
            cases: [
                Case("www", "A", .secure), Case("missing", "A", .bogus, "dnssec_signature_invalid"),
                Case("www", "TXT", .bogus, "dnssec_signature_invalid"),
            ]),
        // The proof that a delegation is unsigned is missing: its child cannot be told from a forgery.
        ZonePlan(
            "nodsproof.test.",
            edit: { zone, _ in
                zone.remove(owner: "child.nodsproof.test.", "NSEC", signaturesOver: "NSEC")
            }, cases: [Case("www", "A", .secure)]),
        ZonePlan(
            "child.nodsproof.test.", denial: .unsigned, cases: all(.bogus, "dnssec_denial_invalid")),
        // The record of `*` is shown at a name that exists, with the signature of `*`.
        ZonePlan(
            "replayed.test.", extra: "real.wild A 192.0.2.6\n",
            edit: { zone, _ in
                let star =
                    zone.records(
                        "*.wild.replayed.test.", "A")
                    + zone.records("*.wild.replayed.test.", "RRSIG").filter { $0.covered == "A" }
                zone.remove(owner: "real.wild.replayed.test.", "A", signaturesOver: "A")
                zone.records += star.map { changed($0) { $0.owner = "real.wild.replayed.test." } }
            },
            cases: [
                Case("real.wild", "A", .bogus, "dnssec_denial_invalid"),
                Case("any.wild", "A", .secure),
            ]),
    ]

    /// A zone whose address of `www` is signed by hand.
    private static func handSigned(
        _ zone: String, cases: [Case],
        _ sign: @escaping @Sendable ([ZoneFile.Record], HandSigner) async throws -> ZoneFile.Record
    ) -> ZonePlan {
        ZonePlan(
            zone, algorithm: .ed25519,
            edit: { file, keys in
                let rrset = file.records("www.\(zone)", "A")
                file.remove(owner: "www.\(zone)", signaturesOver: "A")
                file.records.append(try await sign(rrset, HandSigner(keys.zoneSigning)))
            }, cases: cases)
    }

    /// A zone with another DNSKEY RRset, signed by its first key, whose DS the parent holds.
    private static func rekeyed(
        _ zone: String, cases: [Case],
        _ rrset: @escaping @Sendable (ZoneKeys) -> [ZoneFile.Record]
    ) -> ZonePlan {
        ZonePlan(
            zone, algorithm: .ed25519,
            delegation: { _, keys in [try await delegationSigner(rrset(keys)[0])] },
            edit: { file, keys in
                let rrset = rrset(keys)
                file.remove("DNSKEY", signaturesOver: "DNSKEY")
                file.records += rrset
                file.records.append(
                    try await HandSigner(keys.keySigning).sign(
                        rrset, signer: zone, dnskey: rrset[0]))
            }, cases: cases)
    }

    private static func all(
        _ status: Status, _ failure: String? = nil, unbound: Status? = nil,
        delv: DelvVerdict? = nil
    ) -> [Case] {
        [("www", "A"), ("any.wild", "A"), ("missing", "A"), ("www", "TXT")].map {
            Case($0.0, $0.1, status, failure, unbound: unbound, delv: delv)
        }
    }

    private static func onlyAddressIsBogus(_ failure: String) -> [Case] {
        [
            Case("www", "A", .bogus, failure), Case("www", "AAAA", .secure),
            Case("missing", "A", .secure), Case("alias", "A", .bogus, failure),
        ]
    }
}

/// A record after an edit.
private func changed(
    _ record: ZoneFile.Record, _ edit: (inout ZoneFile.Record) -> Void
) -> ZoneFile.Record {
    var record = record
    edit(&record)
    return record
}
