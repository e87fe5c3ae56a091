import DNS

/// What kind of answer a response is to a question; decided before any proof is chosen.
enum AnswerClass {
    /// The RRset asked for; for ANY all that stand at the name.
    case positive([RRset])
    case alias(Alias)
    /// The name or the type is denied.
    case negative
    /// Neither an answer nor a denial of it: the response ends before, or never began.
    case elsewhere
    case failure(ResponseCode)

    /// A CNAME at the name, or a DNAME above it.
    struct Alias {
        var rrset: RRset
        /// Nil where the name that a DNAME makes is too long (RFC 6672 2.2).
        var target: Name?
        /// The CNAME that came with the DNAME, made from it and unsigned (RFC 6672 5.3.1).
        var synthesized: RRset?

        /// Whether the CNAME that came with the DNAME leads where the DNAME does.
        var isConsistent: Bool {
            synthesized.map { $0.data == target.map { [.name($0)] } } ?? true
        }
    }

    init(of message: Message, for question: Question) {
        let dname = Self.dname(message, question.name)
        if let rrsets = Self.positive(message, question, dname) {
            self = .positive(rrsets)
        } else if let alias = dname ?? Self.cname(message, question.name) {
            self = .alias(alias)
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

    /// Whether an empty response points to other servers, as a lame one does; it denies nothing but perhaps the DS
    /// of the zone it points to (RFC 2308 2.2, RFC 4035 3.1.4).
    static func isReferral(_ message: Message) -> Bool {
        message.responseCode == .noError && message.answers.isEmpty
            && message.authorities.contains { $0.type == .ns }
            && !message.authorities.contains { $0.type == .soa }
    }

    private static func positive(
        _ message: Message, _ question: Question, _ dname: Alias?
    ) -> [RRset]? {
        let types =
            question.type == .any
            ? Set(
                message.answers.filter { $0.owner == question.name && $0.type != .rrsig }
                    .map(\.type)
            ).sorted() : [question.type]
        let rrsets = types.compactMap { message.answer(question.name, $0) }
            // Nobody signs a CNAME that is made from a DNAME: the DNAME is what to judge.
            .filter { $0.type != .cname || dname?.synthesized == nil }
        return rrsets.isEmpty ? nil : rrsets
    }

    private static func dname(_ message: Message, _ name: Name) -> Alias? {
        let owners = message.answers.filter { $0.type == .dname && name.isBelow($0.owner) }
            .map(\.owner)
        for owner in owners {
            guard let rrset = message.answer(owner, .dname), rrset.data.count == 1,
                case .name(let replacement) = rrset.data[0]
            else { continue }
            let cname = message.answer(name, .cname).flatMap { $0.signatures.isEmpty ? $0 : nil }
            let target = try? name.replacing(owner, by: replacement)
            return Alias(rrset: rrset, target: target, synthesized: cname)
        }
        return nil
    }

    private static func cname(_ message: Message, _ name: Name) -> Alias? {
        guard let rrset = message.answer(name, .cname), rrset.data.count == 1,
            case .name(let target) = rrset.data[0]
        else { return nil }
        return Alias(rrset: rrset, target: target, synthesized: nil)
    }
}
