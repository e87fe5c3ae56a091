import Addresses
import ArgumentParser
import Probe

/// What an image's HEALTHCHECK runs: nothing else there speaks HTTP.
struct HealthCheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "healthcheck",
        abstract: "Asks an agent on this host whether it is up.",
        discussion: """
            It asks for /-/healthy over plain HTTP; an agent that serves TLS is asked at its \
            health address. The exit status is 0 when the agent is healthy and 1 when it is not.
            """)

    @Option(
        help: ArgumentHelp(
            "Where the agent listens, in the form of --web.listen-address.", valueName: "addr"))
    var address = ":10853"

    @Option(help: ArgumentHelp("Time to wait for the answer.", valueName: "seconds"))
    var timeout = 3.0

    func validate() throws {
        if HealthCheck.place(of: address) == nil {
            throw ValidationError("--address \(address) is not :PORT, ADDRESS:PORT or [IPV6]:PORT")
        }
        if !(timeout > 0 && timeout <= 300) {
            throw ValidationError("--timeout \(timeout) is not 0 to 300 seconds")
        }
    }

    func run() async throws {
        guard let place = HealthCheck.place(of: address) else { return }
        if let fault = await HealthCheck.fault(at: place, within: .seconds(timeout)) {
            Terminal.complain("trustpath: no healthy agent: \(fault)")
            throw ExitCode(ExitStatus.failure.rawValue)
        }
    }
}
