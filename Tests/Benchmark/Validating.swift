import Addresses
import DNS
import DNSSEC
import Peers
import Probe
import Sockets

/// Our side: the validation stage as the probe runs it, sockets included.
struct Validating {
    private let row: ValidationCost.Row
    private let anchors: TrustAnchors
    private let hints: RootHints
    private let forwarder: Exchange
    private let zone: Name
    private var warm: ValidationStage?

    init(_ row: ValidationCost.Row, _ tree: SignedTree) throws {
        self.row = row
        anchors = try TrustAnchors(text: Array(read(tree.trustAnchors).utf8))
        hints = try RootHints(text: Array(read(tree.rootHints).utf8))
        guard let address = SocketAddress(tree.resolver + ":53"), let zone = Name(row.zone) else {
            throw PeerError("\(tree.resolver) or \(row.zone) cannot be read")
        }
        (forwarder, self.zone) = (Exchange(.init(address)), zone)
        if row.isWarm { warm = fresh() }
    }

    /// CPU time of this process per validation, microseconds; throws where a name is not secure.
    func cost(first: Int, count: Int) async throws -> Double {
        if let warm { try await validate(leaf(0), by: warm) }
        let names = (first..<(first + count)).map(leaf)
        let start = cpuTime()
        for name in names { try await validate(name, by: warm ?? fresh()) }
        return (cpuTime() - start) / Double(count)
    }

    private func fresh() -> ValidationStage {
        let resolver: Resolver =
            row.isForwarding ? .server(forwarder) : .root(Iteration(hints: hints))
        return ValidationStage(anchors: anchors, cache: KeyCache(), resolvers: [resolver])
    }

    private func leaf(_ number: Int) -> Name { zone.child(Array("n\(number)".utf8)) ?? zone }

    private func validate(_ name: Name, by stage: ValidationStage) async throws {
        let verdict = await stage(
            Question(name, row.type), at: WallClock.now, budget: .seconds(20),
            by: .now + .seconds(20))
        guard verdict.status == .secure, verdict.answer.isEmpty == (row.type != .a) else {
            throw PeerError("\(name) is \(verdict.status): \(verdict.fault?.detail ?? "")")
        }
    }
}
