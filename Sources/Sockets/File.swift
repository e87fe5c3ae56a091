import Glibc

/// Why a file could not be read; its text names the file.
package enum FileError: Error, Hashable, Sendable, CustomStringConvertible {
    case system(path: String, errno: Int32)
    case tooLarge(path: String, limit: Int)

    package var description: String {
        switch self {
        case .system(let path, let code): "cannot read \(path): \(Errno(code))"
        case .tooLarge(let path, let limit): "cannot read \(path): larger than \(limit) bytes"
        }
    }
}

/// Files of the configuration, and the system's small ones: nothing that a disk may block a probe by.
package enum File {
    /// The whole file, refused when it is larger than `limit` bytes.
    package static func read(_ path: String, limit: Int) throws(FileError) -> [UInt8] {
        do {
            // C ends the path at a zero byte and would open another file.
            if path.utf8.contains(0) { throw Errno(EINVAL) }
            let number = try system { open(path, O_RDONLY | O_CLOEXEC) }
            defer { close(number) }
            let bytes = try readAll(number, limit: limit)
            guard bytes.count <= limit else { throw FileError.tooLarge(path: path, limit: limit) }
            return bytes
        } catch let error as Errno {
            throw .system(path: path, errno: error.code)
        } catch let error as FileError {
            throw error
        } catch {
            throw .system(path: path, errno: EIO)
        }
    }

    /// Reads to the end, or one byte past the limit.
    private static func readAll(_ number: Int32, limit: Int) throws(Errno) -> [UInt8] {
        try EventLoops.withRoom(atMost: 1 << 16) { room throws(Errno) in
            var bytes: [UInt8] = []
            while bytes.count <= limit {
                let wanted = min(room.count, limit + 1 - bytes.count)
                let count = try system { Glibc.read(number, room.baseAddress, wanted) }
                if count == 0 { break }
                bytes += room[..<count]
            }
            return bytes
        }
    }
}
