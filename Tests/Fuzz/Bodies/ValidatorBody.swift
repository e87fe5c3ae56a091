import DNS
import Dispatch
import OpenSSL
import Synchronization

@testable import DNSSEC
@testable import Lab

extension FuzzBody {
    /// True answers of a small signed tree, changed as the input tells: what is called secure must be what the tree
    /// holds, within the budget of questions.
    @Sendable public static func validator(_ bytes: [UInt8]) {
        guard let tree = TrueTree.shared else { return promise(false, "no tree to ask") }
        var script = Script(bytes)
        let question = tree.questions[script.number(below: tree.questions.count)]
        let attacker = Attacker(tree, script)
        let validator = Validator(anchors: tree.anchors) { attacker.reply(to: $0) }
        let result = Box<Validation?>(nil)
        let done = DispatchSemaphore(value: 0)
        Task.detached {
            let validation = await validator.validate(question, at: TrueTree.now)
            result.value.withLock { $0 = validation }
            done.signal()
        }
        done.wait()
        guard let validation = result.value.withLock({ $0 }) else { return }
        // Once more with fresh keys, and the control question.
        let limit = 2 * WorkLimits().fetches + 2
        promise(attacker.count <= limit, "\(attacker.count) questions were asked")
        _ = validation.denialSteps
        guard validation.status == .secure else { return }
        for rrset in validation.answer {
            promise(
                tree.holds(rrset), "\(rrset.owner) \(rrset.type) is not what the tree holds")
        }
        if let denied = validation.denied {
            promise(tree.truth(of: denied) == nil, "\(denied) has an answer")
        }
    }
}

private final class Box<Value: Sendable>: Sendable {
    let value: Mutex<Value>
    init(_ value: Value) { self.value = Mutex(value) }
}

/// A resolver that changes answers as the input tells.
private final class Attacker: Sendable {
    private let tree: TrueTree
    private let state: Mutex<(script: Script, count: Int)>

    init(_ tree: TrueTree, _ script: Script) {
        self.tree = tree
        state = Mutex((script, 0))
    }

    var count: Int { state.withLock { $0.count } }

    func reply(to question: Question) -> Result<Message, Validator.FetchFailure> {
        state.withLock { state in
            state.count += 1
            var message = tree.reply(to: question)
            for _ in 0..<state.script.number(below: 4) {
                guard Self.change(&message, tree, &state.script) else {
                    return .failure(Validator.FetchFailure("lost"))
                }
            }
            return .success(message)
        }
    }

    /// One change; false where nothing is left to hand out.
    private static func change(
        _ message: inout Message, _ tree: TrueTree, _ script: inout Script
    ) -> Bool {
        switch script.number(below: 12) {
        case 0: remove(&message.answers, &script)
        case 1: remove(&message.authorities, &script)
        case 2: message.answers += tree.other(&script).answers
        case 3: message.authorities += tree.other(&script).authorities
        case 4: message = tree.other(&script)
        case 5: message.responseCode = ResponseCode(rawValue: UInt16(script.number(below: 6)))
        case 6: rename(&message.answers, tree, &script)
        case 7: rename(&message.authorities, tree, &script)
        case 8: message.edns = nil
        case 9: swap(&message.answers, &message.authorities)
        case 10: message.answers += message.answers.map { aged($0, script.byte()) }
        default:
            var bytes = message.encoded()
            let place = Int(script.byte()) << 8 | Int(script.byte())
            bytes[place % bytes.count] ^= script.byte()
            guard let changed = try? Message(decoding: bytes) else { return false }
            message = changed
        }
        return true
    }

    private static func remove(_ records: inout [Record], _ script: inout Script) {
        guard !records.isEmpty else { return }
        records.remove(at: script.number(below: records.count))
    }

    private static func rename(
        _ records: inout [Record], _ tree: TrueTree, _ script: inout Script
    ) {
        guard !records.isEmpty else { return }
        let owner = tree.questions[script.number(below: tree.questions.count)].name
        records[script.number(below: records.count)].owner = owner
    }

    private static func aged(_ record: Record, _ ttl: UInt8) -> Record {
        var record = record
        record.ttl = UInt32(ttl)
        return record
    }
}

/// A root, a zone with NSEC, one with NSEC3 and opt-out, an unsigned one; keys are fresh in each process.
private struct TrueTree: Sendable {
    static let shared = try? TrueTree()
    static let now: Int64 = 1_800_000_000

    let anchors: TrustAnchors
    let questions: [Question]
    private let zones: [Zone]

    private init() throws {
        let window = (Self.now - 1000)...(Self.now + 100_000)
        var signers: [Name: DS] = [:]
        var zones: [Zone] = []
        for (apex, text, denial) in Self.plan.reversed() {
            let name = Name(apex) ?? .root
            var zone = Zone(apex: name)
            for record in try ZoneText.records(text.utf8) {
                zone.add(record.owner, record.type, record.data)
            }
            for (child, ds) in signers where child.parent == name { zone.add(child, .ds, .ds(ds)) }
            if let denial {
                let key = try SigningKey(.ed25519, flags: 257)
                try zone.sign(Signing(keys: [key], denial: denial, window: window))
                signers[name] = DS(of: key.dnskey, zone: name, digestType: .sha256)
            }
            zones.append(zone)
        }
        self.zones = zones
        anchors = TrustAnchors([.root: signers[.root].map { [.ds($0)] } ?? []])
        questions = Self.names.compactMap { Name($0) }.flatMap { name in
            [RecordType.a, .txt, .cname, .ds, .any].map { Question(name, $0) }
        }
    }

    func reply(to question: Question) -> Message {
        let isParents = question.type == .ds && !question.name.isRoot
        let holder = isParents ? question.name.parent ?? .root : question.name
        let zone = zones.filter { holder.isWithin($0.apex) }
            .max { $0.apex.labelCount < $1.apex.labelCount }
        var message = Message(
            id: 0, flags: .isResponse, questions: [question], edns: EDNS(dnssecOK: true))
        guard let zone else { return message }
        let answer = ZoneAnswer(question, in: zone, dnssecOK: true)
        message.responseCode = answer.responseCode
        (message.answers, message.authorities) = (answer.answers, answer.authorities)
        return message
    }

    /// Nil where there is none; aliases are not followed.
    func truth(of question: Question) -> RRset? {
        RRset(owner: question.name, type: question.type, in: reply(to: question).answers)
    }

    /// As its server would answer, or as the parent's own record at a cut.
    func holds(_ rrset: RRset) -> Bool {
        let truth = truth(of: Question(rrset.owner, rrset.type))
        if truth.map({ Set($0.data) }) == Set(rrset.data) { return true }
        return zones.contains { zone in
            let node = zone.nodes[rrset.owner]
            let data = node?.records[rrset.type]?.map(\.data) ?? []
            return node?.signatures[rrset.type] != nil && Set(data) == Set(rrset.data)
        }
    }

    func other(_ script: inout Script) -> Message {
        reply(to: questions[script.number(below: questions.count)])
    }

    private static let soa = "SOA ns.test. a.test. 1 2 3 4 5"
    private static let plan: [(String, String, Signing.Denial?)] = [
        (".", ". 9 \(soa)\n. 9 NS ns.test.\ntest. 9 NS ns.test.\n", .nsec),
        (
            "test.",
            """
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

            """, .nsec
        ),
        (
            "hashed.test.",
            """
            hashed.test. 9 \(soa)
            hashed.test. 9 NS ns.test.
            www.hashed.test. 9 A 192.0.2.4
            *.wild.hashed.test. 9 TXT "two"
            back.hashed.test. 9 CNAME www.test.
            out.hashed.test. 9 NS ns.test.

            """, .nsec3(.init(iterations: 1, salt: [7], optsOut: true))
        ),
        ("plain.test.", "plain.test. 9 \(soa)\nplain.test. 9 A 192.0.2.5\n", nil),
    ]
    private static let names = [
        ".", "test.", "www.test.", "no.test.", "x.wild.test.", "*.wild.test.", "alias.test.",
        "www.to.test.", "empty.test.", "hashed.test.", "www.hashed.test.", "no.hashed.test.",
        "x.wild.hashed.test.", "back.hashed.test.", "x.out.hashed.test.", "plain.test.",
        "a.b.plain.test.",
    ]
}
