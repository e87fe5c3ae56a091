import Foundation
import Peers
import Testing

/// The Dockerfile. No registry is needed: the steps of its last stage are done in a Debian root, with the program under
/// test in the place of the first stage's.
@Suite(
    .enabled(if: Program.isTrustpathExpected, "needs the trustpath binary"),
    .enabled(
        if: Program.arePresent("debootstrap", "curl", "ip"), "needs root, debootstrap and curl"))
struct ImageTests {
    let file: Dockerfile
    let build: Dockerfile.Stage
    let image: Dockerfile.Stage

    init() throws {
        file = try Dockerfile(read("\(repository)/Dockerfile"))
        try #require(file.stages.count == 2)
        (build, image) = (file.stages[0], file.stages[1])
    }

    /// The first stage is what scripts/run and scripts/test do, which these tests rely on having been done.
    @Test func isBuiltByTheScripts() throws {
        #expect(build.image.hasPrefix("swift:6."))
        #expect(build.name == "build")
        #expect(
            build.all("RUN").map(\.rest)
                == [
                    "scripts/build-prerequisites",
                    "install -s \"$(scripts/build)\" /usr/local/bin/trustpath",
                ])
        #expect(image.image == "debian:bookworm-slim")
    }

    /// What .dockerignore lets pass is all that a build needs, and nothing that was built.
    @Test func getsTheWholePackage() async throws {
        let lines = read("\(repository)/.dockerignore").split(separator: "\n")
        #expect(lines.first { !$0.hasPrefix("#") } == "*")
        let passed = Set(lines.filter { $0.hasPrefix("!") }.map { String($0.dropFirst()) })
        var needed: Set = ["Package.swift", "Package.resolved", "Sources", "Tests", "scripts"]
        for step in build.all("COPY") + image.all("COPY") where !step.rest.hasPrefix("--from") {
            for source in step.rest.components(separatedBy: " ").dropLast() where source != "." {
                needed.insert(source.components(separatedBy: "/")[0])
                #expect(FileManager.default.fileExists(atPath: "\(repository)/\(source)"))
            }
        }
        #expect(passed == needed)
    }

    @Test func needsWhatThePackageNeeds() async throws {
        let words = try image.one("RUN").rest.components(separatedBy: " ").filter { !$0.isEmpty }
        let start = try #require(words.firstIndex(of: "install"))
        let installed = words[start...].dropFirst().prefix { $0 != "&&" }
            .filter { !$0.hasPrefix("-") }
        let needed = try await BuiltPackage.shared.value.dependencies()
        let base = try await DebianRoot("base").check(
            "dpkg-query", ["--show", "--showformat", "${Package}\\n"])
        let present = Set(base.split(separator: "\n").map { String($0) })
        #expect(Set(installed).subtracting(needed) == [])
        #expect(needed.subtracting(present).subtracting(installed) == [])
        #expect(image.all("LABEL").count == 1)
        #expect(
            try await image.one("LABEL").rest.contains(
                "org.opencontainers.image.version=\"\(versionOfProgram())\""))
    }

    @Test func runsAsNobodyOnAReadOnlyRoot() async throws {
        let root = try await DebianRoot("image")
        try await make(root)
        let user = try image.one("USER").rest
        #expect(user.wholeMatch(of: #/[1-9][0-9]*:[1-9][0-9]*/#) != nil, "a number, and not root")
        let entry = try image.one("ENTRYPOINT").list
        let check = try image.one("HEALTHCHECK").rest
        let healthCheck = try Dockerfile.Step(
            word: "CMD", rest: String(#require(check.firstMatch(of: #/CMD (.*)/#)).1)
        ).list

        let network = try await loopback("image")
        #expect(try await root.run(as: user, in: network, healthCheck).status == 1, "no agent yet")
        let agent = try await root.daemon(
            as: user, in: network, entry + image.one("CMD").list, until: .log("msg=listening"))
        let health = try await root.run(as: user, in: network, healthCheck)
        #expect(health.status == 0, "\(health.errors)")
        #expect(
            try await page("/-/healthy", at: "127.0.0.1:\(image.one("EXPOSE").rest)", in: network)
                == "Healthy\n")
        await agent.stop()

        let lab = try await InstalledLab(root, entry)
        try await lab.tellsFailuresApart()
        await lab.stop()
    }

    /// Does what `docker build` would, and throws at a step that it does not know.
    private func make(_ root: DebianRoot) async throws {
        for step in image.steps {
            switch step.word {
            case "RUN": try await root.check("/bin/sh", ["-c", step.rest])
            case "COPY":
                let words = step.rest.components(separatedBy: " ")
                let isBuilt = words[0] == "--from=build"
                if isBuilt { #expect(words[1] == "/usr/local/bin/trustpath") }
                try await check(
                    "install",
                    ["-D", isBuilt ? "-s" : "-m644", "-T"]
                        + [
                            isBuilt ? trustpathBinary() : "\(repository)/\(words[0])",
                            root.path + words[words.count - 1],
                        ])
            case "USER", "EXPOSE", "HEALTHCHECK", "ENTRYPOINT", "CMD", "LABEL": break
            default: throw PeerError("the Dockerfile has a step \(step.word) that no test does")
            }
        }
    }
}
