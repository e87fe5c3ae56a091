import ArgumentParser
import DNS
import DNSSEC
import Probe
import Sockets

struct DNSSECCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dnssec", abstract: "Validates one name and type from the trust anchor down.")

    enum Output: String, ExpressibleByArgument, CaseIterable {
        case text, json
    }

    @Argument(help: "Name to validate.")
    var name: String

    @Argument(help: "Record type.")
    var type = "A"

    @OptionGroup var shared: SharedOptions

    @Option(help: "Form of the report.")
    var output: Output = .text

    func run() async throws {
        let name =
            name == "." ? Name.root : try Target.hostName(name, in: "the name \"\(name)\"")
        guard let type = RecordType(type) else {
            throw InputError("the type \"\(self.type)\" is not a record type")
        }
        let module = try shared.preparedModule()
        guard let stage = module.validation() else {
            throw InputError("module \(module.name) disables DNSSEC")
        }
        let now = shared.clock.now
        let validation = await stage(
            Question(name, type), at: now, budget: module.timeout, by: .now + module.timeout)
        switch output {
        case .text: Terminal.print(validation.text(at: now))
        case .json: Terminal.print(validation.json(at: now))
        }
        throw ExitCode(validation.status.exitStatus.rawValue)
    }
}

extension Status {
    fileprivate var exitStatus: ExitStatus {
        switch self {
        case .secure, .insecure: .healthy
        case .bogus: .failure
        case .indeterminate: .undecided
        }
    }
}
