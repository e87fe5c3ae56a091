import Configuration
import HTTPServer
import Logging
import OpenSSL
import Probe
import Sockets
import Synchronization

/// What `--web.config.file` says of TLS, passwords, header fields and the rate of requests.
///
/// Its files are looked at for each connection and each request, as exporter-toolkit does: a renewed certificate or a
/// new user needs no reload. What cannot be used leaves the former in force.
final class WebAccess: Sendable {
    private let path: String
    private let logger: Logger
    private let state: Mutex<State>

    private struct State {
        var loaded: Loaded
        /// What was last read, with what was in vain.
        var sight: Sight
    }

    /// Throws the sentence for the user.
    init(_ path: String, _ logger: Logger) throws(InputError) {
        (self.path, self.logger) = (path, logger)
        var sight = Sight()
        let loaded = try Loaded(path, sight: &sight)
        state = Mutex(State(loaded: loaded, sight: sight))
    }

    /// Throws where a file of it cannot be used.
    static func check(_ path: String) throws(InputError) {
        var sight = Sight()
        _ = try Loaded(path, sight: &sight)
    }

    /// Nil where clients speak plain HTTP, for as long as the agent runs.
    var context: (@Sendable () -> TLSContext)? {
        guard let first = state.withLock({ $0.loaded.context }) else { return nil }
        return { [self] in
            refresh()
            return state.withLock { $0.loaded.context } ?? first
        }
    }

    /// Reads it again; a bad file changes nothing.
    func reload() -> InputError? {
        let former = state.withLock { $0 }.loaded
        var sight = Sight()
        do throws(InputError) {
            let fresh = try Loaded(path, replacing: former, sight: &sight)
            guard (fresh.context == nil) == (former.context == nil) else {
                throw InputError("\(path): TLS cannot be turned on or off without a restart")
            }
            state.withLock { $0 = State(loaded: fresh, sight: sight) }
            return nil
        } catch {
            // Not tried again before something changes, be it a file that only the new configuration names.
            state.withLock { $0.sight = sight }
            return error
        }
    }

    private func refresh() {
        let sight = state.withLock { $0.sight }
        guard sight.files.stamps != sight.stamps else { return }
        if let error = reload() {
            logger.error("web configuration not reloaded", metadata: ["error": "\(error)"])
        } else {
            logger.info("web configuration reloaded")
        }
    }

    /// Answers a request that may not pass; nil for all others.
    func refusal(of request: HTTPRequest) async -> HTTPResponse? {
        refresh()
        let loaded = state.withLock { $0.loaded }
        if let bucket = loaded.bucket, !bucket.take() {
            return HTTPResponse(text: "Too Many Requests\n", status: 429).with("Retry-After", "1")
        }
        guard let authentication = loaded.authentication else { return nil }
        return switch await authentication(request.header("Authorization")) {
        case .admitted: nil
        case .refused:
            HTTPResponse(text: "Unauthorized\n", status: 401)
                .with("WWW-Authenticate", "Basic realm=\"trustpath\", charset=\"UTF-8\"")
        case .busy:
            HTTPResponse(text: "too many passwords are being checked\n", status: 503)
                .with("Retry-After", "1")
        }
    }

    /// Puts the configured fields on an answer.
    func dressed(_ response: HTTPResponse) -> HTTPResponse {
        state.withLock { $0.loaded.configuration.headers }.reduce(response) {
            $0.with($1.name, $1.value)
        }
    }
}

/// The files of a web configuration as they were when they were read. What was written meanwhile counts as not seen.
private struct Sight: Sendable {
    var files = WatchedFiles()
    private(set) var stamps: [String: WatchedFiles.Stamp] = [:]

    mutating func look(at path: String, since begun: Int64) {
        files.paths.insert(path)
        stamps = files.stamps.filter { !$0.value.hasChanged(since: begun) }
    }
}

/// A web configuration with its files read.
private struct Loaded: Sendable {
    let configuration: WebConfiguration
    let context: TLSContext?
    let authentication: BasicAuthentication?
    let bucket: TokenBucket?

    /// What has not changed goes on as it is: passwords that were verified, and the requests of the last second.
    /// `sight` is filled, be it in vain.
    init(
        _ path: String, replacing former: Loaded? = nil, sight: inout Sight
    ) throws(InputError) {
        let begun = WatchedFiles.Stamp.now
        sight.look(at: path, since: begun)
        let text: [UInt8]
        do { text = try File.read(path, limit: 4 << 20) } catch { throw InputError("\(error)") }
        let configuration: WebConfiguration
        do { configuration = try WebConfiguration(yaml: text, file: path) } catch {
            throw InputError("\(error)")
        }
        let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
        for case .file(let file) in configuration.tls?.sources ?? [] {
            sight.look(at: file.beside(folder), since: begun)
        }
        context = try configuration.tls.map { tls throws(InputError) in
            try TLSContext(web: tls, folder: folder)
        }
        let isSame = former?.configuration.users == configuration.users
        authentication =
            configuration.users.isEmpty
            ? nil
            : (isSame ? former?.authentication : nil)
                ?? BasicAuthentication(users: configuration.users)
        bucket =
            former?.configuration.rateLimit == configuration.rateLimit
            ? former?.bucket ?? configuration.rateLimit.map(TokenBucket.init)
            : configuration.rateLimit.map(TokenBucket.init)
        self.configuration = configuration
    }
}

extension TokenBucket {
    fileprivate convenience init(_ limit: WebConfiguration.RateLimit) {
        self.init(interval: limit.interval, burst: limit.burst)
    }
}
