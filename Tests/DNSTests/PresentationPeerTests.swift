import DNS
import Foundation
import Testing

/// Presentation format as BIND and ldns understand it.
@Suite struct PresentationPeerTests {
    private static let hasBIND = Peers.has("named-compilezone")

    /// BIND's text of the sample reads as the sample does.
    @Test(.enabled(if: hasBIND, "named-compilezone is not installed"))
    func textFromBIND() throws {
        let canonical = try Self.compile(sampleZone, format: "text")
        expectEqual(try ZoneText.records(canonical), try records(sampleZone))
    }

    /// BIND's binary form of the sample holds the bytes that this module makes of it.
    @Test(.enabled(if: hasBIND, "named-compilezone is not installed"))
    func wireFromBIND() throws {
        let raw = try Self.compile(sampleZone, format: "raw")
        let difference = try Self.lines(raw: raw).symmetricDifference(
            Self.lines(records(sampleZone)))
        #expect(difference.isEmpty)
    }

    /// What this module prints, BIND reads as the same bytes.
    @Test(.enabled(if: hasBIND, "named-compilezone is not installed"))
    func textToBIND() throws {
        let all = try records(sampleZone)
        let printed = all.map { "\($0)\n" }.joined()
        #expect(try Self.lines(raw: Self.compile(printed, format: "raw")) == Self.lines(all))
    }

    /// Every byte in a name, in a text and in a service parameter.
    @Test(.enabled(if: hasBIND, "named-compilezone is not installed"))
    func everyByteToBIND() throws {
        var all = try records(
            "example. SOA a.example. b.example. 1 2 3 4 5\nexample. NS ns.test.")
        for byte in UInt8.min...UInt8.max {
            let owner = try Name(labels: [[byte, UInt8(ascii: "x"), byte], Array("example".utf8)])
            let binding = ServiceBinding(
                priority: 1, target: owner,
                parameters: [
                    .init(key: 1, value: [3, byte, 44, byte]),
                    .init(key: 700, value: [byte, byte]),
                ])
            all += [
                Record(owner: owner, type: .txt, ttl: 1, data: .txt([[byte, 65, byte]])),
                Record(owner: owner, type: .svcb, ttl: 1, data: .service(binding)),
            ]
        }
        let printed = all.map { "\($0)\n" }.joined()
        #expect(try Self.lines(raw: Self.compile(printed, format: "raw")) == Self.lines(all))
        expectEqual(try ZoneText.records(Self.compile(printed, format: "text")), all)
    }

    @Test(.enabled(if: Peers.has("ldns-read-zone"), "ldns-read-zone is not installed"))
    func textThroughLDNS() throws {
        let all = try records(sampleZone)
        let printed = all.map { "\($0)\n" }.joined()
        let canonical = try Peers.withFile(printed) { try Peers.run("ldns-read-zone", [$0]) }
        expectEqual(try ZoneText.records(canonical), all)
    }

    private func expectEqual(
        _ left: [Record], _ right: [Record], _ place: SourceLocation = #_sourceLocation
    ) {
        let difference = Self.lines(left).symmetricDifference(Self.lines(right))
        #expect(difference.isEmpty, sourceLocation: place)
    }

    /// The zone `example.` compiled by BIND, its own judgement of the content left out.
    private static func compile(_ text: String, format: String) throws -> Data {
        try Peers.withFile(text) { path in
            let arguments = ["-q", "-i", "none", "-k", "ignore", "-n", "ignore", "-s", "full"]
            return try Peers.run(
                "named-compilezone", arguments + ["-F", format, "-o", "-", "example", path])
        }
    }

    /// A record as owner, type, class, TTL and data; owners in lower case.
    private static func lines(_ records: [Record]) -> Set<String> {
        Set(
            records.map {
                let fields = UInt64($0.type.rawValue) << 48 | UInt64($0.class.rawValue) << 32
                return text($0.owner.wire, fields | UInt64($0.ttl), $0.data.wire)
            })
    }

    /// The same from BIND's raw format: a header of 24 bytes, then RRsets: length (4), class, type,
    /// covered type, TTL (4), count (4), owner's length, owner; then each data with its length.
    private static func lines(raw: Data) throws -> Set<String> {
        var rest = Array(raw.dropFirst(24))[...]
        func number(_ count: Int) throws -> Int {
            try #require(rest.count >= count)
            defer { rest = rest.dropFirst(count) }
            return rest.prefix(count).reduce(0) { $0 << 8 | Int($1) }
        }
        var lines: Set<String> = []
        while !rest.isEmpty {
            _ = try number(4)
            let (recordClass, type, _) = (try number(2), try number(2), try number(2))
            let (ttl, count, width) = (try number(4), try number(4), try number(2))
            let owner = Array(rest.prefix(width))
            rest = rest.dropFirst(width)
            for _ in 0..<count {
                let length = try number(2)
                let fields = UInt64(type) << 48 | UInt64(recordClass) << 32 | UInt64(ttl)
                lines.insert(text(owner, fields, Array(rest.prefix(length))))
                rest = rest.dropFirst(length)
            }
        }
        return lines
    }

    private static func text(_ owner: [UInt8], _ fields: UInt64, _ data: [UInt8]) -> String {
        let lowercased = owner.map { (0x41...0x5a).contains($0) ? $0 | 0x20 : $0 }
        return "\(lowercased) \(String(fields, radix: 16)) \(data)"
    }
}
