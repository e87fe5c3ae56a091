import COpenSSL
import Synchronization

/// An X.509 certificate; equal when the DER is.
///
/// Unchecked: OpenSSL locks an X509 while it fills the cache of its extensions, and nothing else changes one.
package final class Certificate: @unchecked Sendable {
    let pointer: OpaquePointer
    package let der: [UInt8]
    /// Unix seconds; 0 when the field holds no valid time.
    package let notBefore: Int64
    /// Unix seconds; 0 when the field holds no valid time, which reads as long expired.
    package let notAfter: Int64
    /// Of all of the DER, made once: chains are keys, and who sends certificates must not be able to make it equal.
    private let digest: Int
    private let keptText = Mutex<CertificateText?>(nil)

    /// Owns `pointer`.
    init(owned pointer: OpaquePointer) {
        self.pointer = pointer
        der = encoded { i2d_X509(pointer, $0) }
        // At once: an array hashes byte by byte.
        var hasher = Hasher()
        der.withUnsafeBytes { hasher.combine(bytes: $0) }
        digest = hasher.finalize()
        notBefore = seconds(X509_get0_notBefore(pointer))
        notAfter = seconds(X509_get0_notAfter(pointer))
    }

    /// Shares a certificate that OpenSSL has parsed already: parsing it again costs 190 µs.
    ///
    /// But where it found no key, since a quick session may have parsed it, which does not know every kind.
    convenience init(sharing pointer: OpaquePointer) {
        X509_up_ref(pointer)
        self.init(owned: X509_get0_pubkey(pointer) == nil ? Self.again(pointer) : pointer)
    }

    /// Takes a certificate, and gives the same as the default context reads it.
    private static func again(_ pointer: OpaquePointer) -> OpaquePointer {
        let der = encoded { i2d_X509(pointer, $0) }
        let second = der.withUnsafeBufferPointer { bytes -> OpaquePointer? in
            var cursor = bytes.baseAddress
            return d2i_X509(nil, &cursor, bytes.count)
        }
        guard let second else { return pointer }
        X509_free(pointer)
        return second
    }

    deinit { X509_free(pointer) }

    /// Parses exactly one certificate; trailing bytes are refused.
    package convenience init?(der: [UInt8]) {
        ErrorQueue.clear()
        defer { ERR_clear_error() }
        let parsed = der.withUnsafeBufferPointer { bytes -> OpaquePointer? in
            var cursor = bytes.baseAddress
            guard let certificate = d2i_X509(nil, &cursor, bytes.count) else { return nil }
            guard let start = bytes.baseAddress, cursor == start + bytes.count else {
                X509_free(certificate)
                return nil
            }
            return certificate
        }
        guard let parsed else { return nil }
        self.init(owned: parsed)
    }

    /// Reads every certificate of a PEM text, in its order; other kinds of blocks are passed over.
    package static func list(pem: [UInt8]) throws(OpenSSLError) -> [Certificate] {
        guard !pem.isEmpty else { throw .noCertificate }
        return try reading(pem) { source throws(OpenSSLError) in try list(from: source) }
    }

    private static func list(from source: OpaquePointer) throws(OpenSSLError) -> [Certificate] {
        var certificates: [Certificate] = []
        while true {
            ErrorQueue.clear()
            if let certificate = PEM_read_bio_X509(source, nil, nil, nil) {
                certificates.append(Certificate(owned: certificate))
                continue
            }
            let last = ERR_peek_last_error()
            let reasons = ErrorQueue.drain()
            guard ERR_GET_LIB(last) == ERR_LIB_PEM, ERR_GET_REASON(last) == PEM_R_NO_START_LINE
            else { throw .malformedCertificate(number: certificates.count + 1, reasons) }
            if certificates.isEmpty { throw .noCertificate }
            return certificates
        }
    }

    /// Read when it is first asked for: nobody asks for that of most certificates.
    var text: CertificateText {
        keptText.withLock { kept in
            let text = kept ?? CertificateText(self)
            kept = text
            return text
        }
    }

    /// The certificate in PEM.
    package var pem: [UInt8] { written { PEM_write_bio_X509($0, pointer) } }
}

extension Certificate: Hashable {
    package static func == (left: Certificate, right: Certificate) -> Bool {
        left === right || left.der == right.der
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(digest) }
}

/// A stack that borrows certificates for one call; OpenSSL only reads it.
func withStack<Result>(of certificates: [Certificate], _ body: (OpaquePointer?) -> Result) -> Result
{
    let stack = shim_sk_X509_new()
    defer { shim_sk_X509_free(stack) }
    for certificate in certificates { _ = shim_sk_X509_push(stack, certificate.pointer) }
    return withExtendedLifetime(certificates) { body(stack) }
}

/// Shares every certificate of a stack that OpenSSL keeps, at most `limit`.
func sharing(_ stack: OpaquePointer?, limit: Int = 100) -> [Certificate] {
    guard let stack else { return [] }
    return (0..<min(limit, Int(max(0, shim_sk_X509_num(stack))))).compactMap { index in
        shim_sk_X509_value(stack, Int32(index)).map { Certificate(sharing: $0) }
    }
}
