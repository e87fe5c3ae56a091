import Addresses
import DNS
import Hostile
import Sockets
import Testing

@testable import Probe

/// Resolvers, and authorities that share a port on loopback addresses of their own, each answering as a test says.
struct AuthorityWorld {
    let resolvers: [NameServer]
    let authorities: [NameServer]
    let iteration: Iteration
    let cache = ZoneCache()

    /// `authority` gets the last part of the server's address, 127.0.77.1 and on; the first one answers by `late`, if
    /// there is such, after that time.
    init(
        resolvers count: Int = 1, authorities last: Int = 1, policy: AddressRule = AddressRule(),
        resolver: @escaping NameServer.Reaction,
        authority: @escaping @Sendable (Int, Message) -> [NameServer.Act],
        tcp: (@Sendable (Int, Message) -> [NameServer.Act])? = nil,
        late: (after: Duration, reaction: NameServer.Reaction)? = nil
    ) throws {
        resolvers = try (0..<count).map { _ in try NameServer(udp: resolver, tcp: resolver) }
        let overTCP = tcp ?? authority
        authorities = try Self.onOnePort(last) { number, port in
            let address = IPAddress(ipv4: 0x7f00_4d00 + UInt32(number))
            let place = SocketAddress(address, port: port)
            if number == 1, let late {
                let answer: NameServer.Inquiry = { query in
                    try? await Task.sleep(for: late.after)
                    return late.reaction(query)
                }
                return try NameServer(at: place, asking: answer, tcp: answer)
            }
            return try NameServer(
                at: place, udp: { authority(number, $0) },
                tcp: { overTCP(number, $0) })
        }
        iteration = Iteration(port: authorities[0].address.port, policy: policy)
    }

    private static func onOnePort(
        _ count: Int, _ make: (Int, UInt16) throws -> NameServer
    ) throws -> [NameServer] {
        var last: any Error = SocketError.cancelled
        for _ in 0..<20 {
            do {
                let first = try make(1, 0)
                return try [first] + (1..<count).map { try make($0 + 1, first.address.port) }
            } catch { last = error }
        }
        throw last
    }

    /// Timers are long, so that a busy machine decides nothing.
    func resolve(
        _ name: String, budget: Duration = .seconds(32)
    ) async throws -> (resolution: Resolution, elapsed: Duration) {
        let views = resolvers.map { Resolver.server(Exchange(.init($0.address, .udp))) }
        let stage = ResolutionStage(
            resolvers: views,
            authorities: AuthorityStage(resolvers: views, iteration: iteration, cache: cache))
        let start = Deadline.now
        let resolution = await stage(
            .name(try name.asName), budget: budget, by: start + budget)
        return (resolution, Deadline.now - start)
    }

    /// The questions that the servers got.
    var asked: (resolvers: [String], authorities: [String]) {
        (resolvers.flatMap(\.asked), authorities.flatMap(\.asked))
    }
}
