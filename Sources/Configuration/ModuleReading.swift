extension Module {
    init(_ value: Value) throws(ConfigurationError) {
        self.init()
        var fields = try Fields(value)
        timeout = try fields.take("timeout")?.duration(upTo: .seconds(300)) ?? timeout
        resolvers = try fields.take("resolvers")?.distinctTexts() ?? resolvers
        authoritative = try fields.take("authoritative")?.boolean() ?? authoritative
        dnsPort = try fields.take("dns_port")?.port() ?? dnsPort
        rootHints = try fields.take("root_hints")?.text("a file")
        dnssec = try fields.take("dnssec").map(DNSSECSettings.init) ?? dnssec
        ports = try fields.take("ports")?.ports() ?? ports
        expand = try fields.take("expand")?.choice(Expansion.self) ?? expand
        tls = try fields.take("tls").map(TLSSettings.init) ?? tls
        mail = try fields.take("mail").map(MailSettings.init) ?? mail
        expect = try fields.take("expect").map(Expectations.init) ?? expect
        addresses = try fields.take("addresses").map(AddressPolicy.init) ?? addresses
        try fields.finish()
    }
}

extension DNSSECSettings {
    fileprivate init(_ value: Value) throws(ConfigurationError) {
        self.init()
        var fields = try Fields(value)
        mode = try fields.take("mode")?.choice(Mode.self) ?? mode
        trustAnchors = try fields.take("trust_anchors")?.text("a file")
        insecureZones = try fields.take("insecure_zones")?.texts() ?? insecureZones
        try fields.finish()
    }
}

extension TLSSettings {
    fileprivate init(_ value: Value) throws(ConfigurationError) {
        self.init()
        var fields = try Fields(value)
        caFile = try fields.take("ca_file")?.text("a file")
        intermediatesFile = try fields.take("intermediates_file")?.text("a file")
        serverName = try fields.take("server_name")?.text("a name")
        tlsa = try fields.take("tlsa")?.boolean() ?? tlsa
        legacyScan = try fields.take("legacy_scan")?.boolean() ?? legacyScan
        bothKeyTypes = try fields.take("both_key_types")?.boolean() ?? bothKeyTypes
        fetchOCSP = try fields.take("fetch_ocsp")?.boolean() ?? fetchOCSP
        fetchCRL = try fields.take("fetch_crl")?.boolean() ?? fetchCRL
        fetchAIA = try fields.take("fetch_aia")?.boolean() ?? fetchAIA
        try fields.finish()
    }
}

extension MailSettings {
    fileprivate init(_ value: Value) throws(ConfigurationError) {
        self.init()
        var fields = try Fields(value)
        dkimSelectors = try fields.take("dkim_selectors")?.texts() ?? dkimSelectors
        try fields.finish()
    }
}

extension Expectations {
    fileprivate init(_ value: Value) throws(ConfigurationError) {
        self.init()
        var fields = try Fields(value)
        cname = try fields.take("cname")?.text("a name")
        addresses = try fields.take("addresses")?.texts() ?? addresses
        issuer = try fields.take("issuer")?.text()
        mx = try fields.take("mx")?.texts() ?? mx
        txt = try fields.take("txt")?.texts() ?? txt
        try fields.finish()
    }
}

extension AddressPolicy {
    fileprivate init(_ value: Value) throws(ConfigurationError) {
        self.init()
        var fields = try Fields(value)
        allow = try fields.take("allow")?.texts() ?? allow
        deny = try fields.take("deny")?.texts() ?? deny
        try fields.finish()
    }
}

extension PortSetting {
    /// `443`, `25/smtp` or `{port: 25, protocol: smtp, optional: true}`.
    fileprivate init(_ value: Value) throws(ConfigurationError) {
        switch value.node.content {
        case .mapping:
            self.init(0)
            var fields = try Fields(value)
            port = try fields.required("port").port()
            optional = try fields.take("optional")?.boolean() ?? optional
            `protocol` = try fields.take("protocol")?.portProtocol()
            try fields.finish()
        case .scalar(let text, _) where text.contains("/"):
            let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
            self.init(try value.with(parts[0]).port())
            `protocol` = try value.with(parts[1]).portProtocol()
        default:
            self.init(try value.port())
        }
    }
}

extension Value {
    fileprivate func port() throws(ConfigurationError) -> UInt16 {
        try integer("a port", in: 1...UInt16.max)
    }

    fileprivate func portProtocol() throws(ConfigurationError) -> String {
        let name = try text("a protocol").value
        guard PortSetting.protocols.contains(name) else {
            throw error(
                "unknown protocol \(quoted(name)) in \(path)"
                    + suggestion(for: name, among: PortSetting.protocols))
        }
        return name
    }

    /// At least one port and none twice: a port is a label, and no series may stand twice.
    fileprivate func ports() throws(ConfigurationError) -> [PortSetting] {
        var seen: Set<UInt16> = []
        var ports: [PortSetting] = []
        for value in try list() {
            let setting = try PortSetting(value)
            guard seen.insert(setting.port).inserted else {
                throw value.error("port \(setting.port) stands twice in \(path)")
            }
            ports.append(setting)
        }
        guard !ports.isEmpty else { throw error("\(path) needs at least one port") }
        return ports
    }

    /// At least one text and none twice.
    fileprivate func distinctTexts() throws(ConfigurationError) -> [Located<String>] {
        let texts = try texts()
        guard !texts.isEmpty else { throw error("\(path) needs at least one entry") }
        var seen: Set<String> = []
        for text in texts where !seen.insert(text.value).inserted {
            throw text.error("\(quoted(text.value)) stands twice in \(path)")
        }
        return texts
    }

    /// This place with a part of its text, unquoted.
    fileprivate func with(_ text: Substring) -> Value {
        let node = Node(
            content: .scalar(String(text), isPlain: true), position: node.position, size: 1,
            height: 1)
        return Value(node: node, path: path)
    }
}
