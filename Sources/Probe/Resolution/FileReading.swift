import Sockets
import Synchronization

/// What a file's text means, worked out again only where its bytes have changed.
final class FileReading<Value: Sendable>: Sendable {
    private let path: String
    private let last = Mutex<(bytes: [UInt8], value: Value)?>(nil)

    init(_ path: String) { self.path = path }

    /// Nil where there is no file.
    func value(_ read: (String) throws(InputError) -> Value) throws(InputError) -> Value? {
        guard let bytes = try? File.read(path, limit: 1 << 20) else { return nil }
        if let last = last.withLock({ $0 }), last.bytes == bytes { return last.value }
        let value = try read(String(decoding: bytes, as: UTF8.self))
        last.withLock { $0 = (bytes, value) }
        return value
    }
}
