import ArgumentParser
import Configuration
import HTTPServer
import Logging
import Probe

struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Runs the agent that Prometheus scrapes (default).")

    @Option(
        name: .customLong("config.file"), help: "Configuration file; works without any.",
        completion: .file())
    var configFile: String?

    @Flag(name: .customLong("config.check"), help: "Check the configuration and exit.")
    var configCheck = false

    @OptionGroup var options: AgentOptions

    func run() async throws {
        if configCheck {
            _ = try AgentState.load(configFile, extras: [], ExchangeCounts(), AnswerMemory())
            if let file = options.webConfigFile { try WebAccess.check(file) }
            let files =
                [configFile ?? "the built-in configuration"]
                + [options.webConfigFile]
                .compactMap { $0 }
            for file in files { Terminal.print("\(file) is valid") }
            return
        }
        let agent = try Agent(configFile: configFile, options: options)
        try await agent.run()
    }
}

/// The flags of the agent, wherever it is started from.
struct AgentOptions: ParsableArguments {
    @Option(
        name: .customLong("web.listen-address"),
        help: ArgumentHelp("Address to listen on; repeatable. (default: :10853)", valueName: "addr")
    )
    var listenAddresses: [String] = []

    @Option(
        name: .customLong("web.config.file"),
        help: ArgumentHelp(
            "TLS, passwords and header fields of the agent's own server, as Prometheus' programs take them.",
            valueName: "file"))
    var webConfigFile: String?

    @Option(
        name: .customLong("web.health-listen-address"),
        help: ArgumentHelp(
            "Address that serves /-/healthy and /-/ready only, plain and without authentication.",
            valueName: "addr"))
    var healthAddress: String?

    @Option(
        name: .customLong("timeout-offset"),
        help: ArgumentHelp(
            "Seconds to stay below Prometheus' own scrape timeout.", valueName: "seconds"))
    var timeoutOffset = 0.5

    @Option(
        name: .customLong("log.level"),
        help: "Least level that is logged: trace, debug, info, notice, warning, error, critical.")
    var logLevel = LogLevel.info

    @Option(name: .customLong("log.format"), help: "Form of a log line.")
    var logFormat: LogFormat = .logfmt

    func validate() throws {
        if !(timeoutOffset >= 0 && timeoutOffset <= 300) {
            throw ValidationError("--timeout-offset \(timeoutOffset) is not 0 to 300 seconds")
        }
    }

    var addresses: [String] { listenAddresses.isEmpty ? [":10853"] : listenAddresses }

    var logger: Logger {
        Logger(label: "trustpath") { [logLevel, logFormat] _ in
            LineLogHandler(level: logLevel.level, format: logFormat)
        }
    }
}
