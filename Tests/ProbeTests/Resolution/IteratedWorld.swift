import Addresses
import DNS
import Hostile
import Sockets
import Synchronization
import Testing

@testable import Probe

/// One server that plays the root, `test.` and zones below it, each wrong in a way of its own.
final class IteratedWorld: Sendable {
    let iteration: Iteration
    private let server: NameServer
    private let state: State

    private final class State: Sendable {
        let place = Mutex(Place.old)
        enum Place { case old, leaving, new }
    }

    init() throws {
        let state = State()
        self.state = state
        server = try NameServer(udp: { [.send(Self.reply(to: $0, state))] })
        iteration = try Self.iteration(server)
    }

    static func iteration(_ server: NameServer) throws -> Iteration {
        let hints = try RootHints(text: Array(". 9 NS ns.\nns. 9 A 127.0.0.1\n".utf8))
        return Iteration(hints: hints, port: server.address.port)
    }

    func ask(_ name: String, _ type: RecordType) async throws -> Lookup {
        await iteration(
            Question(try #require(Name(name)), type), timer: .seconds(16), by: .now + .seconds(60))
    }

    /// What the server was asked.
    var questions: [String] { server.asked }

    /// The servers of shop.test refuse until its parent was asked again.
    func move() { state.place.withLock { $0 = .leaving } }

    private static func reply(to query: Message, _ state: State) -> [UInt8] {
        guard let question = query.questions.first else { return [] }
        let name = question.name.lowercased.description
        if question.type == .ds { return denial(query, "test.") }
        switch name {
        case "www.shop.test.":
            return state.place.withLock { place in
                switch place {
                case .old: data(query, "\(name) 60 A 192.0.2.1")
                case .leaving: query.answer([], .refused)
                case .new: data(query, "\(name) 60 A 192.0.2.2")
                }
            }
        case "shop.test.":
            state.place.withLock { if $0 == .leaving { $0 = .new } }
            return referral(query, name)
        case "alias.shop.test.":
            return data(
                query, "\(name) 60 CNAME www.target.test.\nwww.target.test. 60 A 192.0.2.66")
        case "www.target.test.": return data(query, "\(name) 60 A 192.0.2.7")
        case "www.lame.test.": return authorities(query, ". 60 NS ns.")
        case "one.test.": return authorities(query, "\(name) 60 NS ns.two.test.")
        case "two.test.": return authorities(query, "\(name) 60 NS ns.one.test.")
        case "flood.test.",
            _ where name.hasSuffix(".flooding.test."):
            let names = (1...2000).map { "\(name) 60 NS n\($0).z\($0).flooding.test.\n" }
            return authorities(query, names.joined())
        default: return referral(query, name)
        }
    }

    private static func data(_ query: Message, _ records: String) -> [UInt8] {
        query.answer((try? zone(records)) ?? []) { $0.flags.insert(.authoritativeAnswer) }
    }

    private static func denial(_ query: Message, _ zoneName: String) -> [UInt8] {
        query.answer(authorities: (try? zone("\(zoneName) 60 SOA a. b. 1 2 3 4 5")) ?? []) {
            $0.flags.insert(.authoritativeAnswer)
        }
    }

    private static func authorities(_ query: Message, _ records: String) -> [UInt8] {
        query.answer(authorities: (try? zone(records)) ?? [])
    }

    private static func referral(_ query: Message, _ cut: String) -> [UInt8] {
        query.answer(authorities: (try? zone("\(cut) 60 NS ns.\(cut)")) ?? []) {
            $0.additionals = (try? zone("ns.\(cut) 60 A 127.0.0.1")) ?? []
        }
    }
}
