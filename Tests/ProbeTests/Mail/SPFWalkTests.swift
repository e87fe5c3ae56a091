import DNS
import Testing

@testable import Probe

/// The limits of RFC 7208 4.6.4, over records that a table holds.
@Suite struct SPFWalkTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let texts: [String: [String]]
        let lookups: Int
        let faults: [String]

        init(_ name: String, _ lookups: Int, _ faults: [String], _ texts: [String: [String]]) {
            (testDescription, self.texts) = (name, texts)
            (self.lookups, self.faults) = (lookups, faults)
        }
    }

    static let cases: [Case] = [
        Case("none", 0, [], ["a.test": ["some other text"]]),
        Case("nothing to ask", 0, [], ["a.test": ["v=spf1 ip4:192.0.2.1 -all"]]),
        Case(
            "two records", 0, ["a.test has 2 SPF records, and may have one"],
            [
                "a.test": ["v=spf1 -all", "v=spf1 mx -all"]
            ]),
        Case(
            "an include and a redirect", 2, [],
            [
                "a.test": ["v=spf1 include:b.test redirect=c.test"], "b.test": ["v=spf1 -all"],
                "c.test": ["v=spf1 -all"],
            ]),
        Case("what all hides", 0, [], ["a.test": ["v=spf1 -all include:b.test redirect=c.test"]]),
        Case(
            "an include without a record", 1,
            [
                "the SPF record of a.test has include for b.test, which has no SPF record"
            ], ["a.test": ["v=spf1 include:b.test -all"]]),
        Case(
            "a fault below", 1,
            ["the SPF record of b.test: \"ipv4:192.0.2.1\" has an unknown mechanism"],
            ["a.test": ["v=spf1 include:b.test -all"], "b.test": ["v=spf1 ipv4:192.0.2.1 -all"]]),
        Case(
            "a loop", 2, ["the SPF record of b.test includes a.test, which includes it"],
            ["a.test": ["v=spf1 include:b.test -all"], "b.test": ["v=spf1 include:a.test -all"]]),
        Case(
            "ten", 10, [],
            [
                "a.test": ["v=spf1 " + String(repeating: "exists:%{i}.test.b ", count: 10) + "-all"]
            ]),
        Case(
            "eleven", 11, ["the SPF record of a.test takes more than 10 DNS lookups"],
            [
                "a.test": ["v=spf1 " + String(repeating: "include:b.test ", count: 6) + "-all"],
                "b.test": ["v=spf1 exists:%{i}.test.b -all"],
            ]),
        Case(
            "three that find nothing", 3,
            ["3 lookups of the SPF record of a.test find nothing, and 2 may"],
            ["a.test": ["v=spf1 a:x.test mx:y.test a:z.test -all"]]),
        Case(
            "an mx with eleven", 1,
            [
                "the SPF record of a.test has mx for many.test, which has 11 MX records, and 10 may "
                    + "be looked up"
            ], ["a.test": ["v=spf1 mx:many.test -all"]]),
        Case("an mx with ten", 1, [], ["a.test": ["v=spf1 mx:ten.test -all"]]),
        Case("two that find nothing", 2, [], ["a.test": ["v=spf1 a:x.test mx:y.test -all"]]),
    ]

    @Test(arguments: cases) func walks(_ one: Case) async throws {
        var walk = SPFWalk { name, type in
            if type == .mx, let count = ["many.test": 11, "ten.test": 10][name.text] {
                return .records(
                    (0..<count).map { .mx(MX(preference: UInt16($0), exchange: .root)) })
            }
            guard type == .txt, let texts = one.texts[name.text] else { return .nameError }
            return .records(texts.map { .txt([Array($0.utf8)]) })
        }
        await walk.run(try #require(Name("a.test")), one.texts["a.test"] ?? [])
        #expect(walk.faults == one.faults)
        #expect(walk.lookups == one.lookups)
    }

    /// Every answer includes ten others: the walk asks eleven times at most, and ends.
    @Test func hostileIncludesCostNoMore() async throws {
        let count = Asked()
        var walk = SPFWalk { name, _ in
            let number = await count.next()
            let more = (0..<10).map { "include:n\(number)-\($0).\(name.text) " }.joined()
            return .records([.txt([Array("v=spf1 \(more)-all".utf8)])])
        }
        await walk.run(
            try #require(Name("a.test")),
            ["v=spf1 " + (0..<10).map { "include:n\($0).test " }.joined() + "-all"])
        #expect(await count.count <= 10)
        #expect(walk.faults == ["the SPF record of a.test takes more than 10 DNS lookups"])
    }

    private actor Asked {
        var count = 0
        func next() -> Int {
            count += 1
            return count
        }
    }
}
