import Addresses
import Synchronization

/// Every address × every port of a target, each address as soon as somebody tells it.
final class EndpointFeed: Sendable {
    let endpoints: AsyncStream<[Endpoint]>
    private let host: String
    private let ports: [Port]
    private let continuation: AsyncStream<[Endpoint]>.Continuation
    private let told = Mutex<Set<IPAddress>>([])

    init(host: String, ports: [Port]) {
        (self.host, self.ports) = (host, ports)
        (endpoints, continuation) = AsyncStream.makeStream()
    }

    /// Takes an address once; a name with thousands of them costs no more than some of each family.
    func add(_ addresses: [IPAddress]) {
        let new = told.withLock { told in
            addresses.filter { address in
                told.count { $0.family == address.family } < Resolution.triedPerFamily
                    && told.insert(address).inserted
            }
        }
        guard !new.isEmpty else { return }
        continuation.yield(
            ports.flatMap { port in
                new.map { Endpoint(host: host, address: $0, port: port) }
            })
    }

    /// No address will come any more.
    func finish() { continuation.finish() }

    /// By port in the order given, then by address.
    func ordered(_ results: [EndpointResult]) -> [EndpointResult] {
        ports.flatMap { port in
            results.filter { $0.endpoint.port == port }
                .sorted { $0.endpoint.address < $1.endpoint.address }
        }
    }
}
