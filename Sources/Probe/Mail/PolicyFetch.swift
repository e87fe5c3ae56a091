import Addresses
import DNS
import OpenSSL
import Sockets

/// Fetches a domain's MTA-STS policy as a mail server has to: over HTTPS, fully verified, without redirects
/// (RFC 8461 3.3).
struct PolicyFetch: Sendable {
    let trust: TrustStore
    let context: TLSContext
    let policy: AddressRule
    /// 443 but in tests.
    var port: UInt16 = 443

    /// A clause says why there is none.
    enum Outcome: Hashable, Sendable {
        case fetched(MTASTSPolicy)
        case failed(String)
    }

    /// Verification is at `now`, seconds since 1970.
    func callAsFunction(
        _ domain: Name, _ lookup: MailLookup, at now: Int64, by end: Deadline
    ) async -> Outcome {
        guard let host = domain.child("mta-sts".utf8) else {
            return .failed("the name of the policy host is too long")
        }
        async let v6 = lookup(host, .aaaa)
        async let v4 = lookup(host, .a)
        let answers = [await v6, await v4]
        let addresses = answers.flatMap(\.addresses).filter(policy.permits)
        guard !addresses.isEmpty else {
            return .failed("the policy host \(host.text) has no address that may be asked")
        }
        var failures: [String] = []
        for address in addresses.prefix(Self.mostAddresses) {
            let place = SocketAddress(address, port: port)
            switch await fetch(host, at: place, now, by: end) {
            case .success(let reply): return Self.judged(reply, host)
            case .failure(let failure):
                failures.append("\(host.text) at \(place): \(failure.clause)")
            }
        }
        return .failed(failures[0])
    }

    private struct Failure: Error {
        let clause: String
    }

    private func fetch(
        _ host: Name, at place: SocketAddress, _ now: Int64, by end: Deadline
    ) async -> Result<HTTPReply, Failure> {
        let connection: TCPConnection
        let session: TLSSession
        do {
            connection = try await TCPConnection.connect(to: place, by: end)
            session = try TLSSession(context, serverName: host.text)
        } catch {
            return .failure(Failure(clause: "\(error)"))
        }
        let carrier = TLSCarrier(session: session, connection: connection, end: end)
        let outcome = await carrier.shake()
        guard outcome == .completed else {
            await carrier.close()
            return .failure(Failure(clause: outcome.trouble ?? "the TLS handshake failed"))
        }
        if let clause = distrust(session, host, at: now) {
            await carrier.close()
            return .failure(Failure(clause: clause))
        }
        let request =
            "GET \(Self.path) HTTP/1.1\r\nHost: \(host.text)\r\n"
            + "User-Agent: trustpath\r\nAccept: text/plain\r\nConnection: close\r\n\r\n"
        let bytes = await carrier.exchange(Array(request.utf8), atMost: Self.longestReply)
        await carrier.close()
        guard let bytes else {
            return .failure(Failure(clause: "the answer is longer than \(Self.longestReply) bytes"))
        }
        guard let reply = HTTPReply(bytes) else {
            return .failure(Failure(clause: "no whole HTTP/1.1 answer came"))
        }
        return .success(reply)
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
            return .failed("\(host.text) answers with the HTTP status \(reply.status)")
        }
        guard reply.contentType == "text/plain" else {
            return .failed(
                "\(host.text) gives \"\(reply.contentType.plain(limit: 64))\" and no text/plain")
        }
        return .fetched(MTASTSPolicy(String(decoding: reply.body, as: UTF8.self)))
    }

    private static let path = "/.well-known/mta-sts.txt"
    private static let mostAddresses = 4
    private static let longestReply = 64 << 10
}

extension MailLookup.Answer {
    fileprivate var addresses: [IPAddress] {
        guard case .records(let data) = self else { return [] }
        return data.compactMap { if case .address(let address) = $0 { address } else { nil } }
    }
}

extension TLSCarrier {
    /// Sends one request and takes all that comes until the peer ends or `end`; nil where it is more than `most`.
    func exchange(_ request: [UInt8], atMost most: Int) async -> [UInt8]? {
        guard session.write(request) == nil, await flush() == nil else { return [] }
        var bytes: [UInt8] = []
        while bytes.count <= most {
            switch session.read() {
            case .bytes(let more): bytes += more
            case .closed, .failed: return bytes
            case .wantsRead: if await receive() != nil { return bytes }
            }
        }
        return nil
    }
}
