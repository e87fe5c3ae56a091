import DNS
import Foundation
import Glibc
import Testing

/// Programs that nobody here wrote. A test that needs one is skipped where it is missing, unless
/// TRUSTPATH_PEERS=required.
enum Peers {
    static func has(_ program: String) -> Bool {
        ProcessInfo.processInfo.environment["TRUSTPATH_PEERS"] == "required"
            || path(program) != nil
    }

    /// What a program writes to its standard output; it must exit 0. Its complaints go where the test's own go.
    ///
    /// Not by Foundation's `Process`: two of them started at once on Linux crash each other.
    static func run(_ program: String, _ arguments: [String]) throws -> Data {
        let found = try #require(path(program), "\(program) is not installed")
        let command = ([found] + arguments).map { "'\($0)'" }.joined(separator: " ")
        let pipe = try #require(popen(command, "r"))
        var bytes: [UInt8] = []
        while case let byte = getc(pipe), byte != EOF {
            bytes.append(UInt8(truncatingIfNeeded: byte))
        }
        try #require(pclose(pipe) == 0, "\(program) failed")
        return Data(bytes)
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
