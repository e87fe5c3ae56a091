import Addresses
import DNS
import Testing

@testable import Probe

/// What is kept of earlier answers, for how long, and what it proves.
@Suite struct MemoryTests {
    private static let day: Int64 = 86_400
    private static let now: Int64 = 1_800_000_000

    private func set(_ numbers: UInt32...) -> Set<IPAddress> {
        Set(numbers.map { IPAddress(ipv4: 0xc000_0200 + $0) })
    }

    @Test func anAnswerUnderAnotherSerialIsSuperseded() {
        var memory = RememberedAnswers()
        memory.note([.a: [set(1)]], serials: [6], at: Self.now)
        #expect(memory.superseded(set(1), .a, now: [7])?.serials == [6])
        #expect(memory.superseded(set(1), .a, now: [6]) == nil)
        #expect(memory.superseded(set(1), .a, now: [6, 7]) == nil)
        #expect(memory.superseded(set(2), .a, now: [7]) == nil)
        #expect(memory.superseded(set(1), .aaaa, now: [7]) == nil)
        // An answer without a serial is under no other one.
        memory.note([.a: [set(3)]], serials: [], at: Self.now)
        #expect(memory.superseded(set(3), .a, now: [7]) == nil)
    }

    @Test func aRotationProvesNothing() {
        var memory = RememberedAnswers()
        for (time, number): (Int64, UInt32) in [(0, 1), (60, 2), (120, 1)] {
            memory.note([.a: [set(number)]], serials: [UInt32(time)], at: Self.now + time)
        }
        #expect(memory.superseded(set(1), .a, now: [999]) == nil)
        #expect(memory.superseded(set(2), .a, now: [999]) != nil)
    }

    @Test func forTwoDays() throws {
        var memory = RememberedAnswers()
        let address = IPAddress(ipv4: 1)
        memory.note([.a: [set(1)]], serials: [6], at: Self.now)
        memory.note(presenting: [address], at: Self.now)
        let held = memory.recent(at: Self.now + 2 * Self.day)
        #expect(held.answers[.a]?.count == 1 && held.presented == [address: Self.now])
        let gone = memory.recent(at: Self.now + 2 * Self.day + 1)
        #expect(gone.answers[.a] == [] && gone.presented.isEmpty)
    }

    @Test func aDivisionKeepsItsBeginning() throws {
        let (one, two) = (try "a.test".asName, try "b.test".asName)
        var memory = RememberedAnswers()
        memory.note(divided: [one], at: Self.now)
        memory.note(divided: [one, two], at: Self.now + 60)
        #expect(memory.dividedSince == [one: Self.now, two: Self.now + 60])
        memory.note(divided: [two], at: Self.now + 120)
        memory.note(divided: [one, two], at: Self.now + 180)
        #expect(memory.dividedSince == [one: Self.now + 180, two: Self.now + 60])
    }

    /// Nobody looked for days: whether the servers agreed meanwhile cannot be told.
    @Test func aDivisionThatWasNotSeenForTwoDaysBeginsAnew() throws {
        let name = try "a.test".asName
        var memory = RememberedAnswers()
        for time in [0, Self.day, 2 * Self.day, 3 * Self.day] {
            memory = memory.recent(at: Self.now + time)
            memory.note([.a: [set(1), set(2)]], serials: [6, 7], at: Self.now + time)
            memory.note(divided: [name], at: Self.now + time)
        }
        #expect(memory.recent(at: Self.now + 5 * Self.day).dividedSince == [name: Self.now])
        #expect(memory.recent(at: Self.now + 5 * Self.day + 1).dividedSince == [:])
    }

    /// A server that gives another answer with another serial each second costs no more than this.
    @Test func whatAnAuthorityMakesUpIsBounded() {
        var memory = RememberedAnswers()
        for number in 0..<200 {
            let sets = Set((0..<20).map { set(UInt32(number), $0) })
            let serials = (0..<20).map { UInt32(number * 20 + $0) }
            memory.note([.a: sets], serials: serials, at: Self.now + Int64(number))
            memory.note([.a: [set(1)]], serials: serials, at: Self.now + Int64(number))
            memory.note(
                presenting: [IPAddress(ipv4: UInt32(number))], at: Self.now + Int64(number))
        }
        #expect(memory.answers[.a]?.count == 8)
        #expect(memory.answers[.a]?.allSatisfy { $0.serials.count <= 8 } == true)
        #expect(memory.presented.count == 64)
        // Of those that presented the name the latest are held.
        #expect(memory.presented[IPAddress(ipv4: 199)] != nil)
        memory.note([.aaaa: [Set((0..<65).map { IPAddress(ipv4: $0) })]], serials: [1], at: 0)
        #expect(memory.answers[.aaaa] == [])
    }

    /// Modules and hosts do not share; what nobody could tell is not taken for a change.
    @Test func theMemoryOfManyNames() throws {
        var samples = PathSamples()
        samples.nameservers = [try PathSamples.server(1)]
        let memory = AnswerMemory()
        memory.note(try samples.resolution, [], module: "m", at: Self.now)
        #expect(memory.recall("www.a.test", module: "m", at: Self.now).answers[.a]?.count == 1)
        #expect(memory.recall("www.a.test", module: "n", at: Self.now).answers.isEmpty)
        #expect(memory.recall("a.test", module: "m", at: Self.now).answers.isEmpty)
        let before = memory.recall("www.a.test", module: "m", at: Self.now)
        samples.nameservers[0].state = .unresponsive("no answer came")
        memory.note(try samples.resolution, [], module: "m", at: Self.now + 60)
        #expect(memory.recall("www.a.test", module: "m", at: Self.now + 60) == before)
        // What a caller supposes is nobody's answer.
        samples.nameservers = [try PathSamples.server(1, PathSamples.other)]
        var supposed = try samples.resolution
        supposed.today = supposed.addresses
        memory.note(supposed, [], module: "m", at: Self.now + 60)
        #expect(memory.recall("www.a.test", module: "m", at: Self.now + 60) == before)
    }
}

extension RememberedAnswers {
    /// Every set under the same serials.
    mutating func note(
        _ sets: [RecordType: Set<Set<IPAddress>>], serials: [UInt32], at now: Int64
    ) {
        let given = sets.mapValues { sets in
            Dictionary(uniqueKeysWithValues: sets.map { ($0, Set(serials)) })
        }
        note(given, at: now)
    }
}
