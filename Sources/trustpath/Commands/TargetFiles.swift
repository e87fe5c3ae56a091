import Configuration
import Glibc
import Probe
import Sockets

extension Configuration {
    /// Adds the targets of every file that `target_files` names; a relative glob starts at the folder of `path`,
    /// the configuration file. A glob may match nothing yet, a file named without one must be there.
    mutating func addTargetFiles(beside path: String) throws(InputError) {
        for pattern in targetFiles {
            let glob = Self.beside(path, pattern.value)
            for file in try Self.files(matching: glob, named: pattern) {
                let text: [UInt8]
                do { text = try File.read(file, limit: 4 << 20) } catch {
                    throw InputError(pattern.error("\(error)").description)
                }
                do { try add(targets: text, file: file) } catch { throw InputError("\(error)") }
            }
        }
    }

    /// What was read for this configuration from the file at `path`.
    func watchedFiles(beside path: String?) -> WatchedFiles {
        var files = WatchedFiles()
        for module in modules.values { files.paths.formUnion(module.files) }
        if let path {
            files.paths.insert(path)
            files.globs = Set(targetFiles.map { Self.beside(path, $0.value) })
        }
        return files
    }

    /// A relative name starts at the folder of the file at `path`.
    static func beside(_ path: String, _ name: String) -> String {
        if name.hasPrefix("/") { return name }
        return (path.lastIndex(of: "/").map { String(path[...$0]) } ?? "") + name
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

extension Module {
    /// What its preparation reads.
    var files: [String] {
        [rootHints, dnssec.trustAnchors, tls.caFile, tls.intermediatesFile].compactMap(\.?.value)
    }
}
