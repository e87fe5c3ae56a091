import Addresses
import ArgumentParser
import Exposition
import Probe

struct ProbeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "probe", abstract: "Probes one target and prints a report.")

    enum Output: String, ExpressibleByArgument, CaseIterable {
        case text, json, metrics, html
    }

    @Argument(help: "NAME, NAME:PORT, [IPV6]:PORT, an address, or SCHEME://NAME[:PORT].")
    var target: String

    @OptionGroup var shared: SharedOptions

    @Option(help: ArgumentHelp("Ports in place of the module's, as 443,993.", valueName: "list"))
    var ports: String?

    @Option(help: ArgumentHelp("Name for SNI and the certificate.", valueName: "name"))
    var hostname: String?

    @Option(
        name: .customLong("address"),
        help: ArgumentHelp(
            "Shake hands at this address as if DNS had answered it; repeatable.", valueName: "addr")
    )
    var addresses: [String] = []

    @Option(help: "Form of the report.")
    var output: Output = .text

    func run() async throws {
        let module = try shared.preparedModule()
        let target = try Target(parsing: target)
        let options = try Probe.Options(ports: ports, hostname: hostname, addresses: addresses)
        let report = await Probe(module, clock: shared.clock)(
            target, options, budget: module.timeout)
        switch output {
        case .text: Terminal.print(report.text())
        case .json: Terminal.print(report.json())
        case .metrics: Terminal.print(Exposition(distinct: report.metricFamilies()).text())
        case .html: Terminal.print(report.html())
        }
        throw ExitCode(report.exitStatus.rawValue)
    }
}

extension Report {
    var exitStatus: ExitStatus {
        guard let primary = diagnosis.primary else { return .healthy }
        let isUndecided =
            primary.failureClass.stage == .probe
            || [.dnsBlocked, .dnssecIndeterminate].contains(primary.failureClass)
        return isUndecided ? .undecided : .failure
    }
}
