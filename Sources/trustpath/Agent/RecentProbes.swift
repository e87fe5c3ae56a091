import Probe
import Synchronization

/// The last probes, for the landing page; the newest first.
final class RecentProbes: Sendable {
    struct Entry: Sendable {
        let target: String
        let module: String
        /// Seconds since 1970.
        let at: Int64
        let failureClass: String?
        let duration: Duration
    }

    private let entries = Mutex<[Entry]>([])
    private static let capacity = 50

    var newest: [Entry] { entries.withLock { $0 } }

    func add(_ report: Report) {
        let entry = Entry(
            target: report.target.text, module: report.moduleName, at: report.at,
            failureClass: report.diagnosis.primary?.failureClass.rawValue,
            duration: report.durations.total)
        entries.withLock { entries in
            entries.removeAll { $0.target == entry.target && $0.module == entry.module }
            entries.insert(entry, at: 0)
            if entries.count > Self.capacity { entries.removeLast() }
        }
    }
}
