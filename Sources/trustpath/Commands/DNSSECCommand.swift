import Addresses
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
        let name = try Self.owner(name)
        guard let type = RecordType(type) else {
            throw InputError("the type \"\(self.type)\" is not a record type")
        }
        guard !type.isMeta || type == .any else {
            throw InputError("the type \"\(self.type)\" stands for no record that a zone holds")
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

    /// The root, a host name as people write it, or any name at all in presentation format with its escapes.
    private static func owner(_ text: String) throws(InputError) -> Name {
        let place = "the name \"\(text)\""
        if text == "." { return .root }
        if IPAddress(text) != nil {
            throw InputError("\(place) is an IP address, and an address has no records to validate")
        }
        // Escapes are written by those who know the name (RFC 1035 5.1); a host has none.
        guard text.contains("\\") else { return try Target.hostName(text, in: place) }
        do {
            return try Name(parsing: text).lowercased
        } catch {
            throw InputError("\(place) is no valid name: \(error)")
        }
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
