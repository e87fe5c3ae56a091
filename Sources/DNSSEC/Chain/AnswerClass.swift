import DNS

/// What kind of answer a response is to a question; decided before any proof is chosen.
enum AnswerClass {
    /// The RRset asked for; for ANY all that stand at the name.
    case positive([RRset])
    /// A CNAME at the name, or a DNAME above it, and the name it leads to.
    case alias(RRset, target: Name)
    /// The name or the type is denied.
    case negative
    /// Neither an answer nor a denial of it: the response ends before, or never began.
    case elsewhere
    case failure(ResponseCode)

    init(of message: Message, for question: Question) {
        if let rrsets = Self.positive(message, question) {
            self = .positive(rrsets)
        } else if let alias = Self.dname(message, question.name)
            ?? Self.cname(message, question.name)
        {
            self = .alias(alias.rrset, target: alias.target)
        } else if message.responseCode == .nameError {
            self = .negative
        } else if message.responseCode != .noError {
            self = .failure(message.responseCode)
        } else {
            // A denial speaks for a zone at or above the name; an empty answer to a question denies as well.
            let denies = message.authorities.contains {
                [.soa, .nsec, .nsec3].contains($0.type)
            }
            self = denies ? .negative : .elsewhere
        }
    }

    private static func positive(_ message: Message, _ question: Question) -> [RRset]? {
        guard question.type == .any else {
            return message.answer(question.name, question.type).map { [$0] }
        }
        let types = Set(
            message.answers.filter { $0.owner == question.name && $0.type != .rrsig }.map(\.type))
        let rrsets = types.sorted().compactMap { message.answer(question.name, $0) }
        return rrsets.isEmpty ? nil : rrsets
    }

    /// The DNAME is what is signed; the CNAME made from it is not (RFC 6672 5.3.1).
    private static func dname(_ message: Message, _ name: Name) -> (rrset: RRset, target: Name)? {
        for owner in message.answers.filter({ $0.type == .dname && name.isBelow($0.owner) })
            .map(\.owner)
        {
            guard let rrset = message.answer(owner, .dname), rrset.data.count == 1,
                case .name(let replacement) = rrset.data[0],
                let target = try? name.replacing(owner, by: replacement)
            else { continue }
            return (rrset, target)
        }
        return nil
    }

    private static func cname(_ message: Message, _ name: Name) -> (rrset: RRset, target: Name)? {
        guard let rrset = message.answer(name, .cname), rrset.data.count == 1,
            case .name(let target) = rrset.data[0]
        else { return nil }
        return (rrset, target)
    }
}
