import DNS
import DNSSEC

/// How a zone is signed.
package struct Signing: Sendable {
    package enum Denial: Hashable, Sendable {
        case nsec
        case nsec3(Hashing = Hashing())
    }

    /// The parameters of an NSEC3 chain (RFC 5155 3.1).
    package struct Hashing: Hashable, Sendable {
        package var iterations: UInt16 = 0
        package var salt: [UInt8] = []
        /// Leaves delegations without DS out of the chain (RFC 5155 6).
        package var optsOut = false

        package init(iterations: UInt16 = 0, salt: [UInt8] = [], optsOut: Bool = false) {
            (self.iterations, self.salt, self.optsOut) = (iterations, salt, optsOut)
        }

        func hash(_ name: Name) -> [UInt8] {
            NSEC3Hash.hash(name, iterations: iterations, salt: salt)
        }
    }

    package var keys: [SigningKey]
    package var denial: Denial
    package var window: ClosedRange<Int64>

    package init(keys: [SigningKey], denial: Denial, window: ClosedRange<Int64>) {
        (self.keys, self.denial, self.window) = (keys, denial, window)
    }

    /// The keys that sign the DNSKEY RRset, and that the parent's DS names.
    package var entryPoints: [SigningKey] { keys.filter(\.dnskey.isSecureEntryPoint) }

    /// The keys that sign all the rest; a lone key does both.
    package var zoneKeys: [SigningKey] {
        let own = keys.filter { !$0.dnskey.isSecureEntryPoint }
        return own.isEmpty ? keys : own
    }
}
