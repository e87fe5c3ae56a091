import Addresses
import DNS
import Sockets

/// Fetches a small file over plain HTTP, as certificates name them (RFC 5280 4.2.2.1, RFC 6960 A.1): signed by whoever
/// made it, it needs no TLS. No redirects, no proxy, and only addresses that the module's policy permits.
package struct HTTPFetch: Sendable {
    let resolvers: [Resolver]
    let policy: AddressRule
    /// Of one question, and of one fetch with its questions.
    let questionTimer: Duration
    let timer: Duration
    let deadline: Deadline

    /// What is sent along; nil asks by GET, else by POST.
    struct Body: Hashable, Sendable {
        let type: String
        let bytes: [UInt8]
    }

    struct Failure: Error, Hashable, Sendable {
        /// Why there is no file.
        let clause: String
    }

    /// Gives the file's bytes, at most so many.
    func callAsFunction(
        _ text: String, _ body: Body? = nil, atMost most: Int
    ) async -> Result<[UInt8], Failure> {
        guard let location = HTTPLocation(text) else {
            return .failure(Failure(clause: "it is no http: address"))
        }
        let end = min(.now + timer, deadline)
        switch await addresses(of: location.host, by: end) {
        case .failure(let failure): return .failure(failure)
        case .success(let addresses):
            var failure = Failure(clause: "there was no time to ask")
            for (index, address) in addresses.enumerated() where Deadline.now < end {
                // A silent address must leave the others their time.
                let share = (end - .now) / (addresses.count - index)
                let place = SocketAddress(address, port: location.port)
                switch await fetch(location, body, at: place, most, by: .now + share) {
                case .success(let bytes): return .success(bytes)
                case .failure(let why): failure = Failure(clause: "\(place): \(why.clause)")
                }
            }
            return .failure(failure)
        }
    }

    /// Those that may be asked, at least one, IPv6 first.
    private func addresses(
        of host: Target.Host, by end: Deadline
    ) async -> Result<[IPAddress], Failure> {
        let found: [IPAddress]
        switch host {
        case .address(let address): found = [address]
        case .name(let name):
            let lookup = RecordLookup(resolvers: resolvers, timer: questionTimer, deadline: end)
            async let v6 = lookup(name, .aaaa)
            async let v4 = lookup(name, .a)
            found = await v6.addresses + v4.addresses
            if found.isEmpty {
                return .failure(Failure(clause: "no address of \(name.text) is known"))
            }
        }
        let permitted = found.filter(policy.permits).prefix(Self.mostAddresses)
        return permitted.isEmpty
            ? .failure(Failure(clause: "the address policy forbids \(found[0])"))
            : .success(Array(permitted))
    }

    private func fetch(
        _ location: HTTPLocation, _ body: Body?, at place: SocketAddress, _ most: Int,
        by end: Deadline
    ) async -> Result<[UInt8], Failure> {
        do throws(SocketError) {
            let connection = try await TCPConnection.connect(to: place, by: end)
            defer { connection.close() }
            try await connection.write(Self.request(location, body), by: end)
            var bytes: [UInt8] = []
            var promised: Int?
            while bytes.count <= most + Self.longestHead {
                let more = await Self.read(connection, by: end)
                bytes += more
                promised = promised ?? HTTPReply.promisedCount(bytes)
                if more.isEmpty || bytes.count >= promised ?? .max {
                    return Self.judged(bytes, most)
                }
            }
            return .failure(Failure(clause: "the answer is longer than \(most) bytes"))
        } catch {
            return .failure(Failure(clause: "\(error)"))
        }
    }

    /// Nothing at the end, whatever ended it: what came may be whole all the same.
    private static func read(_ connection: TCPConnection, by end: Deadline) async -> [UInt8] {
        (try? await connection.read(atMost: 65_536, by: end)) ?? []
    }

    private static func judged(_ bytes: [UInt8], _ most: Int) -> Result<[UInt8], Failure> {
        guard let reply = HTTPReply(bytes) else {
            return .failure(Failure(clause: "no whole HTTP/1.1 answer came"))
        }
        guard reply.status == 200 else {
            return .failure(Failure(clause: "it answers with the HTTP status \(reply.status)"))
        }
        guard (1...most).contains(reply.body.count) else {
            let clause =
                reply.body.isEmpty
                ? "the answer is empty" : "the answer is longer than \(most) bytes"
            return .failure(Failure(clause: clause))
        }
        return .success(reply.body)
    }

    private static func request(_ location: HTTPLocation, _ body: Body?) -> [UInt8] {
        let content = body.map {
            "Content-Type: \($0.type)\r\nContent-Length: \($0.bytes.count)\r\n"
        }
        let head =
            "\(body == nil ? "GET" : "POST") \(location.path) HTTP/1.1\r\n"
            + "Host: \(location.authority)\r\nUser-Agent: trustpath\r\n"
            + "Connection: close\r\n\(content ?? "")\r\n"
        return Array(head.utf8) + (body?.bytes ?? [])
    }

    private static let mostAddresses = 4
    /// Bytes of status line and fields, and of a chunked body's framing.
    private static let longestHead = 16_384
}
