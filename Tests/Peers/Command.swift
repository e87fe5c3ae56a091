import Foundation

/// What a program left behind; 124 is the status of one that ran out of time.
package struct CommandResult: Sendable {
    package let status: Int32
    package let output: String
    package let errors: String
}

/// Runs a program to its end, both outputs captured; it is killed after `seconds`.
package func run(
    _ program: String, _ arguments: [String], input: String = "", in directory: String? = nil,
    environment: [String: String] = [:], seconds: Int = 30
) async throws -> CommandResult {
    let place =
        FileManager.default.temporaryDirectory.path
        + "/trustpath-run-\(UUID().uuidString)"
    try write(input, to: place + ".in")
    let input = try open(place + ".in", writing: false)
    let output = try open(place + ".out", writing: true)
    let errors = try open(place + ".err", writing: true)
    defer { for suffix in [".in", ".out", ".err"] { unlink(place + suffix) } }
    let child = Result {
        try Child(
            "/usr/bin/env",
            ["-C", directory ?? "/", "timeout", "-k", "2", "\(seconds)"]
                + [try Program.path(program)] + arguments,
            environment: environment.merging(["LC_ALL": "C"]) { given, _ in given },
            descriptors: [input, output, errors])
    }
    for descriptor in [input, output, errors] { close(descriptor) }
    let status = try await child.get().wait()
    return CommandResult(
        status: status, output: read(place + ".out"), errors: read(place + ".err"))
}

/// Runs a program that must succeed and returns its output.
@discardableResult
package func check(
    _ program: String, _ arguments: [String], input: String = "", in directory: String? = nil,
    environment: [String: String] = [:], seconds: Int = 30
) async throws -> String {
    let result = try await run(
        program, arguments, input: input, in: directory, environment: environment,
        seconds: seconds)
    guard result.status == 0 else {
        let command = ([program] + arguments).joined(separator: " ")
        throw PeerError("\(command): status \(result.status)\n\(result.output)\(result.errors)")
    }
    return result.output
}

/// The text of a file, empty when it cannot be read.
package func read(_ path: String) -> String {
    String(decoding: FileManager.default.contents(atPath: path) ?? Data(), as: UTF8.self)
}

package func write(_ text: String, to path: String) throws {
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
}

/// The body that `curl` gets from an address; a status of 400 or above is an error.
package func get(_ address: String, headers: [String] = [], seconds: Int = 15) async throws
    -> String
{
    try await check(
        "curl",
        ["--silent", "--show-error", "--fail-with-body", "--noproxy", "*"]
            + headers.flatMap { ["--header", $0] } + [address],
        seconds: seconds)
}
