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
        try configuration.addTargetFiles(beside: path)
        return configuration
    }
}
