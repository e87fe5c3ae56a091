/// A target that every scrape of `/metrics` probes.
package struct ConfiguredTarget: Sendable, Hashable {
    /// TARGET as in `/probe?target=`; its syntax is the product's to judge.
    package var target: Located<String>
    package var module = Located("default")
    /// Label names that Prometheus takes and none of `reservedLabels`, with their values.
    package var labels: [String: String] = [:]

    package init(_ target: Located<String>) {
        self.target = target
    }

    /// The labels that the exposition itself sets.
    package static let reservedLabels: Set<String> = [
        "target", "module", "class", "severity", "stage", "status", "outcome", "transport", "le",
        "host", "resolver", "rcode", "extended_error", "dns_zone", "nameserver", "address",
        "family", "type", "expectation", "port", "version", "cipher", "group", "signature", "alpn",
        "key_type", "key", "certificate", "fingerprint_sha256", "subject", "subjectalternative",
        "issuer", "serialnumber", "revision",
    ]
}

extension ConfiguredTarget {
    init(_ value: Value) throws(ConfigurationError) {
        self.init(Located(""))
        var fields = try Fields(value)
        target = try fields.required("target").text("a target")
        module = try fields.take("module")?.text("a module") ?? module
        for (name, value) in try fields.take("labels")?.entries() ?? [] {
            try Self.checkLabel(name)
            labels[name.value] = try value.text().value
        }
        try fields.finish()
    }

    private static func checkLabel(_ name: Located<String>) throws(ConfigurationError) {
        let bytes = name.value.utf8
        let isLabelName =
            (1...200).contains(bytes.count)
            && bytes.enumerated().allSatisfy { index, byte in
                switch byte {
                case 0x41...0x5a, 0x61...0x7a, 0x5f: true  // A-Z, a-z, _
                case 0x30...0x39: index > 0  // 0-9
                default: false
                }
            }
        guard isLabelName else { throw name.error("\(quoted(name.value)) is no label name") }
        guard !name.value.hasPrefix("__") else {
            throw name.error("label \(quoted(name.value)) begins with __, which Prometheus keeps")
        }
        guard !reservedLabels.contains(name.value) else {
            throw name.error("label \(quoted(name.value)) is one that trustpath sets itself")
        }
    }
}
