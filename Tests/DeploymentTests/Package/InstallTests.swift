import Foundation
import Peers
import Testing

/// `make install`: what lies where, and that each of these files is one that its readers accept.
@Suite(
    .enabled(if: Program.isTrustpathExpected, "needs the trustpath binary"),
    .enabled(
        if: Program.arePresent("make", "systemd-analyze", "man", "zsh", "fish"),
        "needs root, make, systemd, man-db, zsh and fish"))
struct InstallTests {
    @Test func putsEveryFileInItsPlaceAndTakesItAway() async throws {
        let (folder, variables) = try await install(prefix: "/usr/local")
        let program = [
            "/usr/local/bin/trustpath", "/usr/local/lib/systemd/system/trustpath.service",
            "/usr/local/share/bash-completion/completions/trustpath",
            "/usr/local/share/fish/vendor_completions.d/trustpath.fish",
            "/usr/local/share/man/man1/trustpath.1",
            "/usr/local/share/zsh/site-functions/_trustpath",
        ]
        var monitoring: [String] = []
        for (folder, type) in [("alerts", ".yaml"), ("dashboards", ".json")] {
            let names = try? FileManager.default.contentsOfDirectory(
                atPath: "\(repository)/\(folder)")
            monitoring += (names ?? []).filter { $0.hasSuffix(type) }
                .map { "/usr/local/share/trustpath/\(folder)/\($0)" }
        }
        let settings = ["/etc/default/trustpath", "/etc/trustpath/trustpath.yaml"]
        #expect(try await files(folder) == (settings + program + monitoring).sorted())

        // What an administrator wrote outlives the next installation.
        for file in settings { try write("# mine\n", to: folder + file) }
        try await make(["install"] + variables)
        for file in settings { #expect(read(folder + file) == "# mine\n") }
        try await make(["uninstall"] + variables)
        #expect(try await files(folder) == settings)
    }

    /// The unit as it is installed names files that are there, and systemd finds no fault with it.
    @Test func systemdAcceptsTheUnit() async throws {
        let place = try await Ground.shared.value.newDirectory("prefix")
        let (_, variables) = try await install(prefix: place, folder: "")
        let unit = "\(place)/lib/systemd/system/trustpath.service"
        #expect(read(unit).contains("ExecStart=\(place)/bin/trustpath serve "))
        let verified = try await run(
            "systemd-analyze", ["verify", unit], environment: ["MANPATH": "\(place)/share/man"])
        #expect(verified.status == 0 && verified.output + verified.errors == "", "\(verified)")
        try await make(["uninstall"] + variables)
    }

    /// The document states what systemd says of the unit.
    @Test func isAsHardenedAsTheDocumentSays() async throws {
        let page = read("\(repository)/docs/installing.md")
        let command = "systemd-analyze security --offline=yes packaging/systemd/trustpath.service"
        #expect(page.contains(command))
        let said = try await check(
            "systemd-analyze",
            Array(command.split(separator: " ").map { String($0) }.dropFirst()), in: repository)
        let score = try #require(said.firstMatch(of: #/exposure level [^:]*: ([0-9.]+)/#)).1
        #expect(page.contains("exposure level of \(score)"), "\(said)")
        #expect(try #require(Double(score)) <= 1.5)
    }

    @Test func exampleOfAConfigurationIsOne() async throws {
        let text = read("\(repository)/packaging/trustpath.yaml")
        let folder = try await Ground.shared.value.newDirectory("example")
        // Without the first character of every commented key it is the example that it shows.
        let shown = text.replacing(#/\n# ((?:modules|targets|target_files|limits):|  )/#) {
            "\n\($0.1)"
        }
        #expect(shown.count < text.count)
        for (name, content) in [("given", text), ("shown", shown)] {
            let file = "\(folder)/\(name).yaml"
            try write(content, to: file)
            try await check(trustpathBinary(), ["serve", "--config.file", file, "--config.check"])
        }
    }

    private func install(
        prefix: String, folder given: String? = nil
    ) async throws -> (folder: String, variables: [String]) {
        let fresh = try await Ground.shared.value.newDirectory("install")
        let folder = given ?? fresh
        let variables = [
            "PREFIX=\(prefix)", "DESTDIR=\(folder)", "BINARY=\(try trustpathBinary())",
            "SYSCONFDIR=\(given == nil ? "/etc" : prefix + "/etc")",
        ]
        try await make(["install"] + variables)
        return (folder, variables)
    }

    private func make(_ arguments: [String]) async throws {
        try await check("make", ["--silent"] + arguments, in: repository)
    }

    private func files(_ folder: String) async throws -> [String] {
        try await check("find", [".", "-type", "f", "-printf", "/%P\\n"], in: folder)
            .split(separator: "\n").map { String($0) }.sorted()
    }
}
