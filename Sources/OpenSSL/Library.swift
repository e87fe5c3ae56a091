import COpenSSL

/// libcrypto and libssl as this program starts them.
enum Library {
    /// Starts both without openssl.cnf, once; whatever touches OpenSSL first reads this.
    ///
    /// That file can raise the security level, narrow versions or forbid SHA-1, and a probe must
    /// judge a server the same way on every host.
    static let isReady: Bool = shim_init_without_config() == 1
}

/// One entry of OpenSSL's error queue.
package struct OpenSSLReason: Hashable, Sendable, CustomStringConvertible {
    /// "SSL routines", "x509 certificate routines", …
    package let library: String
    /// The reason code within its library: SSL_R_…, X509_R_…
    package let code: Int32
    /// OpenSSL's text of the code: "wrong version number".
    package let text: String
    /// From libssl itself, not from what it called.
    package let isTLS: Bool

    package init(library: String, code: Int32, text: String, isTLS: Bool) {
        (self.library, self.code, self.text, self.isTLS) = (library, code, text, isTLS)
    }

    package var description: String { "\(text) (\(library))" }
}

/// What the module could not do, as one sentence.
package enum OpenSSLError: Error, Hashable, CustomStringConvertible {
    /// OpenSSL refused the named operation; its reasons, the first is the cause.
    case refused(String, [OpenSSLReason])
    /// The certificate of this number (from 1) in a PEM text does not parse.
    case malformedCertificate(number: Int, [OpenSSLReason])
    /// A PEM text without a certificate.
    case noCertificate

    package var description: String {
        switch self {
        case .refused(let what, let reasons):
            "OpenSSL cannot \(what): \(reasons.first?.text ?? "no reason given")"
        case .malformedCertificate(let number, let reasons):
            "certificate \(number) cannot be read: \(reasons.first?.text ?? "not a certificate")"
        case .noCertificate:
            "there is no certificate in it (expected PEM, -----BEGIN CERTIFICATE-----)"
        }
    }
}

/// The error queue belongs to the thread: clear, call and drain without an `await` between.
enum ErrorQueue {
    static func clear() {
        _ = Library.isReady
        ERR_clear_error()
    }

    /// Takes all entries, the oldest first, which is where the trouble began.
    static func drain() -> [OpenSSLReason] {
        var reasons: [OpenSSLReason] = []
        while case let code = ERR_get_error(), code != 0 {
            reasons.append(
                OpenSSLReason(
                    library: ERR_lib_error_string(code).map { String(cString: $0) } ?? "unknown",
                    code: ERR_GET_REASON(code),
                    text: ERR_reason_error_string(code).map { String(cString: $0) }
                        ?? "reason \(ERR_GET_REASON(code))",
                    isTLS: ERR_GET_LIB(code) == ERR_LIB_SSL))
        }
        return reasons
    }

    /// Runs a call that answers a pointer, and throws its reasons when it is nil.
    static func pointer<Value>(
        _ what: @autoclosure () -> String, _ call: () -> Value?
    ) throws(OpenSSLError) -> Value {
        clear()
        guard let value = call() else { throw .refused(what(), drain()) }
        return value
    }

    /// Runs a call that answers a status, and throws its reasons unless it is above zero.
    static func success(
        _ what: @autoclosure () -> String, _ call: () -> some BinaryInteger
    ) throws(OpenSSLError) {
        clear()
        guard call() > 0 else { throw .refused(what(), drain()) }
    }
}

/// Copies `count` bytes from a C pointer; nil or a count below one is empty.
func copy(_ start: UnsafePointer<UInt8>?, _ count: Int) -> [UInt8] {
    guard let start, count > 0 else { return [] }
    return Array(UnsafeBufferPointer(start: start, count: count))
}

/// Runs a reader against a memory BIO over bytes that are there as long as it runs: a BIO copies none, and an
/// array's own pointer is good for one call only.
func reading<Result>(
    _ bytes: [UInt8], _ read: (OpaquePointer) throws(OpenSSLError) -> Result
) throws(OpenSSLError) -> Result {
    try bytes.withUnsafeBufferPointer { bytes throws(OpenSSLError) in
        let source = try ErrorQueue.pointer("read a text") {
            BIO_new_mem_buf(bytes.baseAddress, Int32(clamping: bytes.count))
        }
        defer { BIO_free(source) }
        return try read(source)
    }
}

/// Runs a writer against a memory BIO and answers what it wrote.
func written(_ write: (OpaquePointer) -> Void) -> [UInt8] {
    guard let sink = BIO_new(BIO_s_mem()) else { return [] }
    defer { BIO_free(sink) }
    write(sink)
    var start: UnsafeMutablePointer<CChar>?
    let count = shim_BIO_get_mem_data(sink, &start)
    return start.map { Array(UnsafeRawBufferPointer(start: $0, count: max(0, count))) } ?? []
}

/// Runs the two passes of an i2d function: nil asks for the size, then it writes.
func encoded(_ write: (UnsafeMutablePointer<UnsafeMutablePointer<UInt8>?>?) -> Int32) -> [UInt8] {
    let size = Int(write(nil))
    guard size > 0 else { return [] }
    return [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
        var cursor = buffer.baseAddress
        count = max(0, min(size, Int(write(&cursor))))
    }
}

extension [UInt8] {
    /// Two lowercase hexadecimal digits a byte, no separators.
    package var hexadecimal: String {
        var text: [UInt8] = []
        text.reserveCapacity(2 * count)
        for byte in self {
            text.append(hexadecimalDigits[Int(byte >> 4)])
            text.append(hexadecimalDigits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }
}

private let hexadecimalDigits = [UInt8]("0123456789abcdef".utf8)
