import Configuration
import Glibc
import Probe
import Sockets

extension Configuration {
    /// Adds the targets of every file that `target_files` names; a relative glob starts at the folder of `path`,
    /// the configuration file. A glob may match nothing yet, a file named without one must be there.
    mutating func addTargetFiles(beside path: String) throws(InputError) {
        let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
        for pattern in targetFiles {
            let glob = pattern.value.hasPrefix("/") ? pattern.value : folder + pattern.value
            for file in try Self.files(matching: glob, named: pattern) {
                let text: [UInt8]
                do { text = try File.read(file, limit: 4 << 20) } catch {
                    throw InputError(pattern.error("\(error)").description)
                }
                do { try add(targets: text, file: file) } catch { throw InputError("\(error)") }
            }
        }
    }

    /// Ascending by name.
    private static func files(
        matching pattern: String, named: Located<String>
    ) throws(InputError) -> [String] {
        var found = glob_t()
        defer { globfree(&found) }
        switch glob(pattern, 0, nil, &found) {
        case 0:
            return (0..<Int(found.gl_pathc)).compactMap { index in
                found.gl_pathv[index].map { String(cString: $0) }
            }
        case GLOB_NOMATCH:
            return pattern.contains(where: { "*?[".contains($0) }) ? [] : [pattern]
        default:
            throw InputError(named.error("the glob \"\(pattern)\" cannot be read").description)
        }
    }
}
