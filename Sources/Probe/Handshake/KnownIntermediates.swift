import OpenSSL
import Synchronization

/// CA certificates that may complete a chain: those of the configuration, those that other endpoints sent, in this
/// probe or an earlier one, and those of the system's store.
final class KnownIntermediates: Sendable {
    private let configured: [Certificate]
    /// Asked only when a chain has no end: reading the system's certificates takes 100 ms.
    private let system: @Sendable () -> [Certificate]
    private let ofSystem = Mutex<[Certificate]?>(nil)
    private let seen = Mutex<[Certificate]>([])

    init(_ configured: [Certificate], system: @escaping @Sendable () -> [Certificate] = { [] }) {
        (self.configured, self.system) = (configured, system)
    }

    var all: [Certificate] {
        let ofSystem = ofSystem.withLock { kept in
            let certificates = kept ?? system()
            kept = certificates
            return certificates
        }
        return configured + seen.withLock { $0 } + ofSystem
    }

    /// Takes over what stands between leaf and root of a chain that verifies: nothing else is worth keeping, and
    /// nobody but a trusted authority can fill this memory.
    func add(between verification: Verification) {
        guard verification.isSoundAboveLeaf else { return }
        add(Array(verification.chain.dropFirst().dropLast()))
    }

    private func add(_ more: [Certificate]) {
        seen.withLock { seen in
            for certificate in more where certificate.der.count <= Self.largest {
                // The last one used is the last one to go.
                seen.removeAll { $0 == certificate }
                if seen.count >= Self.capacity { seen.removeFirst() }
                seen.append(certificate)
            }
        }
    }

    private static let capacity = 256
    /// Bytes of one in DER; those of public authorities have 1 to 2 kB.
    private static let largest = 8192
}
