import Logging
import Sockets

/// Reads the configuration again when a file changes that it was read from.
///
/// It serves one configuration: a reload, whoever asked for it, ends it and starts another one.
struct ConfigurationWatch {
    let agent: Agent

    func run() async {
        let state = agent.state
        /// How the files stood at the last reload that failed.
        var refused: [String: WatchedFiles.Stamp]?
        do throws(SocketError) {
            let watch = try FolderWatch()
            while !Task.isCancelled {
                // First, so that nothing that changes after the comparison goes unseen.
                let isWhole = watch.watch(state.files.folders)
                let stamps = state.files.stamps
                if stamps != state.stamps, stamps != refused {
                    try await settle(watch)
                    refused = state.files.stamps
                    logChange(from: state.stamps, to: refused ?? [:])
                    if agent.reload() == nil { return }
                }
                let pause = isWhole ? Self.longestPause : Self.shortPause
                if try await !watch.change(by: .now + pause) {
                    // A file that the configuration names but does not know of yet may be there by now.
                    refused = nil
                }
            }
        } catch {
            guard !Task.isCancelled else { return }
            agent.logger.error(
                "files are not watched, reload by SIGHUP", metadata: ["error": "\(error)"])
        }
    }

    /// Waits until nothing has changed for a moment: editors and installers write several files.
    private func settle(_ watch: FolderWatch) async throws(SocketError) {
        let end = Deadline.now + Self.longestUnrest
        while try await watch.change(by: min(.now + Self.quiet, end)), .now < end {}
    }

    private func logChange(
        from old: [String: WatchedFiles.Stamp], to new: [String: WatchedFiles.Stamp]
    ) {
        let paths = Set(old.keys).union(new.keys).filter { old[$0] != new[$0] }.sorted()
        guard !paths.isEmpty else { return }
        agent.logger.info(
            "files have changed", metadata: ["files": "\(paths.joined(separator: " "))"])
    }

    private static let quiet = Duration.milliseconds(300)
    private static let longestUnrest = Duration.seconds(3)
    /// Without an event the files are still compared now and then: network file systems tell nothing.
    private static let longestPause = Duration.seconds(60)
    /// Where a folder cannot be watched.
    private static let shortPause = Duration.seconds(15)
}
