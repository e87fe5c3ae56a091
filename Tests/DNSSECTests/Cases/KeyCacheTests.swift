import DNS
import DNSSEC
import Synchronization
import Testing

extension DNSSECTests {
    @Suite("The key cache", .timeLimit(.minutes(1))) struct KeyCacheTests {
        private let question: Question

        init() throws { question = try Question(name("www.example.test"), .a) }

        @Test func keysAreFetchedOnce() async throws {
            let (tree, cache) = try (Tree.plain(), KeyCache())
            let validator = try tree.validator(cache: cache)
            let first = await validator.validate(question, at: now)
            try expect(first, nil)
            #expect(tree.asked.all.count == 6)
            #expect(cache.statistics == (0, 3))
            let second = await validator.validate(question, at: now + 10)
            try expect(second, nil)
            // Leaf answers are never held.
            #expect(tree.asked.all.count == 7)
            #expect(tree.asked.count(question) == 2)
            #expect(cache.statistics == (1, 3))
            // What is told of the zones is the same, whether they were fetched or held.
            #expect(second.zones == first.zones)
            // A sibling takes the zone above from the cache.
            _ = try await validator.validate(Question(name("other.test"), .a), at: now)
            #expect(tree.asked.count(Question(.root, .dnskey)) == 1)
        }

        @Test("Keys asked for in the same run are fresh enough to condemn")
        func keysJustFetched() async throws {
            var tree = try Tree([
                ZoneSpec("."), ZoneSpec("test"), ZoneSpec("one.test", "www CNAME www.two.test."),
                ZoneSpec("two.test", "www A 192.0.2.1"),
            ])
            tree.aliasesPerReply = 0
            try tree.change("two.test") {
                try $0.resign(name("www.two.test"), .a, Key.Fields(expiration: now - 10))
            }
            try await expect(tree.validate("www.one.test"), .signatureExpired)
            // Each question but once.
            #expect(Set(tree.asked.all).count == tree.asked.all.count)
        }

        @Test func reportsDoNotDependOnTheCache() async throws {
            let soon = Key.Fields(expiration: now + 100)
            var tree = try Tree.plain()
            try tree.change("test") { try $0.resign(name("example.test"), .ds, soon) }
            let validator = try tree.validator()
            for _ in 0..<2 {
                let result = await validator.validate(question, at: now)
                #expect(result.earliestSignature?.expiration == now + 100)
                #expect(result.earliestSignature?.typeCovered == .ds)
            }
        }

        @Test(
            "Keys are held until the first TTL or signature ends",
            arguments: [
                ("test", RecordType.dnskey, 60 as Int64), ("example.test", .ds, 60),
                ("example.test", .dnskey, 60), (".", .dnskey, 60),
            ])
        func expiry(_ owner: String, _ type: RecordType, _ life: Int64) async throws {
            var tree = try Tree.plain()
            let short = try Question(name(owner), type)
            tree.edit { question, message in
                guard question == short else { return }
                message.answers = message.answers.map { record in
                    var brief = record
                    brief.ttl = UInt32(life)
                    return brief
                }
            }
            let validator = try tree.validator()
            let last = try Question(name("example.test"), .dnskey)
            for (time, fetches) in [(0, 1), (life - 1, 1), (life, 2), (life + 1, 2)] {
                try await expect(validator.validate(question, at: now + time), nil)
                #expect(tree.asked.count(last) == fetches, "after \(time) s")
            }
        }

        @Test func aSignaturesEndEndsTheHold() async throws {
            var tree = try Tree.plain()
            let key = try #require(tree["example.test"].keys.first)
            try tree.change("example.test") {
                try $0.resign($0.apex, .dnskey, by: key, Key.Fields(expiration: now + 30))
            }
            let validator = try tree.validator()
            try await expect(validator.validate(question, at: now), nil)
            try await expect(validator.validate(question, at: now + 29), nil)
            try await expect(validator.validate(question, at: now + 30), nil)
            try await expect(validator.validate(question, at: now + 31), .signatureExpired)
            // Nor do keys hold before their time.
            try await expect(validator.validate(question, at: now - 3601), .signatureNotYetValid)
        }

        @Test func aTTLOfNothingIsNotHeld() async throws {
            var tree = try Tree.plain()
            tree.edit { question, message in
                guard question.type == .dnskey else { return }
                message.answers = message.answers.map { record in
                    var brief = record
                    brief.ttl = 0
                    return brief
                }
            }
            let validator = try tree.validator()
            for count in 1...2 {
                try await expect(validator.validate(question, at: now), nil)
                #expect(tree.asked.count(Question(.root, .dnskey)) == count)
            }
        }

        @Test func nothingIsHeldLongerThanAQuarterOfAnHour() async throws {
            let tree = try Tree.plain()
            let validator = try tree.validator()
            for (time, fetches) in [(0, 1), (899, 1), (900, 2)] as [(Int64, Int)] {
                try await expect(validator.validate(question, at: now + time), nil)
                #expect(tree.asked.count(Question(.root, .dnskey)) == fetches)
            }
        }

        @Test("Held keys condemn nobody: all that led to them is fetched anew")
        func rollOver() async throws {
            let old = try Tree.plain()
            let cache = KeyCache()
            try await expect(
                old.validator(cache: cache).validate(question, at: now), nil)
            // Every zone has new keys now; the root's anchor is kept, as a roll-over would.
            let new = try Tree.plain()
            let anchors = try new.anchors()
            let result = try await new.validator(anchors: anchors, cache: cache)
                .validate(question, at: now)
            try expect(result, nil)
            #expect(new.asked.count(Question(.root, .dnskey)) == 1)
            #expect(new.asked.count(question) == 2)
            // The new keys are held now.
            _ = try await new.validator(anchors: anchors, cache: cache).validate(question, at: now)
            #expect(new.asked.count(Question(.root, .dnskey)) == 1)
        }

        @Test func failuresAreNotHeld() async throws {
            let flag = Flag(true)
            var tree = try Tree.plain()
            tree.edit { question, message in
                if flag.value, question.type == .dnskey, question.name == Name("example.test") {
                    message.answers.removeAll { $0.type == .rrsig }
                }
            }
            let validator = try tree.validator()
            try await expect(validator.validate(question, at: now), .rrsigMissing)
            flag.value = false
            try await expect(validator.validate(question, at: now), nil)
        }

        @Test("Askers at the same time share one fetch of each zone's keys")
        func sharing() async throws {
            let tree = try Tree.plain()
            let gate = Gate()
            let validator = try tree.validator(holding: Question(.root, .dnskey), at: gate)
            let count = 20
            let results = await withTaskGroup(of: Validation.self) { group in
                for _ in 0..<count {
                    group.addTask { [question] in await validator.validate(question, at: now) }
                }
                // All of them wait for the root's keys, which one has asked for.
                await gate.waitUntil { tree.asked.count(question) == count }
                gate.open()
                return await group.reduce(into: []) { $0.append($1) }
            }
            #expect(results.allSatisfy { $0.status == .secure })
            for (owner, type) in [
                (".", RecordType.dnskey), ("test", .dnskey), ("example.test", .dnskey),
            ] {
                #expect(try tree.asked.count(Question(name(owner), type)) == 1, "\(owner)")
            }
        }

        @Test("The failure of one asker is not the others'")
        func ownFailure() async throws {
            let tree = try Tree.plain()
            let gate = Gate()
            let root = Question(.root, .dnskey)
            let isFirst = Flag(true)
            let anchors = try tree.anchors()
            let validator = Validator(anchors: anchors) { question in
                let reply = tree.answer(question)
                guard question == root, isFirst.take() else { return reply }
                await gate.pass()
                return .failure(Validator.FetchFailure("too late"))
            }
            let results = await withTaskGroup(of: Validation.self) { group in
                for _ in 0..<8 {
                    group.addTask { [question] in await validator.validate(question, at: now) }
                }
                await gate.waitUntil { tree.asked.count(question) == 8 }
                gate.open()
                return await group.reduce(into: []) { $0.append($1) }
            }
            #expect(results.count { $0.status == .indeterminate } == 1)
            #expect(results.count { $0.status == .secure } == 7)
        }

        @Test("A waiter that is cancelled waits no longer, and harms nobody")
        func cancellation() async throws {
            let tree = try Tree.plain()
            let gate = Gate()
            let validator = try tree.validator(holding: Question(.root, .dnskey), at: gate)
            let owner = Task { [question] in await validator.validate(question, at: now) }
            await gate.waitUntil { tree.asked.count(Question(.root, .dnskey)) == 1 }
            let waiter = Task { [question] in await validator.validate(question, at: now) }
            await gate.waitUntil { tree.asked.count(question) == 2 }
            waiter.cancel()
            // The gate is still shut: only the cancellation can end this.
            let result = await waiter.value
            try expect(result, .indeterminate, in: ".")
            gate.open()
            try expect(await owner.value, nil)
            #expect(tree.asked.count(Question(.root, .dnskey)) == 1)
        }
    }
}

/// A value that closures may change.
final class Flag: Sendable {
    private let state: Mutex<Bool>
    init(_ value: Bool) { state = Mutex(value) }

    var value: Bool {
        get { state.withLock { $0 } }
        set { state.withLock { $0 = newValue } }
    }

    /// True the first time.
    func take() -> Bool {
        state.withLock { flag in
            defer { flag = false }
            return flag
        }
    }
}

/// Holds up whoever passes until it is opened.
final class Gate: Sendable {
    private let state = Mutex((isOpen: false, waiting: [CheckedContinuation<Void, Never>]()))

    func pass() async {
        await withCheckedContinuation { continuation in
            let isOpen = state.withLock { state in
                if !state.isOpen { state.waiting.append(continuation) }
                return state.isOpen
            }
            if isOpen { continuation.resume() }
        }
    }

    func open() {
        let waiting = state.withLock { state in
            state.isOpen = true
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }

    /// Lets others run until the condition holds.
    func waitUntil(_ condition: () -> Bool) async {
        while !condition() { await Task.yield() }
    }
}

extension Tree {
    /// A validator whose answer to one question waits at a gate.
    func validator(holding held: Question, at gate: Gate) throws -> Validator {
        Validator(anchors: try anchors()) { question in
            let reply = answer(question)
            if question == held { await gate.pass() }
            return reply
        }
    }
}
