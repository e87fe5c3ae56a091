import Configuration
import Foundation
import Testing

@Suite struct RoundTripTests {
    /// Everything in the value, one line each, but for the places that it came from.
    private func content(_ some: Configuration) -> [String] {
        var text = ""
        for (name, module) in some.modules.sorted(by: { $0.key < $1.key }) {
            dump(module, to: &text, name: name)
        }
        for target in some.targets {
            dump(target.target, to: &text)
            dump(target.module, to: &text)
            dump(target.labels.sorted { $0.key < $1.key }, to: &text)
        }
        dump(some.targetFiles, to: &text)
        dump(some.watch, to: &text)
        dump(some.limits, to: &text)
        let places = ["▿ position: ", "- file: ", "- line: ", "- column: "]
        // An optional value is written on its own line, place and all, before its parts.
        text.replace(/, position: [^)]*\)/, with: ")")
        return text.split(separator: "\n").map(String.init).filter { line in
            !places.contains { line.contains($0) }
        }
    }

    @Test(arguments: ["", Samples.full, Samples.strange])
    func whatIsWrittenReadsTheSame(text: String) throws {
        let some = try configuration(text)
        let again = try configuration(some.yaml())
        #expect(content(again).difference(from: content(some)).isEmpty)
        #expect(content(some).count > 50)
        #expect(again.yaml() == some.yaml())
    }

    @Test func theBuiltInConfigurationReadsWell() throws {
        let text = Configuration.builtIn.yaml()
        #expect(
            text.hasPrefix(
                """
                modules:
                  default:
                    timeout: 9.5s
                    resolvers: [system]
                    authoritative: true
                    dns_port: 53
                    dnssec:
                      mode: validate
                      insecure_zones: []
                    ports:
                      - 443
                      - {port: 993, optional: true}
                      - {port: 465, optional: true}
                    expand: none
                    tls:
                      tlsa: true

                """))
        #expect(
            text.hasSuffix(
                """
                targets: []
                target_files: []
                watch: false
                limits:
                  concurrent_probes: 256
                  targets: []

                """))
    }
}

@Suite struct DocumentTests {
    /// docs/configuration.md, whose first YAML block shows every key.
    private func document() throws -> String {
        let root = URL(filePath: #filePath).appending(path: "../../..").standardized
        return try String(
            contentsOf: root.appending(path: "docs/configuration.md"), encoding: .utf8)
    }

    private func blocks() throws -> [String] {
        try document().components(separatedBy: "```yaml\n").dropFirst().map {
            $0.components(separatedBy: "```")[0]
        }
    }

    @Test func everyExampleIsRead() throws {
        let blocks = try blocks()
        try #require(blocks.count == 5)
        var some = try configuration(blocks[1])
        #expect(some.modules.count == 5)
        #expect(try configuration(blocks[3]).modules["elsewhere"]?.resolvers.count == 5)
        try some.add(targets: Array(blocks[2].utf8), file: "targets/more.yaml")
        #expect(some.targets.count == 5)
        let web = try WebConfiguration(yaml: Array(blocks[4].utf8), file: "web.yml")
        #expect(web.tls?.clientAuthentication == .requireAndVerify)
        #expect(web.users.count == 1 && web.headers.count == 1)
    }

    @Test func theFirstExampleChangesNothing() throws {
        let example = try blocks()[0]
        #expect(try configuration(example).yaml() == Configuration.builtIn.yaml())
        let options = example.replacing(/# ([a-z_]+): (FILE|NAME)/) { "\($0.1): \($0.2)" }
        #expect(try configuration(options).modules["default"]?.tls.serverName?.value == "NAME")
    }

    @Test func everyKeyOfTheFullSampleIsDocumented() throws {
        let document = try document()
        let keys = Samples.full.matches(of: /([a-z_]+):( |\n)/).map { String($0.1) }
        #expect(keys.count > 30)
        for key in Set(keys).subtracting(["full", "other", "team", "tier"]) {
            #expect(document.contains("`\(key)`"), "\(key)")
        }
    }
}
