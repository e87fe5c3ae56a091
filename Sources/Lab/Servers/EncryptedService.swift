import Addresses
import DNS
import HTTP2
import OpenSSL
import Sockets

/// A DNS server inside TLS: DoT (RFC 7858) or DoH (RFC 8484).
final class EncryptedService: Sendable {
    let address: SocketAddress
    private let listener: TCPListener
    private let bound = Bounded(64)

    init(boundTo address: SocketAddress) throws(SocketError) {
        listener = try TCPListener(boundTo: address)
        self.address = listener.localAddress
    }

    func close() { listener.close() }

    /// Answers until cancelled or closed; with the ALPN protocol h2 as DoH, otherwise as DoT.
    func run(_ context: TLSContext, _ answer: @escaping DNSService.Answer) async {
        await listener.serve(within: bound) { connection in
            let conversation = TLSConversation(connection, .now + Self.patience)
            try? await Self.serve(conversation, context, answer)
        }
    }

    private static func serve(
        _ conversation: TLSConversation, _ context: TLSContext, _ answer: DNSService.Answer
    ) async throws(SocketError) {
        guard try await conversation.begin(context) else { return }
        if conversation.alpn == "h2" {
            try await answerHTTP(conversation, answer)
        } else {
            try await answerMessages(conversation, answer)
        }
        try await conversation.end()
    }

    /// Messages behind their 16-bit lengths, one after another (RFC 7858 3.3).
    private static func answerMessages(
        _ conversation: TLSConversation, _ answer: DNSService.Answer
    ) async throws(SocketError) {
        var pending: [UInt8] = []
        while let bytes = try await conversation.hear() {
            pending += bytes
            while let query = DNSService.takeMessage(from: &pending) {
                guard let reply = await DNSService.reply(to: query, overUDP: false, answer) else {
                    return
                }
                try await conversation.say(DNSService.framed(reply))
            }
        }
    }

    private static func answerHTTP(
        _ conversation: TLSConversation, _ answer: DNSService.Answer
    ) async throws(SocketError) {
        guard let server = try? HTTP2Server() else { return }
        while let bytes = try await conversation.hear() {
            let requests = (try? server.receive(bytes)) ?? []
            for (stream, request) in requests {
                server.respond(await response(to: request, answer), on: stream)
            }
            while let bytes = try? server.takeOutgoing(), !bytes.isEmpty {
                try await conversation.say(bytes)
            }
        }
    }

    private static func response(
        to request: HTTP2Request, _ answer: DNSService.Answer
    ) async -> HTTP2Response {
        let parts = request.path.split(separator: "?", maxSplits: 1)
        guard parts.first == path[...] else { return HTTP2Response(status: 404) }
        var query: [UInt8]?
        switch request.method {
        case "POST":
            let type = request.fields.first { $0.name == "content-type" }?.value
            guard type == mediaType else { return HTTP2Response(status: 415) }
            query = request.body
        case "GET":
            let text = parts.dropFirst().joined().split(separator: "&").first {
                $0.hasPrefix("dns=")
            }
            query = text.flatMap { bytes(ofBase64URL: $0.dropFirst(4)) }
        default: return HTTP2Response(status: 405)
        }
        guard let query, let reply = await DNSService.reply(to: query, overUDP: false, answer)
        else { return HTTP2Response(status: 400) }
        // How long HTTP caches may keep it (RFC 8484 5.1).
        let message = try? Message(decoding: reply)
        let ttl = ((message?.answers ?? []) + (message?.authorities ?? [])).map(\.ttl).min() ?? 0
        return HTTP2Response(
            status: 200,
            fields: [
                HTTP2Field("content-type", mediaType),
                HTTP2Field("content-length", "\(reply.count)"),
                HTTP2Field("cache-control", "max-age=\(ttl)"),
            ], body: reply)
    }

    /// RFC 4648 5, without padding (RFC 8484 6).
    private static func bytes(ofBase64URL text: Substring) -> [UInt8]? {
        var bytes: [UInt8] = []
        var (buffer, bits) = (UInt32(0), 0)
        for scalar in text.utf8 {
            guard let value = alphabet.firstIndex(of: scalar) else { return nil }
            (buffer, bits) = (buffer << 6 | UInt32(value), bits + 6)
            guard bits >= 8 else { continue }
            bits -= 8
            bytes.append(UInt8(truncatingIfNeeded: buffer >> bits))
            buffer &= 1 << bits - 1
        }
        return bytes
    }

    static let path = "/dns-query"
    private static let mediaType = "application/dns-message"
    private static let alphabet = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
    /// Of a connection; whoever keeps one opens the next.
    private static let patience = Duration.seconds(120)
}
