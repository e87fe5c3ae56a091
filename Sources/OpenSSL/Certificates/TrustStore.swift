import COpenSSL
import Glibc

/// The certificates that end a chain.
///
/// Unchecked: an X509_STORE locks itself, and nothing is added after creation.
package final class TrustStore: @unchecked Sendable {
    /// The role that the leaf must be allowed.
    package enum Purpose: String, Sendable {
        case server = "ssl_server"
        case client = "ssl_client"
    }

    /// nil only where memory ended; OpenSSL takes that for an empty store.
    private let pointer: OpaquePointer?
    /// A configured leaf or intermediate is trusted by itself; the system's roots are just roots.
    private let acceptsPartialChains: Bool
    /// Nil where OpenSSL may add certificates later, from a directory.
    let memory: VerificationMemory?

    private init(acceptsPartialChains: Bool, _ fill: (OpaquePointer?) -> Bool) {
        ErrorQueue.clear()
        let pointer = X509_STORE_new()
        self.pointer = pointer
        self.acceptsPartialChains = acceptsPartialChains
        let isWhole = fill(pointer)
        ERR_clear_error()
        memory = isWhole && pointer != nil ? VerificationMemory(dates: Self.dates(pointer)) : nil
    }

    deinit { X509_STORE_free(pointer) }

    /// Trusts exactly these, roots or not: a pinned self-signed leaf too.
    package convenience init(certificates: [Certificate]) {
        self.init(acceptsPartialChains: true) { pointer in
            for certificate in certificates { X509_STORE_add_cert(pointer, certificate.pointer) }
            return true
        }
    }

    /// Trusts the certificates of a PEM text, as `ca_file` holds them.
    package convenience init(pem: [UInt8]) throws(OpenSSLError) {
        self.init(certificates: try Certificate.list(pem: pem))
    }

    /// The system's roots, loaded once for the process (75 to 130 ms at first use).
    ///
    /// SSL_CERT_FILE, else Debian's bundle, else OpenSSL's own default paths.
    package static func system() -> TrustStore { loaded }

    private static let loaded: TrustStore = {
        let file = getenv(X509_get_default_cert_file_env()).map { String(cString: $0) } ?? debian
        return TrustStore(acceptsPartialChains: false) { pointer in
            if X509_STORE_load_file(pointer, file) == 1 { return true }
            X509_STORE_set_default_paths(pointer)
            return false
        }
    }()

    private static let debian = "/etc/ssl/certs/ca-certificates.crt"

    /// Both dates of every certificate, seconds since 1970.
    private static func dates(_ store: OpaquePointer?) -> [Int64] {
        (0..<max(0, shim_store_count(store))).flatMap { index -> [Int64] in
            guard let certificate = shim_store_value(store, index) else { return [] }
            return [
                seconds(X509_get0_notBefore(certificate)), seconds(X509_get0_notAfter(certificate)),
            ]
        }
    }

    /// How many certificates are held; those that OpenSSL's default directory adds later count not.
    package var count: Int { pointer == nil ? 0 : Int(max(0, shim_store_count(pointer))) }

    /// Those that are no roots: stores of some systems hold intermediates as well.
    package var intermediates: [Certificate] {
        let all = X509_STORE_get1_all_certs(pointer)
        defer { shim_sk_X509_free_all(all) }
        return sharing(all, limit: 10_000).filter { !$0.isSelfIssued }
    }

    /// Builds and checks a chain at `time` (Unix seconds) and records every fault on the way.
    ///
    /// `sent` may hold the leaf as well. Keys and signatures are judged at security level 2;
    /// the host name is not looked at.
    package func verify(
        _ leaf: Certificate, sent: [Certificate], intermediates: [Certificate] = [],
        at time: Int64, purpose: Purpose = .server
    ) -> Verification {
        // A pool of intermediates grows, and is asked only where a chain is broken: not worth remembering.
        guard let memory, intermediates.isEmpty else {
            return verify(
                leaf, sent: sent + intermediates, at: time, purpose: purpose, records: nil)
        }
        let question = VerificationMemory.Question(leaf, sent: sent, purpose)
        if let answer = memory.recall(question, leaf, sent: sent, at: time) { return answer }
        let verification = verify(leaf, sent: sent, at: time, purpose: purpose, records: nil)
        memory.keep(verification, to: question, leaf, sent: sent, at: time)
        return verification
    }

    /// With the TLSA records of a session the chain is verified by them, too.
    func verify(
        _ leaf: Certificate, sent: [Certificate], at time: Int64, purpose: Purpose,
        records: OpaquePointer?
    ) -> Verification {
        ErrorQueue.clear()
        defer { ERR_clear_error() }
        let record = FaultRecord()
        return withStack(of: sent) { untrusted in
            guard let context = X509_STORE_CTX_new() else { return Self.unspecified(leaf) }
            defer { X509_STORE_CTX_free(context) }
            guard X509_STORE_CTX_init(context, pointer, leaf.pointer, untrusted) == 1,
                X509_STORE_CTX_set_default(context, purpose.rawValue) == 1,
                let parameters = X509_STORE_CTX_get0_param(context)
            else { return Self.unspecified(leaf) }
            if let records { X509_STORE_CTX_set0_dane(context, records) }
            var flags = UInt(X509_V_FLAG_TRUSTED_FIRST)
            if acceptsPartialChains { flags |= UInt(X509_V_FLAG_PARTIAL_CHAIN) }
            X509_VERIFY_PARAM_set_flags(parameters, flags)
            X509_VERIFY_PARAM_set_time(parameters, Int(time))
            X509_VERIFY_PARAM_set_auth_level(parameters, 2)
            X509_VERIFY_PARAM_set_depth(parameters, 20)
            _ = shim_set_app_data(context, Unmanaged.passUnretained(record).toOpaque())
            X509_STORE_CTX_set_verify_cb(context, recordFault)
            let isVerified = withExtendedLifetime(record) { X509_verify_cert(context) == 1 }
            if !isVerified, record.faults.isEmpty {  // failed before any check could report
                record.add(X509_STORE_CTX_get_error(context), depth: 0)
            }
            let chain = sharing(X509_STORE_CTX_get0_chain(context))
            return Verification(chain: chain.isEmpty ? [leaf] : chain, faults: record.faults)
        }
    }

    private static func unspecified(_ leaf: Certificate) -> Verification {
        Verification(chain: [leaf], faults: [.init(code: .unspecified, depth: 0)])
    }
}

/// What the verify callback saw during one X509_verify_cert.
final class FaultRecord {
    private(set) var faults: [Verification.Fault] = []

    func add(_ code: Int32, depth: Int32) {
        let code = code == X509_V_OK ? X509Fault.unspecified : X509Fault(rawValue: code)
        let fault = Verification.Fault(code: code, depth: Int(depth))
        if faults.count < 100, !faults.contains(fault) { faults.append(fault) }
    }
}

/// Records and goes on, so that an expired certificate also tells whether its root is known.
func recordFault(_ isFine: Int32, _ context: OpaquePointer?) -> Int32 {
    guard isFine == 0, let context, let data = shim_get_app_data(context) else { return 1 }
    Unmanaged<FaultRecord>.fromOpaque(data).takeUnretainedValue()
        .add(X509_STORE_CTX_get_error(context), depth: X509_STORE_CTX_get_error_depth(context))
    return 1
}
