/// How DNS messages travel inside one TLS connection.
protocol MessageFraming: AnyObject {
    /// Takes a query with ID 0 and gives the key under which its response comes; nil where no more go in.
    func put(_ query: [UInt8]) -> Int?
    /// Takes what the peer sent; throws where the connection cannot go on.
    func receive(_ bytes: [UInt8]) throws(ExchangeFailure)
    /// Gives what became of queries since the last `receive` or `takeOutgoing`, also after one that threw.
    func takeArrivals() -> [Arrival]
    /// Gives what goes into the next TLS record, nothing where there is nothing.
    func takeOutgoing() -> [UInt8]
    /// Nobody waits for that response any longer.
    func forget(_ key: Int)
    /// Says good-bye, where there is a way to.
    func terminate()
    /// Whether another query may be put.
    var takesMore: Bool { get }
    /// Why nothing more is to come; nil while there is.
    var fault: ExchangeFailure? { get }
}

/// What became of one query.
struct Arrival {
    var key: Int
    var outcome: Result<Payload, ExchangeFailure>
    /// The server did not look at the query: it may be put again.
    var isUnprocessed = false
}

/// A response as it came, its ID 0.
struct Payload: Sendable {
    var message: [UInt8]
    /// Seconds that it lay in HTTP caches (RFC 8484 5.1).
    var age: UInt32 = 0
}

/// Messages behind a two-byte length, told apart by their IDs (RFC 7858 3.3, RFC 7766 6.2.1.1).
final class LengthFraming: MessageFraming {
    private var incoming: [UInt8] = []
    /// Each is to be a TLS record of its own: servers that read ahead forget what stands behind the first message of a
    /// record until more comes.
    private var outgoing: [[UInt8]] = []
    private var arrivals: [Arrival] = []
    /// In use, those too that nobody waits for any longer: a late response must not pass for another's.
    private var identifiers: Set<UInt16> = []

    func put(_ query: [UInt8]) -> Int? {
        guard takesMore, query.count >= 2 else { return nil }
        var identifier = UInt16.random(in: 0...(.max))
        while !identifiers.insert(identifier).inserted { identifier &+= 1 }
        let count = query.count
        outgoing.append(
            [UInt8(count >> 8), UInt8(count & 0xff)]
                + [UInt8(identifier >> 8), UInt8(identifier & 0xff)] + query.dropFirst(2))
        return Int(identifier)
    }

    func receive(_ bytes: [UInt8]) throws(ExchangeFailure) {
        incoming += bytes
        var start = 0
        while incoming.count >= start + 2 {
            let length = Int(incoming[start]) << 8 | Int(incoming[start + 1])
            guard incoming.count >= start + 2 + length else { break }
            take(incoming[(start + 2)..<(start + 2 + length)])
            start += 2 + length
        }
        incoming.removeFirst(start)
    }

    private func take(_ message: ArraySlice<UInt8>) {
        guard message.count >= 2 else { return }
        let head = message.startIndex
        let identifier = UInt16(message[head]) << 8 | UInt16(message[head + 1])
        guard identifiers.remove(identifier) != nil else { return }
        arrivals.append(
            Arrival(
                key: Int(identifier),
                outcome: .success(Payload(message: [0, 0] + message.dropFirst(2)))))
    }

    func takeArrivals() -> [Arrival] {
        defer { arrivals = [] }
        return arrivals
    }

    func takeOutgoing() -> [UInt8] {
        outgoing.isEmpty ? [] : outgoing.removeFirst()
    }

    func forget(_ key: Int) {}

    func terminate() {}

    var fault: ExchangeFailure? { nil }

    var takesMore: Bool { identifiers.count < Self.mostIdentifiers }

    private static let mostIdentifiers = 4096
}
