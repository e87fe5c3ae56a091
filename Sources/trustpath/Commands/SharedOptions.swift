import ArgumentParser
import Configuration
import Probe

/// What `probe` and `dnssec` have in common.
struct SharedOptions: ParsableArguments {
    @Option(
        name: .customLong("config.file"), help: "Configuration file with the modules.",
        completion: .file())
    var configFile: String?

    @Option(help: "Module of the configuration to probe by.")
    var module = "default"

    @Option(
        name: .customLong("resolver"),
        help: ArgumentHelp(
            "Resolver in place of the module's; repeatable.", valueName: "spec"))
    var resolvers: [String] = []

    @Option(
        help: ArgumentHelp(
            "File with DS or DNSKEY records in place of the built-in anchors.", valueName: "file"),
        completion: .file())
    var trustAnchor: String?

    @Option(
        help: ArgumentHelp("Judge validity at this instant, exactly.", valueName: "unixtime"))
    var at: Int64?

    @Option(help: ArgumentHelp("Time for everything together.", valueName: "seconds"))
    var timeout: Double?

    var clock: ProbeClock { at.map { .at($0) } ?? .systemTime }

    func validate() throws {
        if let timeout, !(timeout > 0 && timeout <= 300) {
            throw ValidationError("--timeout \(timeout) is not above 0 and at most 300 seconds")
        }
        if let at, !(0...Self.latestMoment).contains(at) {
            throw ValidationError("--at \(at) is not a Unix time of 0 to \(Self.latestMoment)")
        }
    }

    /// The end of the year 9999, which is as far as certificates reach.
    private static let latestMoment: Int64 = 253_402_300_799

    /// The module as these options change it.
    func preparedModule() throws(InputError) -> PreparedModule {
        let configuration = try Configuration.load(configFile)
        guard var module = configuration.modules[self.module] else {
            let known = configuration.modules.keys.sorted().joined(separator: ", ")
            throw InputError("there is no module \"\(self.module)\"; there are \(known)")
        }
        if !resolvers.isEmpty {
            module.resolvers = resolvers.map { Located($0, at: Self.commandLine) }
        }
        if let trustAnchor {
            module.dnssec.trustAnchors = Located(trustAnchor, at: Self.commandLine)
        }
        if let timeout { module.timeout = .seconds(timeout) }
        return try PreparedModule(module, named: self.module)
    }

    private static let commandLine = Position(file: "--resolver")
}
