import DNS
import Foundation
import Testing

/// Programs that nobody here wrote. A test that needs one is skipped where it is missing, unless
/// TRUSTPATH_PEERS=required.
enum Peers {
    static func has(_ program: String) -> Bool {
        ProcessInfo.processInfo.environment["TRUSTPATH_PEERS"] == "required"
            || path(program) != nil
    }

    /// What a program writes to its standard output; it must exit 0.
    static func run(_ program: String, _ arguments: [String]) throws -> Data {
        let process = Process()
        let found = try #require(path(program), "\(program) is not installed")
        process.executableURL = URL(fileURLWithPath: found)
        process.arguments = arguments
        // Its complaints go where the test's own go.
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let bytes = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0, "\(program) failed")
        return bytes
    }

    /// Gives `body` the path of a file that holds this text, and removes it afterwards.
    static func withFile<Result>(
        _ text: String, _ body: (String) throws -> Result
    ) throws -> Result {
        let file = FileManager.default.temporaryDirectory
            .appendingPathComponent("trustpath-\(UUID().uuidString).zone")
        try Data(text.utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        return try body(file.path)
    }

    private static func path(_ program: String) -> String? {
        let folders = ProcessInfo.processInfo.environment["PATH"]?.split(separator: ":") ?? []
        return (folders.map(String.init) + ["/usr/sbin", "/usr/bin"])
            .map { "\($0)/\(program)" }
            .first { FileManager.default.isExecutableFile(atPath: $0) }
    }
}
