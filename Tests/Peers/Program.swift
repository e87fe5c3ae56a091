import Foundation
import Synchronization

/// The programs that the tests run against, and the Debian packages that bring them.
package enum Program {
    /// Whether a missing program must fail a test rather than skip it; scripts/test sets this.
    package static let isRequired =
        ProcessInfo.processInfo.environment["TRUSTPATH_PEERS"] == "required"

    /// Whether a test with these programs shall run: all are there, or none may be missing.
    package static func arePresent(_ programs: String...) -> Bool {
        isRequired || (geteuid() == 0 && programs.allSatisfy { (try? path($0)) != nil })
    }

    /// Whether a test of the trustpath binary shall run: it is built, or must be.
    package static var isTrustpathExpected: Bool {
        isRequired || (try? trustpathBinary()) != nil
    }

    /// Throws a sentence that names the package when the program is not installed.
    package static func path(_ name: String) throws -> String {
        if name.hasPrefix("/") { return name }
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        let folders = path.split(separator: ":").map { String($0) } + ["/usr/sbin", "/sbin"]
        for folder in folders where access("\(folder)/\(name)", X_OK) == 0 {
            return "\(folder)/\(name)"
        }
        throw PeerError("\(name) is missing: install the Debian package \(packages[name] ?? name)")
    }

    /// A copy of a daemon under another path: AppArmor's profiles, which go by the path, keep some
    /// daemons from reading a test's directory.
    package static func unconfined(_ name: String, in directory: String) throws -> String {
        let copy = "\(directory)/\(name)"
        if access(copy, X_OK) != 0 {
            let original = try path(name)
            try Child.starting.withLock { _ in
                try FileManager.default.copyItem(atPath: original, toPath: copy)
            }
        }
        return copy
    }

    private static let packages = [
        "named": "bind9", "dnssec-keygen": "bind9-utils", "dnssec-signzone": "bind9-utils",
        "dnssec-dsfromkey": "bind9-utils", "dig": "bind9-dnsutils", "delv": "bind9-dnsutils",
        "ldns-signzone": "ldnsutils", "dovecot": "dovecot-imapd", "promtool": "prometheus",
        "ip": "iproute2", "gnutls-serv": "gnutls-bin", "testssl": "testssl.sh",
    ]
}

/// The path of the trustpath binary that was built with the tests, or else of the debug build.
package func trustpathBinary() throws -> String {
    if let named = ProcessInfo.processInfo.environment["TRUSTPATH_BINARY"] { return named }
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()
    let beside = Bundle.main.executableURL?.deletingLastPathComponent()
    for folder in [beside, root.appendingPathComponent(".build/debug")] {
        let path = folder?.appendingPathComponent("trustpath").path
        if let path, access(path, X_OK) == 0 { return path }
    }
    throw PeerError("the trustpath binary is not built: run `swift build` first")
}
