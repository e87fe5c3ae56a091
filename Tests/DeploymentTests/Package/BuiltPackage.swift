import Foundation
import Peers

/// The Debian package that `make package` makes of the program under test, once for all tests.
struct BuiltPackage {
    static let shared = Task { try await BuiltPackage() }
    let file: String

    private init() async throws {
        let folder = try await Ground.shared.value.newDirectory("package")
        try await check(
            "make", ["package", "BINARY=\(trustpathBinary())", "OUTPUT=\(folder)"],
            in: repository, seconds: 300)
        let made = try FileManager.default.contentsOfDirectory(atPath: folder)
        guard made.count == 1, made[0].hasSuffix(".deb") else {
            throw PeerError("make package left \(made)")
        }
        file = "\(folder)/\(made[0])"
    }

    /// A field of its control file.
    func field(_ name: String) async throws -> String {
        try await check("dpkg-deb", ["--field", file, name]).trimmingCharacters(
            in: .whitespacesAndNewlines)
    }

    /// The packages that it depends on, without versions.
    func dependencies() async throws -> Set<String> {
        Set(
            try await field("Depends").components(separatedBy: ", ").map {
                String($0.prefix { $0 != " " })
            })
    }
}

/// The folder of Package.swift.
let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

/// What `trustpath --version` names.
func versionOfProgram() async throws -> String {
    try await check(trustpathBinary(), ["--version"]).replacing("trustpath ", with: "")
        .trimmingCharacters(in: .whitespacesAndNewlines)
}
