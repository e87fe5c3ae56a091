import Sockets
import Synchronization

/// Counts what runs at once, up to a limit.
final class Bounded: Sendable {
    private let limit: Int
    private let count = Atomic(0)

    init(_ limit: Int) {
        self.limit = limit
    }

    /// Takes a place if one is free; whoever gets true leaves again.
    func enter() -> Bool {
        if count.add(1, ordering: .relaxed).newValue <= limit { return true }
        leave()
        return false
    }

    func leave() {
        count.subtract(1, ordering: .relaxed)
    }
}

extension TCPListener {
    /// Serves every connection in a task of its own until closed or cancelled; those over the
    /// bound are reset.
    func serve(
        within bound: Bounded, _ handle: @escaping @Sendable (TCPConnection) async -> Void
    ) async {
        await withDiscardingTaskGroup { group in
            while !Task.isCancelled {
                do throws(SocketError) {
                    let connection = try await accept()
                    guard bound.enter() else {
                        connection.reset()
                        continue
                    }
                    group.addTask {
                        await handle(connection)
                        connection.close()
                        bound.leave()
                    }
                } catch .cancelled {
                    break
                } catch {
                    // As without free descriptors: later may be better.
                    try? await Task.sleep(for: .milliseconds(20))
                }
            }
            group.cancelAll()
        }
    }
}
