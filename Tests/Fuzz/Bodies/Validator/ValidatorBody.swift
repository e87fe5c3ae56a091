import DNS
import Dispatch
import Synchronization

@testable import DNSSEC

extension FuzzBody {
    /// Two questions to a small signed tree, answered as the input tells by an attacker who may change every answer
    /// and holds the keys of one zone. Whatever happens:
    ///
    /// - what is called secure is what the tree holds, but for the attacker's own zone;
    /// - nothing is secure outside the signatures' window or in an unsigned zone;
    /// - true answers are never bogus nor undecided, even after the attacker's;
    /// - no more questions are asked than the budget allows, and what is told ends soon (the fuzzer's time limit).
    @Sendable public static func validator(_ bytes: [UInt8]) {
        guard let tree = TrueTree.shared else { return promise(false, "no tree to ask") }
        var script = Script(bytes)
        let now = TrueTree.moments[script.number(below: TrueTree.moments.count)]
        let questions = [tree.question(&script), tree.question(&script)]
        let attacker = Attacker(tree, script)
        let validator = Validator(anchors: tree.anchors) { attacker.reply(to: $0) }
        let judged = Box<[(Validation, Attacker.Deeds)]>([])
        let done = DispatchSemaphore(value: 0)
        Task.detached {
            for question in questions {
                attacker.begin()
                let validation = await validator.validate(question, at: now)
                judged.value.withLock { $0.append((validation, attacker.deeds)) }
            }
            done.signal()
        }
        done.wait()
        for (validation, deeds) in judged.value.withLock({ $0 }) {
            check(validation, after: deeds, at: now, tree)
        }
    }

    private static func check(
        _ validation: Validation, after deeds: Attacker.Deeds, at now: Int64, _ tree: TrueTree
    ) {
        // And the control question.
        let limit = WorkLimits().fetches + 1
        promise(deeds.answers <= limit, "\(deeds.answers) questions were asked")
        _ = validation.denialSteps
        let question = validation.question
        if deeds.changes == 0, TrueTree.window.contains(now), !tree.isAttackers(question) {
            promise(
                [.secure, .insecure].contains(validation.status),
                "the truth about \(question) is \(validation.status): \(validation.fault?.detail ?? "")"
            )
        }
        guard validation.status == .secure else { return }
        promise(TrueTree.window.contains(now), "secure at \(now)")
        for rrset in validation.answer where !tree.isAttackers(Question(rrset.owner, rrset.type)) {
            let label = "\(rrset.owner) \(rrset.type)"
            promise(tree.holds(rrset), "\(label) is not what the tree holds")
            promise(!tree.isUnsigned(Question(rrset.owner, rrset.type)), "\(label) is unsigned")
        }
        if let denied = validation.denied, !tree.isAttackers(denied) {
            promise(tree.reply(to: denied).answers.isEmpty, "\(denied) has an answer")
            promise(!tree.isUnsigned(denied), "\(denied) is unsigned")
        }
    }
}

private final class Box<Value: Sendable>: Sendable {
    let value: Mutex<Value>
    init(_ value: Value) { self.value = Mutex(value) }
}
