// The names whose chain of certificates is odd, or broken in a way of its own.
extension Catalogue {
    static let chains: [Entry] = [
        Entry(
            "cross-signed.test", "an expired cross-signature beside the chain", nil,
            .all(.tls(.crossSigned))),
        Entry("root-sent.test", "the root is sent as well", nil, .all(.tls(.withRoot))),
        Entry(
            "misordered.test", "the root is sent before the intermediate", nil,
            .all(.tls(.misordered)), finding: "chain_misordered"),
        Entry(
            "unreadable.test", "an extension that cannot be read", "cert_invalid",
            .all(.tls(.unreadable))),
    ]
}
