/// What `--web.config.file` says, in the format that Prometheus and its exporters share (exporter-toolkit).
package struct WebConfiguration: Sendable, Hashable {
    /// Nil for plain HTTP.
    package var tls: WebTLS?
    /// Fields that every answer carries.
    package var headers: [Header] = []
    /// Who may ask, each with the bcrypt hash of a password; empty for anyone.
    package var users: [String: String] = [:]
    package var rateLimit: RateLimit?

    package struct Header: Sendable, Hashable {
        package let name, value: String
    }

    /// One request in each interval on average, and at most so many at once.
    package struct RateLimit: Sendable, Hashable {
        package let interval: Duration
        package let burst: Int
    }

    /// Reads the text of a file; `file` is its name in errors.
    package init(yaml: [UInt8], file: String) throws(ConfigurationError) {
        guard let document = try Node.document(yaml, file: file), !document.isNull else { return }
        var fields = try Fields(Value(node: document, path: ""))
        tls = try fields.present("tls_server_config").flatMap(WebTLS.read)
        headers = try fields.present("http_server_config").map(Self.headers) ?? []
        users = try fields.present("basic_auth_users").map(Self.users) ?? [:]
        rateLimit = try fields.present("rate_limit").flatMap(Self.rateLimit)
        try fields.finish()
    }

    private static func headers(_ value: Value) throws(ConfigurationError) -> [Header] {
        var fields = try Fields(value)
        if let http2 = fields.take("http2"), try http2.boolean() {
            throw http2.error(
                "http2 cannot be true: this agent speaks HTTP/1.1 only; leave it out, or say false")
        }
        var headers: [Header] = []
        for (name, value) in try fields.present("headers")?.entries() ?? [] {
            guard let allowed = knownHeaders[name.value] else {
                throw name.error(
                    "the header \(quoted(name.value)) cannot be configured"
                        + suggestion(for: name.value, among: knownHeaders.keys.sorted()))
            }
            guard !value.isEmptyText else { continue }
            let text = try value.text().value
            guard allowed.isEmpty || allowed.contains(text) else {
                throw value.mustBe(alternatives(allowed))
            }
            headers.append(Header(name: name.value, value: text))
        }
        try fields.finish()
        return headers
    }

    private static func users(_ value: Value) throws(ConfigurationError) -> [String: String] {
        var users: [String: String] = [:]
        for (name, value) in try value.entries() {
            guard !name.value.isEmpty, !name.value.contains(":") else {
                throw name.error("\(quoted(name.value)) is no user: it is empty or holds a colon")
            }
            let hash = try value.text("a bcrypt hash").value
            guard isBcrypt(hash) else {
                // Never quoted: it may be a password.
                throw value.error(
                    "the password of \(quoted(name.value)) is no bcrypt hash ($2y$10$…), "
                        + "as `htpasswd -nBC 10 NAME` makes it")
            }
            users[name.value] = hash
        }
        return users
    }

    /// `$2a$`, `$2b$` or `$2y$`, a cost of 04 to 31, and 53 characters of bcrypt's alphabet.
    private static func isBcrypt(_ text: String) -> Bool {
        let parts = text.split(separator: "$", omittingEmptySubsequences: false)
        guard parts.count == 4, parts[0].isEmpty, ["2a", "2b", "2y"].contains(parts[1]),
            parts[2].utf8.count == 2, let cost = Int(parts[2]), (4...31).contains(cost)
        else { return false }
        return parts[3].utf8.count == 53
            && parts[3].utf8.allSatisfy { byte in
                switch byte {
                case 0x2e...0x39, 0x41...0x5a, 0x61...0x7a: true
                default: false
                }
            }
    }

    private static func rateLimit(_ value: Value) throws(ConfigurationError) -> RateLimit? {
        var fields = try Fields(value)
        let interval = fields.take("interval")
        let burst = fields.take("burst")
        try fields.finish()
        guard let interval else { throw value.error("rate_limit needs the key interval") }
        if ["0", "0s"].contains(try interval.text("a duration such as 1s").value) { return nil }
        let duration = try interval.duration(upTo: .seconds(3600))
        guard let count = try burst?.integer("a number", in: 0...1_000_000), count > 0 else {
            throw (burst ?? value).error(
                "rate_limit.burst must be at least 1, or every request would be refused")
        }
        return RateLimit(interval: duration, burst: count)
    }

    /// The fields that may be set, with the values that are permitted; none for any.
    private static let knownHeaders: [String: [String]] = [
        "Content-Security-Policy": [], "Strict-Transport-Security": [], "X-XSS-Protection": [],
        "X-Content-Type-Options": ["nosniff"], "X-Frame-Options": ["deny", "sameorigin"],
    ]
}

extension Fields {
    /// Nil as well where there is only a key.
    mutating func present(_ key: String) -> Value? {
        take(key).flatMap { $0.node.isNull ? nil : $0 }
    }
}

extension Value {
    /// What stands for "unset" in this format.
    var isEmptyText: Bool {
        if case .scalar("", _) = node.content { return true }
        return node.isNull
    }
}
