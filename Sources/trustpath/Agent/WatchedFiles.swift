import Glibc

/// The files that a configuration was read from, and those that would be if they were there.
struct WatchedFiles: Sendable {
    var paths: Set<String> = []
    /// Globs whose matches belong to them.
    var globs: Set<String> = []

    /// What tells one state of a file from another.
    struct Stamp: Hashable, Sendable {
        let device, inode, size, modified, changed: Int64

        /// Nil where there is no such file; symbolic links are followed.
        init?(_ path: String) {
            var facts = stat()
            guard stat(path, &facts) == 0 else { return nil }
            (device, inode) = (Int64(truncatingIfNeeded: facts.st_dev), Int64(facts.st_ino))
            size = Int64(facts.st_size)
            modified = Self.nanoseconds(facts.st_mtim)
            changed = Self.nanoseconds(facts.st_ctim)
        }

        /// Nanoseconds since 1970, as the kernel stamps files.
        static var now: Int64 {
            var time = timespec()
            clock_gettime(CLOCK_REALTIME, &time)
            return nanoseconds(time)
        }

        /// Whether it changed since then, or shortly before: files are stamped with the time of the last tick. One
        /// from the future (another host's clock) counts as old, or it would never be.
        func hasChanged(since moment: Int64) -> Bool {
            changed >= moment - 20_000_000 && changed <= Self.now
        }

        private static func nanoseconds(_ time: timespec) -> Int64 {
            Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
        }
    }

    /// The state of every file, by its path.
    var stamps: [String: Stamp] {
        var stamps: [String: Stamp] = [:]
        for path in paths.union(globs.flatMap(Self.matches)) { stamps[path] = Stamp(path) }
        return stamps
    }

    /// The folders in which a change may concern a file: its own, and those of every link on the way to it.
    var folders: Set<String> {
        var folders: Set<String> = []
        for path in paths { Self.addFolders(leadingTo: path, to: &folders) }
        for glob in globs {
            // The folders that the pattern's wildcards stand for may come and go as well.
            let parts = glob.split(separator: "/", omittingEmptySubsequences: false)
            let fixed = parts.firstIndex { $0.contains { "*?[".contains($0) } } ?? parts.count - 1
            for count in fixed..<parts.count {
                let prefix = count == 0 ? "." : parts.prefix(count).joined(separator: "/")
                let found = Self.matches(prefix.isEmpty ? "/" : prefix)
                for folder in found.isEmpty ? [prefix] : found {
                    Self.addFolders(leadingTo: folder + "/.", to: &folders)
                }
            }
            for file in Self.matches(glob) { Self.addFolders(leadingTo: file, to: &folders) }
        }
        return folders
    }

    /// Ascending by name; none where the glob matches nothing or cannot be read.
    static func matches(_ pattern: String) -> [String] {
        var found = glob_t()
        defer { globfree(&found) }
        guard glob(pattern, 0, nil, &found) == 0 else { return [] }
        return (0..<Int(found.gl_pathc)).compactMap { index in
            found.gl_pathv[index].map { String(cString: $0) }
        }
    }

    /// Walks the path as the kernel does. Kubernetes replaces a whole volume by one rename of the link `..data`,
    /// which neither the file's own folder nor the file shows.
    private static func addFolders(leadingTo path: String, to folders: inout Set<String>) {
        var current = path.hasPrefix("/") ? "/" : workingFolder
        var rest = components(path)
        var links = 0
        while let name = rest.popLast() {
            if name == "." {
                if rest.isEmpty { folders.insert(current) }
                continue
            }
            if name == ".." {
                current = current.lastIndex(of: "/").map { String(current[..<$0]) } ?? ""
                if current.isEmpty { current = "/" }
                continue
            }
            let next = current == "/" ? "/" + name : current + "/" + name
            var facts = stat()
            guard lstat(next, &facts) == 0 else {
                folders.insert(current)
                return
            }
            guard facts.st_mode & S_IFMT == S_IFLNK else {
                if rest.isEmpty { folders.insert(current) }
                current = next
                continue
            }
            folders.insert(current)
            links += 1
            guard links <= mostLinks, let target = target(of: next) else { return }
            if target.hasPrefix("/") { current = "/" }
            rest += components(target)
        }
    }

    /// The last one first.
    private static func components(_ path: String) -> [String] {
        path.split(separator: "/").reversed().map { String($0) }
    }

    private static func target(of link: String) -> String? {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
        let count = readlink(link, &buffer, buffer.count - 1)
        guard count > 0 else { return nil }
        return String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    private static var workingFolder: String {
        guard let path = getcwd(nil, 0) else { return "/" }
        defer { free(path) }
        return String(cString: path)
    }

    /// As many as Linux follows (path_resolution(7)).
    private static let mostLinks = 40
}
