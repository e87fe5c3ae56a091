import Foundation
import Peers
import Testing

/// The Debian package: made, judged by lintian, installed by apt where no toolchain is, run and purged.
@Suite(
    .enabled(if: Program.isTrustpathExpected, "needs the trustpath binary"),
    .enabled(
        if: Program.arePresent("debootstrap", "lintian", "dh", "dpkg-deb", "chrpath", "curl"),
        "needs root, debootstrap, lintian, debhelper, chrpath and curl"))
struct DebianPackageTests {
    @Test func isOfThisVersion() async throws {
        let package = try await BuiltPackage.shared.value
        let version = try await versionOfProgram()
        #expect(try await package.field("Version").hasPrefix(version + "-"))
        #expect(read("\(repository)/CHANGELOG.md").contains("\n## \(version)"))
    }

    @Test func lintianHasNothingToSay() async throws {
        let package = try await BuiltPackage.shared.value
        let said = try await run(
            "lintian",
            [
                "--allow-root", "--display-info", "--display-experimental", "--pedantic",
                "--tag-display-limit", "0", "--fail-on", "error,warning,info,pedantic,experimental",
                package.file,
            ], seconds: 300)
        #expect(said.status == 0)
        #expect(said.output == "")
    }

    /// Hosts have no toolchain: only libraries of Debian, each computed from the program.
    @Test func dependsOnNothingOfSwift() async throws {
        let dependencies = try await BuiltPackage.shared.value.dependencies()
        #expect(dependencies.contains("ca-certificates") && dependencies.contains("libc6"))
        #expect(dependencies.contains { $0.hasPrefix("libssl3") })
        #expect(!dependencies.contains { $0.contains("swift") })
        let libraries = try await check("ldd", [trustpathBinary()])
        #expect(!libraries.contains("swift") && !libraries.contains("Foundation"))
    }

    @Test func isInstalledRunAndPurged() async throws {
        let root = try await DebianRoot("installed")
        let package = try await BuiltPackage.shared.value
        // What it brings along stays or goes as apt sees fit: apt itself suggests ca-certificates.
        try await root.check(
            "apt-get", ["install", "-y"] + package.dependencies().sorted())
        let before = try await root.files()
        let said = try await root.install(package.file)
        #expect(said.contains("Setting up trustpath ("))

        #expect(
            try await root.check("trustpath", ["--version"])
                == "trustpath \(versionOfProgram())\n")
        try await root.check(
            "trustpath", ["serve", "--config.file=/etc/trustpath/trustpath.yaml", "--config.check"])
        #expect(
            try await root.check("dpkg-query", ["--show", "-f", "${Conffiles}", "trustpath"])
                .matches(of: #/ (\/etc\/\S+) /#).map { String($0.1) }.sorted()
                == ["/etc/default/trustpath", "/etc/trustpath/trustpath.yaml"])
        #expect(
            try await root.check("systemctl", ["is-enabled", "trustpath.service"]) == "enabled\n")
        #expect(try await root.check("dpkg", ["--verify", "trustpath"]) == "")

        let lab = try await InstalledLab(root, ["trustpath"])
        try await lab.tellsFailuresApart()
        await lab.stop()

        try await root.check("apt-get", ["purge", "-y", "trustpath"])
        let after = try await root.files()
        #expect(after.subtracting(before) == [], "a purge leaves nothing behind")
        #expect(before.subtracting(after) == [], "nor takes away what is not its own")
    }
}
