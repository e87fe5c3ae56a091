/// ManageSieve (RFC 5804 1.7 and 2.2): the greeting is the list of capabilities.
struct SieveDialect: Dialect {
    private var isOffered = false
    private(set) var hasAsked = false

    var opening: [UInt8] { [] }

    mutating func next(_ heard: inout Heard) throws(StartTLSFailure) -> DialectStep {
        while let line = try heard.lineWithLiterals() {
            let word = line.split(separator: " ").first?.uppercased() ?? ""
            switch word {
            case "OK" where hasAsked: return .ready()
            case "OK":
                guard isOffered else {
                    throw StartTLSFailure(.notOffered, "STARTTLS is not among the capabilities")
                }
                hasAsked = true
                return .say("STARTTLS")
            case "NO", "BYE":
                throw StartTLSFailure(
                    hasAsked ? .rejected : .banner,
                    "the server \(hasAsked ? "answers STARTTLS" : "greets") with \(word)")
            case _ where word.hasPrefix("\"") && !hasAsked:
                if word == "\"STARTTLS\"" { isOffered = true }
            default:
                throw StartTLSFailure(
                    hasAsked ? .rejected : .banner, "the server does not talk as ManageSieve does")
            }
        }
        return .wait
    }
}
