/// IMAP (RFC 9051 6.2.1, RFC 3501).
struct IMAPDialect: Dialect {
    private enum State { case greeting, capabilities, goAhead }

    private var state = State.greeting
    private var isOffered = false

    var opening: [UInt8] { [] }
    var hasAsked: Bool { state == .goAhead }

    mutating func next(_ heard: inout Heard) throws(StartTLSFailure) -> DialectStep {
        while let line = try heard.line() {
            let words = line.split(separator: " ").map(String.init)
            let second = words.dropFirst().first?.uppercased() ?? ""
            switch state {
            case .greeting: return try greeted(words.first == "*" ? second : "")
            case .capabilities, .goAhead:
                if let step = try answered(words, second) { return step }
            }
        }
        return .wait
    }

    private mutating func greeted(_ word: String) throws(StartTLSFailure) -> DialectStep {
        switch word {
        case "OK":
            state = .capabilities
            return .say("\(Self.firstTag) CAPABILITY")
        case "PREAUTH":
            // STARTTLS is for those who have not logged in yet (RFC 9051 7.1.4).
            throw StartTLSFailure(
                .notOffered, "the server greets with PREAUTH, after which STARTTLS is not allowed")
        case "BYE": throw StartTLSFailure(.banner, "the server greets with BYE")
        default: throw StartTLSFailure(.banner, "the server does not greet as IMAP does")
        }
    }

    private mutating func answered(
        _ words: [String], _ second: String
    ) throws(StartTLSFailure) -> DialectStep? {
        switch words.first {
        case "*" where second == "BYE":
            throw StartTLSFailure(hasAsked ? .rejected : .banner, "the server says BYE")
        case "*":
            if second == "CAPABILITY", words.contains(where: { $0.uppercased() == "STARTTLS" }) {
                isOffered = true
            }
            return nil
        case Self.firstTag where state == .capabilities:
            guard second == "OK" else {
                throw StartTLSFailure(.banner, "the server answers CAPABILITY with no OK")
            }
            guard isOffered else {
                throw StartTLSFailure(.notOffered, "STARTTLS is not among the capabilities")
            }
            state = .goAhead
            return .say("\(Self.secondTag) STARTTLS")
        case Self.secondTag where state == .goAhead:
            guard second == "OK" else {
                throw StartTLSFailure(.rejected, "the server answers STARTTLS with no OK")
            }
            return .ready()
        default:
            throw StartTLSFailure(
                hasAsked ? .rejected : .banner, "the server does not answer as IMAP does")
        }
    }

    private static let firstTag = "a1"
    private static let secondTag = "a2"
}
