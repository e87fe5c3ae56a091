import Foundation
import Lab
import OpenSSL
import Peers
import Testing

/// The lab, and files that let the program see the world through it.
final class World: Sendable {
    static let shared = Task { try await World() }

    let lab: Lab
    let directory: String

    private init() async throws {
        lab = try await Lab.start()
        directory = try await Ground.shared.value.newDirectory("command")
        try write(lab.trustAnchorText, to: path("anchor"))
        try write(String(decoding: lab.rootCertificate.pem, as: UTF8.self), to: path("ca.pem"))
        try write(
            String(decoding: lab.intermediates.flatMap(\.pem), as: UTF8.self),
            to: path("intermediates.pem"))
        try write(configuration(), to: path("lab.yaml"))
    }

    func path(_ file: String) -> String { "\(directory)/\(file)" }

    /// A file of its own for one test; gives its path.
    func file(_ text: String, _ ending: String = "yaml") throws -> String {
        let path = path("\(UUID().uuidString.prefix(8)).\(ending)")
        try write(text, to: path)
        return path
    }

    /// A configuration whose module `default` sees the lab; `more` are further modules.
    func configuration(_ more: String = "", dnssec: String = "validate", then: String = "")
        -> String
    {
        """
        modules:
          default:
            timeout: 4s
            resolvers: ["\(lab.resolver)"]
            ports: [\(lab.ports.https), {port: \(lab.ports.imaps), optional: true}]
            dnssec: {mode: \(dnssec), trust_anchors: \(path("anchor"))}
            tls: {ca_file: \(path("ca.pem")), intermediates_file: \(path("intermediates.pem"))}
        \(more)
        \(then)
        """
    }
}

/// Runs the program to its end.
func trustpath(_ arguments: [String], seconds: Int = 20) async throws -> CommandResult {
    try await run(try trustpathBinary(), arguments, seconds: seconds)
}

/// Runs the program with the lab as its world.
func inLab(_ arguments: [String]) async throws -> CommandResult {
    let world = try await World.shared.value
    return try await trustpath(arguments + ["--config.file", world.path("lab.yaml")])
}

/// Ends with 2 and says exactly this, in one line.
func expectRefusal(
    _ arguments: [String], _ sentence: String, _ place: SourceLocation = #_sourceLocation
) async throws {
    let result = try await trustpath(arguments)
    #expect(result.status == 2, sourceLocation: place)
    #expect(result.output == "", sourceLocation: place)
    #expect(result.errors == "trustpath: \(sentence)\n", sourceLocation: place)
}
