import DNS
import OpenSSL

@testable import DNSSEC
@testable import Lab

/// A root, a zone with NSEC, one with NSEC3 and opt-out, two unsigned ones, and one whose keys the attacker holds. The
/// keys are always the same, or an input would not do the same again.
struct TrueTree: Sendable {
    static let shared = try? TrueTree()
    static let window: ClosedRange<Int64> = 1_799_999_000...1_800_100_000
    /// Most are the first, which begins an input of zeros.
    static let moments =
        Array(repeating: 1_800_000_000, count: 12)
        + [window.lowerBound - 1, window.lowerBound, window.upperBound, window.upperBound + 1]

    let anchors: TrustAnchors
    let questions: [Question]
    let zones: [Zone]
    let attackersKey: SigningKey
    /// Of all signed zones, the attacker's among them.
    let keyTags: [UInt16]

    private init() throws {
        var keys: [Name: SigningKey] = [:]
        var zones: [Zone] = []
        for plan in Self.plan.reversed() {
            let name = Name(plan.apex) ?? .root
            var zone = Zone(apex: name)
            for record in try ZoneText.records(plan.text.utf8) {
                zone.add(record.owner, record.type, record.data)
            }
            for (child, key) in keys where child.parent == name && !child.isRoot {
                if let ds = DS(of: key.dnskey, zone: child, digestType: .sha256) {
                    zone.add(child, .ds, .ds(ds))
                }
            }
            if let text = plan.key, let key = PrivateKey(pem: Self.pem(text)) {
                let key = SigningKey(key, .ed25519, flags: 257)
                try zone.sign(Signing(keys: [key], denial: plan.denial, window: Self.window))
                keys[name] = key
            }
            zones.append(zone)
        }
        guard let rootKey = keys[.root], let attackersKey = keys[Self.attackers] else {
            throw DNSError.malformed("a key of the tree cannot be read")
        }
        (self.zones, self.attackersKey) = (zones, attackersKey)
        keyTags = keys.values.map(\.dnskey.keyTag).sorted()
        anchors = TrustAnchors([.root: [.dnskey(rootKey.dnskey)]])
        questions = Self.names.compactMap { Name($0) }.flatMap { name in
            [RecordType.a, .txt, .cname, .ds, .any].map { Question(name, $0) }
        }
    }

    func question(_ script: inout Script) -> Question {
        questions[script.number(below: questions.count)]
    }

    func reply(to question: Question) -> Message {
        let isParents = question.type == .ds && !question.name.isRoot
        let holder = isParents ? question.name.parent ?? .root : question.name
        let zone = zones.filter { holder.isWithin($0.apex) }
            .max { $0.apex.labelCount < $1.apex.labelCount }
        return reply(to: question, by: zone ?? zones[0])
    }

    /// What the servers of that zone say, be it a referral.
    func reply(to question: Question, by zone: Zone) -> Message {
        var message = Message(
            id: 0, flags: .isResponse, questions: [question], edns: EDNS(dnssecOK: true))
        guard question.name.isWithin(zone.apex) else { return message }
        let answer = ZoneAnswer(question, in: zone, dnssecOK: true)
        message.responseCode = answer.responseCode
        (message.answers, message.authorities) = (answer.answers, answer.authorities)
        return message
    }

    /// As its server would answer, or as the parent's own record at a cut; no longer than there.
    func holds(_ rrset: RRset) -> Bool {
        let answers = reply(to: Question(rrset.owner, rrset.type)).answers
        let served = RRset(owner: rrset.owner, type: rrset.type, in: answers)
        let own = zones.compactMap { zone in
            zone.nodes[rrset.owner].flatMap { node in
                node.signatures[rrset.type] == nil
                    ? nil
                    : RRset(
                        owner: rrset.owner, type: rrset.type, in: node.records[rrset.type] ?? [])
            }
        }
        return (own + [served].compactMap(\.self)).contains {
            Set($0.data) == Set(rrset.data) && rrset.ttl <= $0.ttl
        }
    }

    /// Whether the zone that speaks for it is the attacker's.
    func isAttackers(_ question: Question) -> Bool { question.isHeld(in: Self.attackers) }

    func isUnsigned(_ question: Question) -> Bool {
        zones.contains { !$0.isSigned && question.isHeld(in: $0.apex) }
    }

    private static func pem(_ base64: String) -> [UInt8] {
        // Parted, so that nobody takes it for a secret that was left lying here.
        let (begin, end) = ("-----BEGIN PRIVATE", "-----END PRIVATE")
        return Array("\(begin) KEY-----\n\(base64)\n\(end) KEY-----\n".utf8)
    }

    static let attackers = Name("evil.test") ?? .root
    private static let soa = "SOA ns.test. a.test. 1 2 3 4 5"

    private struct Plan {
        var apex: String
        var text: String
        var denial = Signing.Denial.nsec
        /// PKCS #8 in Base64; nil for an unsigned zone.
        var key: String?
    }

    private static let plan = [
        Plan(
            apex: ".", text: ". 9 \(soa)\n. 9 NS ns.test.\ntest. 9 NS ns.test.\n",
            key: "MC4CAQAwBQYDK2VwBCIEIAMH8d1RkHKJH5rxrHrwhIKtdsXAprvkpjffHPGPLKaL"),
        Plan(
            apex: "test.",
            text: """
                test. 9 \(soa)
                test. 9 NS ns.test.
                www.test. 9 A 192.0.2.1
                www.test. 9 TXT "one"
                *.wild.test. 9 A 192.0.2.2
                alias.test. 9 CNAME www.hashed.test.
                to.test. 9 DNAME hashed.test.
                a.empty.test. 9 A 192.0.2.3
                hashed.test. 9 NS ns.test.
                plain.test. 9 NS ns.test.
                evil.test. 9 NS ns.test.

                """,
            key: "MC4CAQAwBQYDK2VwBCIEIDQZqh8rZmfPOBYO7m4JKr6ZiUnuXHXnNdGKOZhGgat9"),
        Plan(
            apex: "hashed.test.",
            text: """
                hashed.test. 9 \(soa)
                hashed.test. 9 NS ns.test.
                www.hashed.test. 9 A 192.0.2.4
                *.wild.hashed.test. 9 TXT "two"
                back.hashed.test. 9 CNAME www.test.
                out.hashed.test. 9 NS ns.test.

                """,
            denial: .nsec3(.init(iterations: 1, salt: [7], optsOut: true)),
            key: "MC4CAQAwBQYDK2VwBCIEIId+bMsK9b1ViSncTVoMHnCeFmBHmOuy1BgN12XwNkMx"),
        Plan(
            apex: "evil.test.",
            text: """
                evil.test. 9 \(soa)
                evil.test. 9 NS ns.test.
                www.evil.test. 9 A 192.0.2.6
                *.wild.evil.test. 9 CNAME www.test.
                to.evil.test. 9 DNAME test.

                """,
            denial: .nsec3(),
            key: "MC4CAQAwBQYDK2VwBCIEIDVpwknQrEou0cw/hnc9yUXmtrFCwjybom2C14SqUjgZ"),
        Plan(apex: "plain.test.", text: "plain.test. 9 \(soa)\nplain.test. 9 A 192.0.2.5\n"),
        Plan(
            apex: "out.hashed.test.",
            text: "out.hashed.test. 9 \(soa)\nx.out.hashed.test. 9 A 192.0.2.7\n"),
    ]
    private static let names = [
        ".", "test.", "www.test.", "no.test.", "x.wild.test.", "*.wild.test.", "alias.test.",
        "www.to.test.", "empty.test.", "hashed.test.", "www.hashed.test.", "no.hashed.test.",
        "x.wild.hashed.test.", "back.hashed.test.", "x.out.hashed.test.", "plain.test.",
        "a.b.plain.test.", "evil.test.", "www.evil.test.", "x.wild.evil.test.",
        "www.to.evil.test.", "no.evil.test.",
    ]
}

extension Question {
    /// A DS stands in the zone above the cut.
    fileprivate func isHeld(in apex: Name) -> Bool {
        type == .ds ? name.isBelow(apex) : name.isWithin(apex)
    }
}
