import ArgumentParser
import Glibc
import Sockets

/// Names the cause when a TLS handshake fails and DNS may be the reason.
@main
struct Trustpath: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "trustpath",
        abstract: "Names the cause when a TLS handshake fails and DNS may be the reason.",
        version: "trustpath \(version)",
        subcommands: [
            ServeCommand.self, ProbeCommand.self, DNSSECCommand.self, LabCommand.self,
            ClassesCommand.self, HealthCheckCommand.self,
        ],
        defaultSubcommand: ServeCommand.self)

    static let version = "0.1.0"

    /// Bad usage and bad configuration end with status 2, whoever found them.
    static func main() async {
        // What the dynamic linker needed, so that it does not add to what reading arguments and files needs.
        ResidentMemory.giveBackStart()
        Signals.ignoreBrokenPipes()
        do {
            var command = try parseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch let code as ExitCode {
            Glibc.exit(code.rawValue)
        } catch {
            guard exitCode(for: error) != .success else { exit(withError: error) }
            Terminal.complain("trustpath: " + sentence(for: error))
            Glibc.exit(ExitStatus.usage.rawValue)
        }
    }

    /// One line; `--help` tells the rest.
    private static func sentence(for error: any Error) -> String {
        message(for: error).split(whereSeparator: \.isNewline)
            .map { $0.hasPrefix("  - ") ? String($0.dropFirst(4)) + "," : String($0) }
            .joined(separator: " ").trimmed(of: ",")
    }
}

extension String {
    fileprivate func trimmed(of last: Character) -> String {
        self.last == last ? String(dropLast()) : self
    }
}

/// What a command's status tells a script.
enum ExitStatus: Int32 {
    case healthy = 0
    case failure = 1
    case usage = 2
    case undecided = 3
}
