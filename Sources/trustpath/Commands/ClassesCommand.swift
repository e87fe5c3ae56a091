import ArgumentParser
import Probe

/// The closed list itself, for whoever writes alert rules, routing or runbooks of their own.
struct ClassesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "classes",
        abstract: "Prints every failure class with its remedy, alert and runbook.")

    enum Output: String, ExpressibleByArgument, CaseIterable {
        case text, json
    }

    @Option(help: "Form of the list.")
    var output: Output = .text

    func run() {
        switch output {
        case .text: Terminal.print(FailureClass.allText())
        case .json: Terminal.print(FailureClass.allJSON())
        }
    }
}
