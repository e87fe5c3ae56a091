import DNS
import DNSSEC
import Synchronization
import Testing

/// What a zone of a tree is to be.
struct ZoneSpec {
    var apex: String
    var text: String
    /// Nil for an unsigned zone.
    var algorithm: SecurityAlgorithm? = .ecdsaP256SHA256
    var denial = DenialKind.nsec
    /// Of the DS records in the parent; empty for an insecure delegation.
    var digests: [DigestType] = [.sha256]
    var fields = Key.Fields()
    /// In place of one made for the algorithm: the first signs the keys, the last all else.
    var keys: [Key]?

    init(
        _ apex: String, _ text: String = "", algorithm: SecurityAlgorithm? = .ecdsaP256SHA256,
        denial: DenialKind = .nsec, digests: [DigestType]? = nil,
        fields: Key.Fields = Key.Fields(), keys: [Key]? = nil
    ) {
        (self.apex, self.text, self.algorithm, self.denial) = (apex, text, algorithm, denial)
        self.digests = digests ?? (algorithm == nil ? [] : [.sha256])
        (self.fields, self.keys) = (fields, keys)
    }
}

/// A tree of zones and the resolver that answers from it, to be broken by the tests.
struct Tree: Sendable {
    var zones: [Zone] = []
    /// Changes to answers, or failures in their place, in order.
    var edits: [@Sendable (Question, inout Message) throws(Validator.FetchFailure) -> Void] = []
    /// How many aliases the resolver follows in one answer.
    var aliasesPerReply = 16
    let asked = Counter()

    /// Questions asked so far.
    final class Counter: Sendable {
        private let questions = Mutex<[Question]>([])
        func note(_ question: Question) { questions.withLock { $0.append(question) } }
        var all: [Question] { questions.withLock { $0 } }
        func count(_ question: Question) -> Int { all.count { $0 == question } }
    }

    /// The zones in any order; each is delegated to from the deepest above it.
    init(_ specs: [ZoneSpec]) throws {
        let apexes = try specs.map { try name($0.apex) }
        let keys = try specs.map { spec in
            try spec.keys ?? spec.algorithm.map { [try Key($0)] } ?? []
        }
        for (index, spec) in specs.enumerated() {
            let apex = apexes[index]
            var records = try Self.records(spec.text, apex)
            for child in specs.indices where apexes[child].isBelow(apex) {
                let above = apexes.filter { apexes[child].isBelow($0) }
                guard above.max(by: { $0.labelCount < $1.labelCount }) == apex else { continue }
                records += try Self.delegation(apexes[child], specs[child], keys[child])
            }
            zones.append(
                try Zone(apex, records, keys: keys[index], denial: spec.denial, fields: spec.fields)
            )
        }
    }

    private static func records(_ text: String, _ apex: Name) throws -> [Record] {
        let start = """
            $TTL 3600
            @ SOA ns hostmaster 1 3600 600 86400 300
            @ NS ns
            ns A 192.0.2.53

            """
        return try ZoneText.records((start + text).utf8, origin: apex)
    }

    private static func delegation(_ apex: Name, _ spec: ZoneSpec, _ keys: [Key]) throws
        -> [Record]
    {
        let ns = Record(
            owner: apex, type: .ns, ttl: 3600, data: .name(try #require(apex.child("ns".utf8))))
        let signers = try spec.digests.map { digest in
            let key = try #require(keys.first)
            let ds = try #require(DS(of: key.dnskey, zone: apex, digestType: digest))
            return Record(owner: apex, type: .ds, ttl: 3600, data: .ds(ds))
        }
        return [ns] + signers
    }

    subscript(_ apex: String) -> Zone {
        get throws {
            let apex = try name(apex)
            return try #require(zones.first { $0.apex == apex })
        }
    }

    mutating func change(_ apex: String, _ change: (inout Zone) throws -> Void) throws {
        let apex = try name(apex)
        try change(&zones[try #require(zones.firstIndex { $0.apex == apex })])
    }

    mutating func edit(
        _ edit: @escaping @Sendable (Question, inout Message) throws(Validator.FetchFailure) -> Void
    ) {
        edits.append(edit)
    }

    /// The trust anchor of a zone, as the DS of its first key.
    func anchors(_ apexes: [String] = ["."]) throws -> TrustAnchors {
        var anchors: [Name: [TrustAnchors.Anchor]] = [:]
        for apex in apexes {
            let zone = try self[apex]
            let key = try #require(zone.keys.first)
            let ds = try #require(DS(of: key.dnskey, zone: zone.apex, digestType: .sha256))
            anchors[zone.apex] = [.ds(ds)]
        }
        return TrustAnchors(anchors)
    }

    func validator(
        anchors: TrustAnchors? = nil, insecure: [Name] = [], cache: KeyCache = KeyCache()
    ) throws -> Validator {
        Validator(
            anchors: try anchors ?? self.anchors(), insecureZones: insecure, cache: cache,
            fetch: { question in
                // Much is computed here, and other tests wait for their turn.
                await Task.yield()
                return answer(question)
            })
    }

    func validate(_ owner: String, _ type: RecordType = .a, at moment: Int64 = now) async throws
        -> Validation
    {
        try await validator().validate(Question(name(owner), type), at: moment)
    }

    /// Root, `test`, and `example.test` with the text, all of them signed.
    static func plain(_ text: String = "www A 192.0.2.1", denial: DenialKind = .nsec) throws -> Tree
    {
        try Tree([ZoneSpec("."), ZoneSpec("test"), ZoneSpec("example.test", text, denial: denial)])
    }
}

extension Tree {
    /// Answers one question with nothing but this.
    mutating func reply(
        to owner: String, _ type: RecordType = .a, _ code: ResponseCode = .noError,
        answers: [Record] = [], authorities: [Record] = []
    ) throws {
        let asked = try Question(name(owner), type)
        edit { question, message in
            guard question == asked else { return }
            message.responseCode = code
            (message.answers, message.authorities) = (answers, authorities)
        }
    }

    /// The SOA RRset of a zone, as denials bring it.
    func soa(_ apex: String) throws -> [Record] {
        let zone = try self[apex]
        return zone.signed(zone.apex, .soa)
    }
}
