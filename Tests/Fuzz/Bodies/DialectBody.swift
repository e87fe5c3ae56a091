import Addresses

@testable import Probe

extension FuzzBody {
    /// What a server says before TLS: the first byte chooses the dialect, the second how the rest is cut. However that
    /// is, the conversation ends the same; it is ready only where TLS was asked for, and repeats none of the server's words.
    @Sendable public static func dialect(_ bytes: [UInt8]) {
        guard bytes.count > 2, let own = IPAddress("192.0.2.1") else { return }
        let services = ServiceProtocol.allCases.filter { !$0.isImplicitTLS }
        let service = services[Int(bytes[0]) % services.count]
        guard let dialect = service.dialect(serverName: "a.test", ownAddress: own) else { return }
        let said = bytes.dropFirst(2)
        let whole = ending(of: DialectConversation(dialect), said, cutAt: said.count)
        let cut = ending(of: DialectConversation(dialect), said, cutAt: Int(bytes[1]) % 16 + 1)
        promise(whole == cut, "\(service): \(whole) as a whole, \(cut) in pieces")
        switch whole {
        case .ready(let answers):
            promise(answers == service.answersBeforeTLS, "\(service): ready after \(answers)")
        case .failed(_, let detail):
            promise(
                detail.utf8.count < 100 && detail.utf8.allSatisfy { (0x20..<0x7f).contains($0) },
                "\(service): \(detail)")
        case .waiting: break
        }
    }

    private enum Ending: Equatable {
        case waiting
        case ready(answers: Int)
        case failed(StartTLSFailure.Kind, String)
    }

    /// Everything that the server says is there before it is asked for.
    private static func ending(
        of conversation: consuming DialectConversation, _ said: ArraySlice<UInt8>, cutAt size: Int
    ) -> Ending {
        var ending = Ending.waiting
        var (rest, answers) = (said, 0)
        while !rest.isEmpty {
            var piece = rest.prefix(size)
            rest = rest.dropFirst(piece.count)
            reading: while true {
                do throws(StartTLSFailure) {
                    switch try conversation.hear(piece) {
                    case .wait: break reading
                    case .send: answers += 1
                    case .ready:
                        ending = .ready(answers: answers)
                        break reading
                    }
                } catch {
                    return .failed(error.kind, error.detail)
                }
                piece = []
            }
        }
        return ending
    }
}

extension ServiceProtocol {
    /// How often the client speaks after the server has.
    fileprivate var answersBeforeTLS: Int {
        switch self {
        case .smtp, .submission, .imap, .pop3: 2
        case .ftp, .xmpp, .xmppServer, .sieve: 1
        default: 0
        }
    }
}
