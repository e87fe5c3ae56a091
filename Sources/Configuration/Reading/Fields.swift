/// A mapping with fixed keys: what was asked for is known, the rest is a mistake.
struct Fields {
    private let value: Value
    private let entries: [(key: Located<String>, value: Value)]
    private var known: Set<String> = []

    init(_ value: Value) throws(ConfigurationError) {
        self.value = value
        entries = try value.entries()
    }

    mutating func required(_ key: String) throws(ConfigurationError) -> Value {
        guard let value = take(key) else { throw value.error("\(value.path) needs the key \(key)") }
        return value
    }

    /// Nil when the key is not there, and the default holds.
    mutating func take(_ key: String) -> Value? {
        known.insert(key)
        return entries.first { $0.key.value == key }?.value
    }

    /// Refuses the first key that nobody asked for.
    func finish() throws(ConfigurationError) {
        guard let (key, _) = entries.first(where: { !known.contains($0.key.value) }) else { return }
        let place = value.path.isEmpty ? "" : " in \(value.path)"
        throw key.error(
            "unknown key \(quoted(key.value))\(place)"
                + suggestion(for: key.value, among: known.sorted()))
    }
}
