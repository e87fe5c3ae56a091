/// Everything that the configuration file says, with defaults for what it does not.
package struct Configuration: Sendable, Hashable {
    /// By name; the built-in ones are there unless the file has one of the same name.
    package var modules: [String: Module] = Module.builtIn
    /// No target twice with the same module, and every module is in `modules`.
    package var targets: [ConfiguredTarget] = []
    /// Globs of files that hold further targets.
    package var targetFiles: [Located<String>] = []
    /// Whether a changed file is read again by itself.
    package var watch = false
    package var limits = Limits()

    private init() {}

    package struct Limits: Sendable, Hashable {
        package var concurrentProbes = 256
        /// Globs or suffixes of the targets that may be probed; empty for any.
        package var targets: [Located<String>] = []
    }

    /// What holds without a file.
    package static let builtIn = Configuration()

    /// Reads the text of a configuration file; `file` is its name in errors.
    package init(yaml: [UInt8], file: String) throws(ConfigurationError) {
        guard let document = try Node.document(yaml, file: file), !document.isNull else { return }
        var fields = try Fields(Value(node: document, path: ""))
        try modules.merge(fields.section("modules")?.modules() ?? [:]) { $1 }
        let targets = try fields.section("targets")?.targets() ?? []
        targetFiles = try fields.section("target_files")?.texts() ?? targetFiles
        watch = try fields.section("watch")?.boolean() ?? watch
        limits = try fields.section("limits").map(Limits.init) ?? limits
        try fields.finish()
        try add(targets)  // last: a misspelt `modules` must not look like an unknown module
    }

    /// Adds the list of a target file; `file` is its name in errors. Unchanged when it throws.
    package mutating func add(targets yaml: [UInt8], file: String) throws(ConfigurationError) {
        guard let document = try Node.document(yaml, file: file), !document.isNull else { return }
        try add(Value(node: document, path: "").targets())
    }

    private mutating func add(_ additions: [ConfiguredTarget]) throws(ConfigurationError) {
        var places: [[String]: Position] = [:]
        for target in targets { places[target.identity] = target.target.position }
        for target in additions {
            let (text, module) = (target.target, target.module)
            guard modules[module.value] != nil else {
                throw module.error(
                    "unknown module \(quoted(module.value))"
                        + suggestion(for: module.value, among: modules.keys))
            }
            if let first = places.updateValue(text.position, forKey: target.identity) {
                let place =
                    first.file == text.position.file ? "line \(first.line)" : first.description
                throw text.error(
                    "target \(quoted(text.value)) with module \(quoted(module.value)) "
                        + "already stands in \(place)")
            }
        }
        targets += additions
    }
}

extension ConfiguredTarget {
    /// Names do not differ by case, so neither do targets.
    fileprivate var identity: [String] { [target.value.lowercased(), module.value] }
}

extension Configuration.Limits {
    fileprivate init(_ value: Value) throws(ConfigurationError) {
        self.init()
        var fields = try Fields(value)
        concurrentProbes =
            try fields.take("concurrent_probes")?.integer("a number", in: 1...100_000)
            ?? concurrentProbes
        targets = try fields.take("targets")?.texts() ?? targets
        try fields.finish()
    }
}

extension Fields {
    /// A key of the top level, where an empty value is as good as none: its lines may be comments.
    fileprivate mutating func section(_ key: String) -> Value? {
        take(key).flatMap { $0.node.isNull ? nil : $0 }
    }
}

extension Value {
    fileprivate func modules() throws(ConfigurationError) -> [String: Module] {
        var modules: [String: Module] = [:]
        for (name, value) in try entries() {
            let scalars = name.value.unicodeScalars
            guard (1...100).contains(scalars.count),
                scalars.allSatisfy({ $0.properties.generalCategory != .control })
            else { throw name.error("\(quoted(name.value)) is no name for a module") }
            modules[name.value] = try Module(value)
        }
        return modules
    }

    fileprivate func targets() throws(ConfigurationError) -> [ConfiguredTarget] {
        var targets: [ConfiguredTarget] = []
        for value in try list() { targets.append(try ConfiguredTarget(value)) }
        return targets
    }
}
