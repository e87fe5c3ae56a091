/// What chain building and checking saw; a fault is recorded, never thrown.
package struct Verification: Sendable {
    package struct Fault: Hashable, Sendable {
        package let code: X509Fault
        /// The place in `chain`: 0 is the leaf.
        package let depth: Int

        package init(code: X509Fault, depth: Int) { (self.code, self.depth) = (code, depth) }

        /// OpenSSL's macro: "X509_V_ERR_CERT_HAS_EXPIRED".
        package var name: String { code.name }
    }

    /// The verified chain, leaf first; when it fails, the best one that could be built.
    package let chain: [Certificate]
    /// In the order OpenSSL found them, each code once per depth.
    package let faults: [Fault]

    package init(chain: [Certificate], faults: [Fault]) {
        (self.chain, self.faults) = (chain, faults)
    }

    /// Name and revocation are judged elsewhere.
    package var isTrusted: Bool { faults.isEmpty }

    /// The certificate that a fault is about; nil when chain building never reached that depth.
    package func certificate(of fault: Fault) -> Certificate? {
        chain.indices.contains(fault.depth) ? chain[fault.depth] : nil
    }
}
