import Configuration
import HTTPServer
import Logging
import Probe
import Sockets
import Synchronization

/// The long-running program: configuration, server, signals.
final class Agent: Sendable {
    let logger: Logger
    let timeoutOffset: Duration
    let counts: ExchangeCounts
    /// Outlives a reload: what was seen of a name does not depend on the file.
    private let memory = AnswerMemory()
    let metrics = AgentMetrics()
    let recent = RecentProbes()
    private let configFile: String?
    private let extras: [AgentState.ExtraModule]
    private let addresses: [String]
    private let healthAddress: String?
    private let access: WebAccess?
    private let current: Mutex<AgentState>
    private let watch = Mutex<Task<Void, Never>?>(nil)

    init(
        configFile: String?, options: AgentOptions, counts: ExchangeCounts = ExchangeCounts(),
        extras: [AgentState.ExtraModule] = []
    ) throws(InputError) {
        // Here and in `run`, so that reading arguments and reading configurations do not add up.
        ResidentMemory.giveBackStart()
        (self.configFile, self.counts, self.extras) = (configFile, counts, extras)
        (logger, addresses) = (options.logger, options.addresses)
        healthAddress = options.healthAddress
        access = try options.webConfigFile.map { [logger] path throws(InputError) in
            try WebAccess(path, logger)
        }
        timeoutOffset = .seconds(options.timeoutOffset)
        current = Mutex(try AgentState.load(configFile, extras: extras, counts, memory))
        metrics.noteReload(succeeded: true, at: WallClock.now)
    }

    var state: AgentState { current.withLock { $0 } }

    /// Serves until SIGTERM or SIGINT, then lets the probes in flight end. `ready` runs once it listens.
    func run(ready: @Sendable ([UInt16]) -> Void = { _ in }) async throws(InputError) {
        let signals = Signals.stream
        ResidentMemory.giveBackStart()
        let routes = Routes(agent: self)
        let health = HealthRoutes()
        let server: HTTPServer
        let healthServer: HTTPServer?
        do {
            healthServer = try healthAddress.map { address in
                try HTTPServer(listeningOn: [address]) { health.respond(to: $0) }
            }
            server = try HTTPServer(
                listeningOn: addresses, context: access?.context, executor: EventLoops.next
            ) {
                [access] request in
                guard let access else { return await routes.respond(to: request) }
                if let refusal = await access.refusal(of: request) {
                    return access.dressed(refusal)
                }
                return access.dressed(await routes.respond(to: request))
            }
        } catch {
            throw InputError("\(error)")
        }
        logListening(server, healthServer)
        ready(server.boundPorts)
        adjustWatch()
        for await signal in signals {
            if signal == Signals.hangup {
                _ = reload()
                continue
            }
            break
        }
        logger.info("stopping, letting probes in flight end")
        health.beginStop()
        await server.stop(by: .now + state.longestTimeout + .seconds(1))
        await healthServer?.stop(by: .now + .seconds(1))
        logger.info("stopped")
    }

    private func logListening(_ server: HTTPServer, _ health: HTTPServer?) {
        var metadata: Logger.Metadata = [
            "addresses": "\(addresses.joined(separator: ","))",
            "ports": "\(server.boundPorts.map { "\($0)" }.joined(separator: ","))",
            "tls": "\(access?.context != nil)", "version": "\(Trustpath.version)",
        ]
        if let port = health?.boundPorts.first { metadata["health_port"] = "\(port)" }
        logger.info("listening", metadata: metadata)
    }

    /// Reads the configuration again. A bad new file changes nothing; the sentence says why.
    func reload() -> InputError? {
        do throws(InputError) {
            let fresh = try AgentState.load(
                configFile, extras: extras, counts, memory, replacing: state)
            if let error = access?.reload() { throw error }
            current.withLock { $0 = fresh }
            adjustWatch()
            metrics.noteReload(succeeded: true, at: WallClock.now)
            logger.info("configuration reloaded")
            return nil
        } catch {
            metrics.noteReload(succeeded: false, at: WallClock.now)
            logger.error("configuration not reloaded", metadata: ["error": "\(error)"])
            return error
        }
    }

    /// Follows the files of the configuration in force, or none.
    private func adjustWatch() {
        let isWanted = state.configuration.watch
        watch.withLock { watch in
            watch?.cancel()
            watch = isWanted ? Task { await ConfigurationWatch(agent: self).run() } : nil
        }
    }
}
