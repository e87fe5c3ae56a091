import Addresses
import DNS
import OpenSSL
import Sockets
import Synchronization

/// Fetches a domain's MTA-STS policy as a mail server has to: over HTTPS, fully verified, without redirects
/// (RFC 8461 3.3).
struct PolicyFetch: Sendable {
    private let trust: TrustStore
    private let context: TLSContext
    private let rule: AddressRule
    /// 443 but in labs.
    private let port: UInt16

    init(trust: TrustStore, rule: AddressRule, port: UInt16 = 443) throws(InputError) {
        (self.trust, self.rule, self.port) = (trust, rule, port)
        do { context = try TLSContext(client: .strict, alpn: ["http/1.1"]) } catch {
            throw InputError("OpenSSL cannot make a TLS context: \(error)")
        }
    }

    enum Outcome: Hashable, Sendable {
        /// Whatever came, its faults within.
        case fetched(MTASTSPolicy)
        /// A clause says why there is none.
        case failed(String)
        /// The address policy allows none of the policy host's addresses.
        case forbidden([IPAddress])
        /// The probe's deadline came first.
        case cutShort
    }

    /// `budget` is the whole probe's; verification is at `now`, seconds since 1970.
    func callAsFunction(
        _ domain: Name, _ lookup: RecordLookup, at now: Int64, budget: Duration,
        by deadline: Deadline
    ) async -> Outcome {
        guard let host = domain.child("mta-sts".utf8) else {
            return .failed("the name of the policy host is too long")
        }
        let timer = min(.seconds(3), budget * 0.3)
        let outcome = await outcome(host, lookup, at: now, timer, by: deadline)
        if case .failed = outcome, Deadline.now >= deadline { return .cutShort }
        return outcome
    }

    private func outcome(
        _ host: Name, _ lookup: RecordLookup, at now: Int64, _ timer: Duration,
        by deadline: Deadline
    ) async -> Outcome {
        async let v6 = lookup(host, .aaaa)
        async let v4 = lookup(host, .a)
        let answers = [await v6, await v4]
        let found = answers.map(\.addresses)
        guard !found.joined().isEmpty else {
            return .failed(
                "the policy host \(host.text) "
                    + (answers.lazy.compactMap(\.trouble).first
                        .map { "could not be resolved: \($0)" } ?? "has no address"))
        }
        let places = found.flatMap { $0.filter(rule.permits).prefix(Self.mostOfFamily) }
            .map { SocketAddress($0, port: port) }
        guard !places.isEmpty else { return .forbidden(found.flatMap { $0 }) }
        do throws(Failure) {
            let connection = try await connect(to: places, min(Deadline.now + timer, deadline))
            let reply = try await fetch(
                host, on: connection, at: now, by: min(Deadline.now + timer, deadline))
            return Self.judged(reply, host)
        } catch {
            return .failed("\(host.text): \(error.clause)")
        }
    }

    private struct Failure: Error {
        let clause: String

        init(_ clause: String) { self.clause = clause }
    }

    /// To the address that accepts first; the next is tried beside one that is slow (RFC 8305).
    private func connect(
        to places: [SocketAddress], _ end: Deadline
    ) async throws(Failure) -> TCPConnection {
        let failures = Mutex<[String]>([])
        let connection = await firstResult(of: places, startingEach: Self.interval) {
            place -> TCPConnection? in
            do { return try await TCPConnection.connect(to: place, by: end) } catch {
                failures.withLock { $0.append("\(place): \(error)") }
                return nil
            }
        }
        guard let connection else {
            throw Failure(failures.withLock { $0.joined(separator: "; ") })
        }
        return connection
    }

    private func fetch(
        _ host: Name, on connection: TCPConnection, at now: Int64, by end: Deadline
    ) async throws(Failure) -> HTTPReply {
        let session: TLSSession
        do { session = try TLSSession(context, serverName: host.text) } catch {
            throw Failure("\(error)")
        }
        let carrier = TLSCarrier(session: session, connection: connection, end: end)
        let outcome = await carrier.shake()
        let trouble = outcome == .completed ? distrust(session, host, at: now) : outcome.trouble
        guard outcome == .completed, trouble == nil else {
            await carrier.close()
            throw Failure(trouble ?? "the TLS handshake failed")
        }
        let request =
            "GET \(Self.path) HTTP/1.1\r\nHost: \(host.text)\r\n"
            + "User-Agent: trustpath\r\nAccept: text/plain\r\nConnection: close\r\n\r\n"
        let bytes = await carrier.exchange(Array(request.utf8), atMost: Self.longestReply)
        await carrier.close()
        guard let bytes else {
            throw Failure("the answer is longer than \(Self.longestReply) bytes")
        }
        guard let reply = HTTPReply(bytes) else { throw Failure("no whole HTTP/1.1 answer came") }
        return reply
    }

    private func distrust(_ session: TLSSession, _ host: Name, at now: Int64) -> String? {
        let chain = session.sentChain
        guard let leaf = chain.first else { return "it shows no certificate" }
        if let fault = trust.verify(leaf, sent: chain, at: now).faults.first {
            return "its certificate is not trusted (\(fault.code.text))"
        }
        return leaf.matches(host: host.text) ? nil : "its certificate is for \(leaf.namesText)"
    }

    private static func judged(_ reply: HTTPReply, _ host: Name) -> Outcome {
        guard reply.status == 200 else {
            let isRedirect = (300..<400).contains(reply.status)
            return .failed(
                "\(host.text) answers with the HTTP status \(reply.status)"
                    + (isRedirect ? ", and no redirect may be followed" : ""))
        }
        guard reply.contentType == "text/plain" else {
            return .failed(
                "\(host.text) gives \"\(reply.contentType.plain(limit: 64))\" and no text/plain")
        }
        return .fetched(MTASTSPolicy(String(decoding: reply.body, as: UTF8.self)))
    }

    private static let path = "/.well-known/mta-sts.txt"
    private static let mostOfFamily = 2
    private static let interval = Duration.milliseconds(250)
    private static let longestReply = 64 << 10
}

extension TLSCarrier {
    /// Sends one request and takes what comes until the answer is whole, the peer ends or `end`; nil where it is more
    /// than `most`.
    func exchange(_ request: [UInt8], atMost most: Int) async -> [UInt8]? {
        guard session.write(request) == nil, await flush() == nil else { return [] }
        var bytes: [UInt8] = []
        var promised: Int?
        while bytes.count <= most {
            switch session.read() {
            case .bytes(let more):
                bytes += more
                promised = promised ?? HTTPReply.promisedCount(bytes)
                if bytes.count >= promised ?? .max { return bytes }
            case .closed, .failed: return bytes
            case .wantsRead: if await receive() != nil { return bytes }
            }
        }
        return nil
    }
}
