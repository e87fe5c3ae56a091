/// A YAML document as a tree whose aliases are resolved; every key is a scalar and stands once.
struct Node {
    enum Content {
        case scalar(String, isPlain: Bool)
        case sequence([Node])
        case mapping([Entry])
    }

    struct Entry {
        let key: String
        let position: Position
        let value: Node
    }

    let content: Content
    let position: Position
    /// Nodes in this subtree, each alias counted as all that it stands for.
    let size: Int
    /// Levels of this subtree, 1 for a scalar.
    let height: Int

    /// An unquoted `null`, `~` or nothing at all.
    var isNull: Bool {
        guard case .scalar(let text, isPlain: true) = content else { return false }
        return ["", "~", "null", "Null", "NULL"].contains(text)
    }
}

extension Node {
    /// The one document of these bytes, nil when there is none.
    static func document(_ bytes: [UInt8], file: String) throws(ConfigurationError) -> Node? {
        guard bytes.count <= maximumBytes else {
            throw ConfigurationError(Position(file: file), "larger than 4 MiB")
        }
        try requireUTF8(bytes, file: file)
        // libyaml compares each tag directive with all before it; a tag is refused anyway.
        let directives = bytes.indices.lazy.filter {
            bytes[$0] == UInt8(ascii: "%") && bytes[($0 + 1)...].starts(with: "TAG".utf8)
        }
        guard directives.prefix(maximumDirectives + 1).count <= maximumDirectives else {
            throw ConfigurationError(Position(file: file), "too many %TAG directives")
        }
        var composer = Composer(events: try YAMLEvents(bytes, file: file))
        return try composer.document()
    }

    private static func requireUTF8(_ bytes: [UInt8], file: String) throws(ConfigurationError) {
        var parser = Unicode.UTF8.ForwardParser()
        var iterator = bytes.makeIterator()
        var offset = 0
        while true {
            switch parser.parseScalar(from: &iterator) {
            case .valid(let encoded): offset += encoded.count
            case .emptyInput: return
            case .error:
                let byte = String(bytes[offset], radix: 16)
                throw ConfigurationError(
                    Position(file: file, after: bytes.prefix(offset)),
                    "not UTF-8: unexpected byte 0x\(byte)")
            }
        }
    }

    private static let maximumBytes = 4 << 20
    private static let maximumDirectives = 100
}

/// Builds the tree within a budget, so that aliases of aliases cannot blow it up.
private struct Composer {
    private let events: YAMLEvents
    private var anchors: [String: Node] = [:]
    private var remaining = Self.maximumNodes

    private static let maximumNodes = 100_000
    private static let maximumDepth = 32

    init(events: YAMLEvents) {
        self.events = events
    }

    mutating func document() throws(ConfigurationError) -> Node? {
        guard case .documentStart = try events.next().kind else { return nil }
        let root = try node(events.next(), depth: 1)
        _ = try events.next()  // the end of this document
        let rest = try events.next()
        guard case .streamEnd = rest.kind else {
            throw ConfigurationError(rest.position, "a second document; only one is read")
        }
        return root
    }

    private mutating func node(
        _ event: YAMLEvent, depth: Int
    ) throws(ConfigurationError) -> Node {
        if let tag = event.tag {
            throw ConfigurationError(event.position, "the tag \(quoted(tag)) is not supported")
        }
        if case .alias(let name) = event.kind { return try alias(name, event, depth: depth) }
        try spend(1, depth: depth, at: event.position)
        let (content, children) = try content(event, depth: depth)
        let node = Node(
            content: content, position: event.position,
            size: children.reduce(1) { $0 + $1.size },
            height: 1 + children.reduce(0) { max($0, $1.height) })
        if let anchor = event.anchor { anchors[anchor] = node }
        return node
    }

    private mutating func content(
        _ event: YAMLEvent, depth: Int
    ) throws(ConfigurationError) -> (Node.Content, children: [Node]) {
        switch event.kind {
        case .scalar(let text, let isPlain): return (.scalar(text, isPlain: isPlain), [])
        case .sequenceStart:
            var items: [Node] = []
            while true {
                let event = try events.next()
                if case .sequenceEnd = event.kind { return (.sequence(items), items) }
                items.append(try node(event, depth: depth + 1))
            }
        default:  // a mapping: nothing else can stand here
            let entries = try entries(depth: depth + 1)
            return (.mapping(entries), entries.map(\.value))
        }
    }

    private mutating func entries(depth: Int) throws(ConfigurationError) -> [Node.Entry] {
        var entries: [Node.Entry] = []
        var lines: [String: Int] = [:]
        while true {
            let event = try events.next()
            if case .mappingEnd = event.kind { return entries }
            guard case .scalar(let key, _) = try node(event, depth: depth).content else {
                throw ConfigurationError(event.position, "a key must be a word")
            }
            if let line = lines.updateValue(event.position.line, forKey: key) {
                throw ConfigurationError(
                    event.position, "key \(quoted(key)) is already set in line \(line)")
            }
            let value = try node(events.next(), depth: depth)
            entries.append(Node.Entry(key: key, position: event.position, value: value))
        }
    }

    private mutating func alias(
        _ name: String, _ event: YAMLEvent, depth: Int
    ) throws(ConfigurationError) -> Node {
        // An anchor counts once its node is complete, so no alias can stand inside its own anchor.
        guard let node = anchors[name] else {
            throw ConfigurationError(event.position, "no anchor before the alias \(quoted(name))")
        }
        try spend(node.size, depth: depth + node.height - 1, at: event.position)
        return node
    }

    private mutating func spend(
        _ count: Int, depth: Int, at position: Position
    ) throws(ConfigurationError) {
        guard depth <= Self.maximumDepth else {
            throw ConfigurationError(position, "nested deeper than \(Self.maximumDepth) levels")
        }
        guard count <= remaining else {
            throw ConfigurationError(
                position, "more than \(Self.maximumNodes) values, aliases expanded")
        }
        remaining -= count
    }
}
