import Configuration
import Probe
import Sockets

extension Configuration {
    /// Reads the file at `path`, or takes the built-in configuration where there is none.
    static func load(_ path: String?) throws(InputError) -> Configuration {
        guard let path else { return .builtIn }
        let text: [UInt8]
        do { text = try File.read(path, limit: 4 << 20) } catch { throw InputError("\(error)") }
        var configuration: Configuration
        do { configuration = try Configuration(yaml: text, file: path) } catch {
            throw InputError("\(error)")
        }
        configuration.placeFiles(beside: path)
        try configuration.addTargetFiles(beside: path)
        return configuration
    }
}

extension Configuration {
    /// Looks for the files of modules in the folder of the configuration file at `path`, as for target files.
    fileprivate mutating func placeFiles(beside path: String) {
        func placed(_ file: Located<String>?) -> Located<String>? {
            file.map { Located(Self.beside(path, $0.value), at: $0.position) }
        }
        for (name, module) in modules where !module.files.isEmpty {
            var module = module
            module.rootHints = placed(module.rootHints)
            module.dnssec.trustAnchors = placed(module.dnssec.trustAnchors)
            module.tls.caFile = placed(module.tls.caFile)
            module.tls.intermediatesFile = placed(module.tls.intermediatesFile)
            modules[name] = module
        }
    }
}
