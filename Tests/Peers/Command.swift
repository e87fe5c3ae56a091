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
    let files = [try scratch(input), try scratch(""), try scratch("")]
    let child = try Child(
        "/usr/bin/env",
        ["-C", directory ?? "/", "timeout", "-k", "2", "\(seconds)", try Program.path(program)]
            + arguments,
        environment: environment.merging(["LC_ALL": "C"]) { given, _ in given },
        descriptors: files.map { $0.fileDescriptor })
    let status = await child.wait()
    let texts = try files.map { file in
        try file.seek(toOffset: 0)
        return String(decoding: try file.readToEnd() ?? Data(), as: UTF8.self)
    }
    return CommandResult(status: status, output: texts[1], errors: texts[2])
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

/// A file without a name, at its start, open for reading and writing.
private func scratch(_ text: String) throws -> FileHandle {
    var template = Array("/tmp/trustpath-run-XXXXXX".utf8CString)
    let descriptor = mkstemp(&template)
    guard descriptor >= 0 else { throw PeerError("no scratch file: errno \(errno)") }
    unlink(template)
    let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    try file.write(contentsOf: Data(text.utf8))
    try file.seek(toOffset: 0)
    return file
}

/// The text of a file, empty when it cannot be read.
package func read(_ path: String) -> String {
    String(decoding: FileManager.default.contents(atPath: path) ?? Data(), as: UTF8.self)
}

package func write(_ text: String, to path: String) throws {
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
}

package func write(_ bytes: [UInt8], to path: String) throws {
    try Data(bytes).write(to: URL(fileURLWithPath: path))
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
