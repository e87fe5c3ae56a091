import DNS
import DNSSEC
import Testing

/// Answers retyped from an RFC, served by question.
struct Answers: Sendable {
    var byQuestion: [Question: Message] = [:]

    mutating func add(
        _ owner: String, _ type: RecordType, _ code: ResponseCode = .noError,
        answer: String = "", authority: String...
    ) throws {
        let question = try Question(name(owner), type)
        byQuestion[question] = Message(
            id: 1, flags: .isResponse, responseCode: code, questions: [question],
            answers: try ZoneText.records(answer.utf8),
            authorities: try authority.flatMap { try ZoneText.records($0.utf8) },
            edns: EDNS(dnssecOK: true))
    }

    /// Trusts the key-signing keys of a DNSKEY RRset's text.
    func validator(trusting keys: String) throws -> Validator {
        var anchors: [Name: [TrustAnchors.Anchor]] = [:]
        for record in try ZoneText.records(keys.utf8) {
            guard let key = record.dnskey, key.isSecureEntryPoint else { continue }
            anchors[record.owner, default: []].append(.dnskey(key))
        }
        return Validator(
            anchors: TrustAnchors(anchors),
            fetch: { [byQuestion] question in
                byQuestion[question].map { .success($0) }
                    ?? .failure(Validator.FetchFailure("nothing is known of it"))
            })
    }
}

/// Seconds since 1970 of a time as RRSIG writes it.
func moment(_ text: String) throws -> Int64 {
    let line = ". 1 RRSIG A 5 0 1 \(text) \(text) 1 . AA=="
    return Int64(try #require(ZoneText.records(line.utf8).first?.rrsig).inception)
}
