import CLinux
import Glibc
import Synchronization

/// Tells that something changed in one of some folders (inotify(7)): a file was written, made, moved or removed.
package final class FolderWatch: Sendable {
    private let descriptor: Descriptor
    /// inotify's number for each folder; one number for all names of the same folder.
    private let watched = Mutex<Set<Int32>>([])

    package init() throws(SocketError) {
        descriptor = try Descriptor.opened("inotify_init1", clinux_inotify)
    }

    /// Watches these folders and no other from now on; false where one of them cannot be watched.
    @discardableResult
    package func watch(_ folders: some Sequence<String>) -> Bool {
        watched.withLock { watched in
            var now: Set<Int32> = []
            var isWhole = true
            for folder in folders {
                let number = try? descriptor.use { inotify throws(Errno) in
                    try system { clinux_watch_folder(inotify, folder) }
                }
                if let number { now.insert(number) } else { isWhole = false }
            }
            for number in watched.subtracting(now) {
                _ = try? descriptor.use { inotify throws(Errno) in
                    try system { inotify_rm_watch(inotify, number) }
                }
            }
            watched = now
            return isWhole
        }
    }

    /// Waits for a change, and takes all that are told by then; false at the deadline.
    package func change(by deadline: Deadline) async throws(SocketError) -> Bool {
        do throws(SocketError) {
            _ = try await descriptor.perform("read", when: .readable, by: deadline) {
                inotify throws(Errno) in
                // Which file it was does not matter; an event is at most 16 + 256 bytes.
                var events = [UInt8](repeating: 0, count: 16_384)
                return try system { read(inotify, &events, events.count) }
            }
            return true
        } catch {
            if error == .timedOut { return false }
            throw error
        }
    }
}
