import COpenSSL

/// One TLS connection as a state machine over memory; whoever owns the socket carries the bytes.
///
/// Used by one task at a time. Every call clears, calls, classifies and drains the error queue.
package final class TLSSession {
    package enum Step: Hashable, Sendable {
        case done
        case wantsRead
        case failed(TLSFailure)
    }

    package enum ReadResult: Hashable, Sendable {
        case bytes([UInt8])
        case wantsRead
        /// The peer said close_notify.
        case closed
        case failed(TLSFailure)
    }

    let pointer: OpaquePointer
    let record = HandshakeRecord()
    let context: TLSContext
    /// Both belong to `pointer`, which frees them.
    private let incoming, outgoing: OpaquePointer
    private var firstBytes: [UInt8] = []
    private var handshakeBytes = 0
    private var isHandshakeDone = false
    private var hasEnded = false
    private var isOverLimit = false
    private(set) var failure: TLSFailure?

    /// A client that sends `serverName` as SNI, unless it is an address (RFC 6066 3).
    package init(_ context: TLSContext, serverName: String?) throws(OpenSSLError) {
        (pointer, incoming, outgoing) = try Self.make(context)
        self.context = context
        observe()
        SSL_set_connect_state(pointer)
        guard let name = serverName.map({ $0.hasSuffix(".") ? String($0.dropLast()) : $0 }),
            !name.isEmpty, !Self.isAddress(name)
        else { return }
        guard !name.utf8.contains(0) else {  // C would send what stands before it
            throw .refused("send a server name with a NUL in it", [])
        }
        try ErrorQueue.success("send the server name \(name)") {
            shim_SSL_set_server_name(pointer, name)
        }
    }

    /// A server; which identity it shows is the context's choice.
    package init(server context: TLSContext) throws(OpenSSLError) {
        (pointer, incoming, outgoing) = try Self.make(context)
        self.context = context
        observe()
        SSL_set_accept_state(pointer)
    }

    deinit { SSL_free(pointer) }

    /// Takes bytes that came from the peer; call `handshake` or `read` after each.
    package func receive(_ bytes: [UInt8]) {
        if firstBytes.count < 16 { firstBytes += bytes.prefix(16 - firstBytes.count) }
        if !isHandshakeDone { handshakeBytes += bytes.count }
        guard handshakeBytes <= Self.longestHandshake,
            Int(shim_BIO_pending(incoming)) + bytes.count <= Self.longestBacklog
        else {
            isOverLimit = true
            return
        }
        BIO_write(incoming, bytes, Int32(bytes.count))
    }

    /// Takes the end of the peer's stream: what is not complete now never will be.
    package func receiveEnd() {
        hasEnded = true
        shim_BIO_set_mem_eof_return(incoming, 0)
    }

    /// Gives the bytes to send to the peer; also after a failure, when it is an alert.
    package func takeOutgoing() -> [UInt8] {
        let pending = Int(shim_BIO_pending(outgoing))
        guard pending > 0 else { return [] }
        return [UInt8](unsafeUninitializedCapacity: pending) { buffer, count in
            count = max(0, Int(BIO_read(outgoing, buffer.baseAddress, Int32(pending))))
        }
    }

    /// Goes as far as the bytes received so far allow.
    package func handshake() -> Step {
        if let failure { return .failed(failure) }
        if isOverLimit { return .failed(fail([], SSL_ERROR_SSL)) }
        ErrorQueue.clear()
        let result = SSL_do_handshake(pointer)
        if result == 1 {
            isHandshakeDone = true
            ERR_clear_error()
            return .done
        }
        let error = SSL_get_error(pointer, result)
        let reasons = ErrorQueue.drain()
        return error == SSL_ERROR_WANT_READ ? .wantsRead : .failed(fail(reasons, error))
    }

    /// Reads at most `most` bytes of data, and processes what stands before them.
    ///
    /// In TLS 1.3 the first read after `handshake` is where a refused client certificate shows.
    package func read(_ most: Int = 16_384) -> ReadResult {
        if let failure { return .failed(failure) }
        if isOverLimit { return .failed(fail([], SSL_ERROR_SSL)) }
        ErrorQueue.clear()
        var error = SSL_ERROR_NONE
        let bytes = [UInt8](unsafeUninitializedCapacity: max(1, most)) { buffer, count in
            let result = SSL_read_ex(pointer, buffer.baseAddress, buffer.count, &count)
            if result != 1 { (count, error) = (0, SSL_get_error(pointer, result)) }
        }
        let reasons = ErrorQueue.drain()
        switch error {
        case SSL_ERROR_NONE: return .bytes(bytes)
        case SSL_ERROR_WANT_READ: return .wantsRead
        case SSL_ERROR_ZERO_RETURN: return .closed
        default: return .failed(fail(reasons, error))
        }
    }

    /// Encrypts data for `takeOutgoing`; nil when all of it was taken.
    @discardableResult
    package func write(_ bytes: [UInt8]) -> TLSFailure? {
        if let failure { return failure }
        guard !bytes.isEmpty else { return nil }
        ErrorQueue.clear()
        var count = 0
        let result = SSL_write_ex(pointer, bytes, bytes.count, &count)
        if result == 1 {
            ERR_clear_error()
            return nil
        }
        let error = SSL_get_error(pointer, result)
        return fail(ErrorQueue.drain(), error)
    }

    /// Says close_notify, once; the peer's is not waited for.
    package func shutdown() {
        guard failure == nil, isHandshakeDone else { return }
        ErrorQueue.clear()
        SSL_shutdown(pointer)
        ERR_clear_error()
    }

    /// What the first bytes of the peer look like; tells plaintext also while nothing has failed.
    package var opening: Opening { Opening(firstBytes) }

    private func fail(_ reasons: [OpenSSLReason], _ error: Int32) -> TLSFailure {
        let isEnd = reasons.contains { $0.isTLS && $0.code == SSL_R_UNEXPECTED_EOF_WHILE_READING }
        let failure = TLSFailure(
            reason: reasons.first(where: \.isTLS) ?? reasons.first,
            // close_notify is no failure, but where a handshake was due it ends that.
            alertReceived: error == SSL_ERROR_ZERO_RETURN ? 0 : fatal(record.alertReceived),
            alertSent: fatal(record.alertSent),
            opening: opening, isEndOfStream: isEnd || (hasEnded && error == SSL_ERROR_SYSCALL),
            isOverLimit: isOverLimit, serverHelloSeen: record.serverHelloSeen)
        self.failure = failure
        return failure
    }

    /// TLS 1.3 alerts are fatal whatever their level says (RFC 8446 6).
    private func fatal(_ alert: TLSAlert?) -> UInt8? {
        guard let alert, !alert.isCloseNotify else { return nil }
        return alert.level == .fatal || SSL_version(pointer) >= TLS1_3_VERSION
            ? alert.number : nil
    }

    private func observe() {
        shim_SSL_set_message_observer(
            pointer, observeMessage, Unmanaged.passUnretained(record).toOpaque())
    }

    private static func make(
        _ context: TLSContext
    ) throws(OpenSSLError) -> (OpaquePointer, OpaquePointer, OpaquePointer) {
        let session = try ErrorQueue.pointer("make a TLS session") { SSL_new(context.pointer) }
        guard let incoming = BIO_new(BIO_s_mem()), let outgoing = BIO_new(BIO_s_mem()) else {
            SSL_free(session)
            throw .refused("make a memory buffer", ErrorQueue.drain())
        }
        SSL_set_bio(session, incoming, outgoing)
        return (session, incoming, outgoing)
    }

    private static func isAddress(_ name: String) -> Bool {
        guard let address = a2i_IPADDRESS(name) else { return false }
        ASN1_STRING_free(address)
        return true
    }

    /// A handshake with a full certificate list takes about 120 kB.
    private static let longestHandshake = 1 << 20
    /// Bytes received and not yet read; several records of 16 kB.
    private static let longestBacklog = 1 << 20
}
