import Foundation
import Peers
import Testing

/// What an installed program is explained and typed by: its manual page and the completions of three shells.
@Suite(
    .enabled(if: Program.isTrustpathExpected, "needs the trustpath binary"),
    .enabled(if: Program.arePresent("groff", "bash", "zsh", "fish"), "needs groff, zsh and fish"))
struct ManualTests {
    @Test func manualPageTellsEveryCommandAndOption() async throws {
        let page = try await run(
            "groff",
            ["-man", "-ww", "-Tascii", "-P", "-cbou", "\(repository)/packaging/trustpath.1"])
        #expect(page.status == 0 && page.errors == "", "\(page.errors)")
        #expect(page.output.contains("trustpath \(try await versionOfProgram())"))
        let words = Set(
            page.output.split { !($0.isLetter || $0.isNumber || "-.".contains($0)) }

                .map { $0.trimmingCharacters(in: ["."]) })
        for command in try await Self.commands() {
            var names = (command.arguments ?? []).compactMap { $0.preferredName?.name }
            names = [command.commandName] + names.map { "--\($0)" }
            let missing = names.filter { !words.contains($0) }
            #expect(missing == [], "\(command.commandName)")
        }
    }

    @Test(arguments: ["bash", "zsh", "fish"])
    func shellsReadTheCompletions(_ shell: String) async throws {
        let said = try await run(shell, ["-n", try await completions(shell)])
        #expect(said.status == 0 && said.output + said.errors == "", "\(said)")
    }

    @Test func bashCompletesCommandsAndOptions() async throws {
        let script = """
            source "$1"
            COMP_LINE=$2 COMP_POINT=${#2} COMP_WORDS=($2) COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
            _trustpath trustpath "${COMP_WORDS[-1]}" "${COMP_WORDS[-2]}"
            printf '%s\\n' "${COMPREPLY[@]}"
            """
        let file = try await completions("bash")
        let files = [("trustpath serve --config.file Pack", "Package.swift")]
        for (typed, expected) in Self.completed + files {
            let said = try await check(
                "bash", ["-c", script, "complete", file, typed], in: repository)
            #expect(said.split(separator: "\n").contains { $0 == expected }, "\(typed): \(said)")
        }
    }

    @Test func fishCompletesCommandsAndOptions() async throws {
        let file = try await completions("fish")
        let home = try await Ground.shared.value.newDirectory("fish")
        for (typed, expected) in Self.completed {
            let said = try await check(
                "fish",
                ["--no-config", "-c", "source $argv[1]; complete --do-complete $argv[2]"]
                    + [file, typed], environment: ["HOME": home])
            #expect(
                said.split(separator: "\n").contains { $0.split(separator: "\t")[0] == expected },
                "\(typed): \(said)")
        }
    }

    private static let completed = [
        ("trustpath cla", "classes"), ("trustpath dns", "dnssec"),
        ("trustpath probe --trust", "--trust-anchor"), ("trustpath lab --se", "--serve"),
    ]

    /// The file that `make install` makes of it.
    private func completions(_ shell: String) async throws -> String {
        let folder = try await Ground.shared.value.newDirectory("completions")
        try await check(
            "make",
            [
                "--silent", "install", "BINARY=\(trustpathBinary())", "DESTDIR=\(folder)",
                "BASHDIR=/bash", "ZSHDIR=/zsh", "FISHDIR=/fish",
            ], in: repository)
        let names = ["bash": "trustpath", "zsh": "_trustpath", "fish": "trustpath.fish"]
        return "\(folder)/\(shell)/\(names[shell] ?? "")"
    }

    private struct Help: Decodable {
        let command: Command
    }

    private struct Command: Decodable {
        let commandName: String
        let subcommands: [Command]?
        let arguments: [Argument]?

        struct Argument: Decodable {
            let preferredName: Name?
            struct Name: Decodable { let name: String }
        }
    }

    /// Those of the program, as it tells them itself.
    private static func commands() async throws -> [Command] {
        let text = try await check(trustpathBinary(), ["--experimental-dump-help"])
        let all = try JSONDecoder().decode(Help.self, from: Data(text.utf8)).command
        let commands = (all.subcommands ?? []).filter { $0.commandName != "help" }
        try #require(commands.count >= 6)
        return commands
    }
}
