import DNS
import Synchronization

@testable import DNSSEC

/// A resolver that changes answers as the input tells.
final class Attacker: Sendable {
    /// Since the last question began.
    struct Deeds: Sendable {
        var answers = 0
        var changes = 0
    }

    private let tree: TrueTree
    private let state: Mutex<(script: Script, deeds: Deeds)>

    init(_ tree: TrueTree, _ script: Script) {
        self.tree = tree
        state = Mutex((script, Deeds()))
    }

    var deeds: Deeds { state.withLock { $0.deeds } }

    func begin() { state.withLock { $0.deeds = Deeds() } }

    func reply(to question: Question) -> Result<Message, Validator.FetchFailure> {
        state.withLock { state in
            state.deeds.answers += 1
            var forgery = Forgery(message: tree.reply(to: question), tree: tree)
            for _ in 0..<state.script.number(below: 4) {
                state.deeds.changes += 1
                guard forgery.change(&state.script) else {
                    return .failure(Validator.FetchFailure("lost"))
                }
            }
            return .success(forgery.message)
        }
    }
}

/// A message on its way from the truth.
struct Forgery {
    var message: Message
    let tree: TrueTree

    /// One change; false where nothing is left to hand out.
    mutating func change(_ script: inout Script) -> Bool {
        switch script.number(below: 18) {
        case 0: remove(\.answers, &script)
        case 1: remove(\.authorities, &script)
        case 2: message.answers += other(&script).answers
        case 3: message.authorities += other(&script).authorities
        case 4: message = other(&script)
        case 5: message.responseCode = ResponseCode(rawValue: UInt16(script.number(below: 6)))
        case 6: rename(section(&script), &script)
        case 7: message.edns = nil
        case 8: swap(&message.answers, &message.authorities)
        case 9: message.answers += message.answers.map { aged($0, script.byte()) }
        case 10: refer(&script)
        case 11: sign(section(&script), &script)
        case 12: replaceData(section(&script), &script)
        case 13: addDenial(section(&script), &script)
        case 14: collide(&script)
        case 15: multiply(section(&script), &script)
        default: return flip(&script)
        }
        return true
    }

    typealias Section = WritableKeyPath<Message, [Record]>

    private func section(_ script: inout Script) -> Section {
        script.flag() ? \.authorities : \.answers
    }

    private func other(_ script: inout Script) -> Message {
        tree.reply(to: tree.question(&script))
    }

    private mutating func remove(_ section: Section, _ script: inout Script) {
        guard !message[keyPath: section].isEmpty else { return }
        let index = script.number(below: message[keyPath: section].count)
        message[keyPath: section].remove(at: index)
    }

    private mutating func rename(_ section: Section, _ script: inout Script) {
        guard !message[keyPath: section].isEmpty else { return }
        let index = script.number(below: message[keyPath: section].count)
        message[keyPath: section][index].owner = tree.question(&script).name
    }

    private func aged(_ record: Record, _ ttl: UInt8) -> Record {
        var record = record
        record.ttl = UInt32(ttl)
        return record
    }

    /// The answer of another zone's servers to the same question.
    private mutating func refer(_ script: inout Script) {
        guard let question = message.questions.first else { return }
        let zone = tree.zones[script.number(below: tree.zones.count)]
        message = tree.reply(to: question, by: zone)
    }

    private mutating func flip(_ script: inout Script) -> Bool {
        var bytes = message.encoded()
        let place = Int(script.byte()) << 8 | Int(script.byte())
        bytes[place % bytes.count] ^= script.byte()
        guard let changed = try? Message(decoding: bytes) else { return false }
        message = changed
        return true
    }
}
