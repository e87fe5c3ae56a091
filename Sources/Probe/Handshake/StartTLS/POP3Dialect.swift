/// POP3 (RFC 2595 4).
struct POP3Dialect: Dialect {
    private enum State { case greeting, capabilities, list, goAhead }

    private var state = State.greeting
    private var isOffered = false

    var opening: [UInt8] { [] }
    var hasAsked: Bool { state == .goAhead }

    mutating func next(_ heard: inout Heard) throws(StartTLSFailure) -> DialectStep {
        while let line = try heard.line() {
            let word = line.split(separator: " ").first?.uppercased() ?? ""
            switch state {
            case .greeting:
                guard word == "+OK" else {
                    throw StartTLSFailure(
                        .banner,
                        word == "-ERR"
                            ? "the server greets with -ERR"
                            : "the server does not greet as POP3 does")
                }
                state = .capabilities
                return .say("CAPA")
            case .capabilities:
                switch word {
                case "+OK": state = .list
                case "-ERR":
                    throw StartTLSFailure(.notOffered, "the server lists no capabilities")
                default:
                    throw StartTLSFailure(.banner, "the server does not answer as POP3 does")
                }
            case .list:
                if word == "STLS" { isOffered = true }
                guard line == "." else { continue }
                guard isOffered else {
                    throw StartTLSFailure(.notOffered, "STLS is not among the capabilities")
                }
                state = .goAhead
                return .say("STLS")
            case .goAhead:
                guard word == "+OK" else {
                    throw StartTLSFailure(.rejected, "the server answers STLS with no +OK")
                }
                return .ready()
            }
        }
        return .wait
    }
}
