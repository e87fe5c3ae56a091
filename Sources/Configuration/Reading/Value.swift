/// A node with the keys that lead to it, so that a complaint names the place twice.
struct Value {
    let node: Node
    /// `modules.web.ports[1]`; empty for the whole document.
    let path: String

    func error(_ message: String) -> ConfigurationError {
        ConfigurationError(node.position, message)
    }

    /// `PATH must be EXPECTED, not …`, or that a value is missing.
    func mustBe(_ expected: String) -> ConfigurationError {
        let name = path.isEmpty ? "the document" : path
        if node.isNull { return error("\(name) needs a value: \(expected)") }
        let found =
            switch node.content {
            case .scalar(let text, isPlain: true): quoted(text)
            case .scalar(let text, isPlain: false): "the text \(quoted(text))"
            case .sequence: "a list"
            case .mapping: "a mapping"
            }
        return error("\(name) must be \(expected), not \(found)")
    }
}

// One reader per type of value.
extension Value {
    /// Any scalar but null or nothing, without control characters.
    func text(_ expected: String = "text") throws(ConfigurationError) -> Located<String> {
        guard case .scalar(let text, _) = node.content, !node.isNull else { throw mustBe(expected) }
        guard !text.isEmpty else { throw error("\(path) must not be empty") }
        guard text.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control }) else {
            throw error("\(path) must not contain control characters")
        }
        return Located(text, at: node.position)
    }

    /// YAML 1.2's `true` or `false`, unquoted.
    func boolean() throws(ConfigurationError) -> Bool {
        switch node.content {
        case .scalar("true", isPlain: true): true
        case .scalar("false", isPlain: true): false
        default: throw mustBe("true or false")
        }
    }

    /// An unquoted decimal number without sign or leading zero.
    func integer<Number: FixedWidthInteger>(
        _ noun: String, in range: ClosedRange<Number>
    ) throws(ConfigurationError) -> Number {
        guard case .scalar(let text, isPlain: true) = node.content,
            let number = Number(text), text == String(number), range.contains(number)
        else { throw mustBe("\(noun) from \(range.lowerBound) to \(range.upperBound)") }
        return number
    }

    /// More than nothing and at most `maximum`.
    func duration(upTo maximum: Duration) throws(ConfigurationError) -> Duration {
        let text = try text("a duration such as 9.5s").value
        guard let duration = Duration(configurationText: text) else {
            if Double(text) != nil { throw error("\(path) needs a unit, such as \(text)s") }
            throw mustBe("a duration such as 9.5s, 500ms or 1m30s")
        }
        guard duration > .zero, duration <= maximum else {
            throw mustBe("more than 0s and at most \(maximum.configurationText)")
        }
        return duration
    }

    func choice<Choice: CaseIterable & RawRepresentable<String>>(
        _ type: Choice.Type
    ) throws(ConfigurationError) -> Choice {
        let words = Choice.allCases.map(\.rawValue)
        let text = try text(alternatives(words)).value
        guard let choice = Choice(rawValue: text) else { throw mustBe(alternatives(words)) }
        return choice
    }

    func list() throws(ConfigurationError) -> [Value] {
        guard case .sequence(let nodes) = node.content else { throw mustBe("a list") }
        return nodes.enumerated().map { Value(node: $1, path: "\(path)[\($0)]") }
    }

    /// A list of texts.
    func texts() throws(ConfigurationError) -> [Located<String>] {
        var texts: [Located<String>] = []
        for value in try list() { texts.append(try value.text()) }
        return texts
    }

    /// The keys of a mapping in the order of the file, each with its value.
    func entries() throws(ConfigurationError) -> [(key: Located<String>, value: Value)] {
        guard case .mapping(let entries) = node.content else { throw mustBe("a mapping") }
        return entries.map { entry in
            let path = path.isEmpty ? entry.key : "\(path).\(entry.key)"
            return (Located(entry.key, at: entry.position), Value(node: entry.value, path: path))
        }
    }
}
