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
    private let state: Mutex<Loaded>

    /// Throws the sentence for the user.
    init(_ path: String, _ logger: Logger) throws(InputError) {
        (self.path, self.logger) = (path, logger)
        state = Mutex(try Loaded(path))
    }

    /// Throws where a file of it cannot be used.
    static func check(_ path: String) throws(InputError) { _ = try Loaded(path) }

    /// Nil where clients speak plain HTTP, for as long as the agent runs.
    var context: (@Sendable () -> TLSContext)? {
        guard let first = state.withLock({ $0.context }) else { return nil }
        return { [self] in
            refresh()
            return state.withLock { $0.context } ?? first
        }
    }

    /// Reads it again; a bad file changes nothing.
    func reload() -> InputError? {
        let former = state.withLock { $0 }
        do throws(InputError) {
            let fresh = try Loaded(path, replacing: former)
            guard (fresh.context == nil) == (former.context == nil) else {
                throw InputError("\(path): TLS cannot be turned on or off without a restart")
            }
            state.withLock { $0 = fresh }
            return nil
        } catch {
            // Not tried again before something changes.
            let stamps = former.files.stamps
            state.withLock { $0.stamps = stamps }
            return error
        }
    }

    private func refresh() {
        let (files, stamps) = state.withLock { ($0.files, $0.stamps) }
        guard files.stamps != stamps else { return }
        if let error = reload() {
            logger.error("web configuration not reloaded", metadata: ["error": "\(error)"])
        } else {
            logger.info("web configuration reloaded")
        }
    }

    /// Answers a request that may not pass; nil for all others.
    func refusal(of request: HTTPRequest) async -> HTTPResponse? {
        refresh()
        let loaded = state.withLock { $0 }
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
        state.withLock { $0.configuration.headers }.reduce(response) { $0.with($1.name, $1.value) }
    }
}

/// A web configuration with its files read.
private struct Loaded: Sendable {
    let configuration: WebConfiguration
    let context: TLSContext?
    let authentication: BasicAuthentication?
    let bucket: TokenBucket?
    let files: WatchedFiles
    var stamps: [String: WatchedFiles.Stamp]

    /// What has not changed goes on as it is: passwords that were verified, and the requests of the last second.
    init(_ path: String, replacing former: Loaded? = nil) throws(InputError) {
        let begun = WatchedFiles.Stamp.now
        let text: [UInt8]
        do { text = try File.read(path, limit: 4 << 20) } catch { throw InputError("\(error)") }
        let configuration: WebConfiguration
        do { configuration = try WebConfiguration(yaml: text, file: path) } catch {
            throw InputError("\(error)")
        }
        let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
        var files = WatchedFiles()
        files.paths = [path]
        for case .file(let file) in configuration.tls?.sources ?? [] {
            files.paths.insert(file.beside(folder))
        }
        self.files = files
        stamps = files.stamps.filter { !$0.value.hasChanged(since: begun) }
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
