import Configuration
import Testing

/// One bad document and the sentence that it gets.
struct Mistake: Sendable, CustomTestStringConvertible {
    let text: String
    let sentence: String

    init(_ text: String, _ sentence: String) {
        self.text = text
        self.sentence = sentence
    }

    /// A mistake in the value of a key of the module `m`; `column` counts from the value's start.
    static func module(_ line: String, _ column: Int, _ message: String) -> Mistake {
        Mistake("modules:\n  m:\n    \(line)\n", "3:\(column + 4): \(message)")
    }

    var testDescription: String { sentence }
}

@Suite struct ErrorTests {
    @Test(arguments: Self.structure + Self.values + Self.targets + Self.notYAML)
    func oneSentenceNamesThePlace(mistake: Mistake) {
        let error = #expect(throws: ConfigurationError.self) {
            try configuration(mistake.text)
        }
        #expect(error?.description == "t.yaml:" + mistake.sentence)
    }

    static let structure = [
        Mistake("modlues: {}", "1:1: unknown key \"modlues\"; did you mean \"modules\"?"),
        Mistake("- a", "1:1: the document must be a mapping, not a list"),
        Mistake("word", "1:1: the document must be a mapping, not \"word\""),
        Mistake("modules: [web]", "1:10: modules must be a mapping, not a list"),
        Mistake(
            "modules:\n  web:\n", "2:7: modules.web needs a value: a mapping"),
        Mistake("modules: {\"\": {}}", "1:11: \"\" is no name for a module"),
        Mistake("watch: true\nwatch: false", "2:1: key \"watch\" is already set in line 1"),
        Mistake("? [a]\n: b", "1:3: a key must be a word"),
        Mistake("--- {}\n--- {}\n", "2:1: a second document; only one is read"),
        Mistake("watch: !!str true", "1:8: the tag \"tag:yaml.org,2002:str\" is not supported"),
        Mistake("watch: *x", "1:8: no anchor before the alias \"x\""),
        Mistake("targets: &a [*a]", "1:14: no anchor before the alias \"a\""),
        Mistake(
            "limits: {concurrent_probes: 0}",
            "1:29: limits.concurrent_probes must be a number from 1 to 100000, not \"0\""),
        Mistake(
            "limits: {concurent_probes: 1}",
            "1:10: unknown key \"concurent_probes\" in limits; did you mean \"concurrent_probes\"?"),
        Mistake("target_files: a.yaml", "1:15: target_files must be a list, not \"a.yaml\""),
        Mistake("target_files: [\"\"]", "1:16: target_files[0] must not be empty"),
        .module(
            "ressolvers: [a]", 1,
            "unknown key \"ressolvers\" in modules.m; did you mean \"resolvers\"?"),
        .module(
            "dns-port: 53", 1,
            "unknown key \"dns-port\" in modules.m; did you mean \"dns_port\"?"),
        .module("elephants: 2", 1, "unknown key \"elephants\" in modules.m"),
        .module("<<: {}", 1, "unknown key \"<<\" in modules.m"),
        .module(
            "tls: {tsla: true}", 7,
            "unknown key \"tsla\" in modules.m.tls; did you mean \"tlsa\"?"),
        .module("dnssec: {anchors: x}", 10, "unknown key \"anchors\" in modules.m.dnssec"),
        .module("expect: {MX: [x]}", 10, "unknown key \"MX\" in modules.m.expect"),
    ]

    static let values: [Mistake] = [
        .module("timeout: 10", 10, "modules.m.timeout needs a unit, such as 10s"),
        .module(
            "timeout: 0s", 10,
            "modules.m.timeout must be more than 0s and at most 300s, not \"0s\""),
        .module(
            "timeout: 5m1ms", 10,
            "modules.m.timeout must be more than 0s and at most 300s, not \"5m1ms\""),
        .module(
            "timeout: soon", 10,
            "modules.m.timeout must be a duration such as 9.5s, 500ms or 1m30s, not \"soon\""),
        .module(
            "timeout: 1s1m", 10,
            "modules.m.timeout must be a duration such as 9.5s, 500ms or 1m30s, not \"1s1m\""),
        .module(
            "timeout: -1s", 10,
            "modules.m.timeout must be a duration such as 9.5s, 500ms or 1m30s, not \"-1s\""),
        .module(
            "timeout: 9999999999s", 10,
            "modules.m.timeout must be a duration such as 9.5s, 500ms or 1m30s, "
                + "not \"9999999999s\""),
        .module(
            "timeout: 999999999h", 10,
            "modules.m.timeout must be more than 0s and at most 300s, not \"999999999h\""),
        .module(
            "timeout: [1s]", 10,
            "modules.m.timeout must be a duration such as 9.5s, not a list"),
        .module("timeout:", 9, "modules.m.timeout needs a value: a duration such as 9.5s"),
        .module(
            "authoritative: yes", 16,
            "modules.m.authoritative must be true or false, not \"yes\""),
        .module(
            "authoritative: \"true\"", 16,
            "modules.m.authoritative must be true or false, not the text \"true\""),
        .module("authoritative: ~", 16, "modules.m.authoritative needs a value: true or false"),
        .module(
            "dns_port: 65536", 11,
            "modules.m.dns_port must be a port from 1 to 65535, not \"65536\""),
        .module(
            "dns_port: 053", 11,
            "modules.m.dns_port must be a port from 1 to 65535, not \"053\""),
        .module(
            "dns_port: \"53\"", 11,
            "modules.m.dns_port must be a port from 1 to 65535, not the text \"53\""),
        .module("resolvers: []", 12, "modules.m.resolvers needs at least one entry"),
        .module("resolvers: system", 12, "modules.m.resolvers must be a list, not \"system\""),
        .module("resolvers: [root, root]", 19, "\"root\" stands twice in modules.m.resolvers"),
        .module(
            "root_hints: {a: b}", 13,
            "modules.m.root_hints must be a file, not a mapping"),
        .module(
            "root_hints: \"a\\0b\"", 13,
            "modules.m.root_hints must not contain control characters"),
        .module(
            "dnssec: {mode: requre}", 16,
            "modules.m.dnssec.mode must be validate, require or disabled, not \"requre\""),
        .module("expand: mxx", 9, "modules.m.expand must be none or mx, not \"mxx\""),
        .module("ports: []", 8, "modules.m.ports needs at least one port"),
        .module("ports: 443", 8, "modules.m.ports must be a list, not \"443\""),
        .module("ports: [0]", 9, "modules.m.ports[0] must be a port from 1 to 65535, not \"0\""),
        .module("ports: [443, 443/tls]", 14, "port 443 stands twice in modules.m.ports"),
        .module(
            "ports: [25/stmp]", 9,
            "unknown protocol \"stmp\" in modules.m.ports[0]; did you mean \"smtp\"?"),
        .module("ports: [25/]", 9, "modules.m.ports[0] needs a value: a protocol"),
        .module("ports: [{optional: true}]", 9, "modules.m.ports[0] needs the key port"),
        .module(
            "ports: [{port: 1, protocol: gopher}]", 29,
            "unknown protocol \"gopher\" in modules.m.ports[0].protocol"),
    ]

    static let targets = [
        Mistake(
            "targets: [example.com]", "1:11: targets[0] must be a mapping, not \"example.com\""),
        Mistake(
            "targets:\n- {target: a.b, module: mial}",
            "2:25: unknown module \"mial\"; did you mean \"mail\"?"),
        Mistake(
            "targets:\n- {target: a.b, module: elephants}",
            "2:25: unknown module \"elephants\""),
        Mistake(
            "targets:\n- target: a.b\n- {target: c.d}\n- {target: A.B, module: default}",
            "4:12: target \"A.B\" with module \"default\" already stands in line 2"),
        Mistake(
            "targets:\n- {target: a.b, labels: {port: x}}",
            "2:26: label \"port\" is one that trustpath sets itself"),
        Mistake(
            "targets:\n- {target: a.b, labels: {target: x}}",
            "2:26: label \"target\" is one that trustpath sets itself"),
        Mistake(
            "targets:\n- {target: a.b, labels: {__name__: x}}",
            "2:26: label \"__name__\" begins with __, which Prometheus keeps"),
        Mistake(
            "targets:\n- {target: a.b, labels: {my-team: x}}",
            "2:26: \"my-team\" is no label name"),
        Mistake("targets:\n- {target: a.b, labels: {1st: x}}", "2:26: \"1st\" is no label name"),
        Mistake(
            "targets:\n- {target: a.b, labels: [x]}",
            "2:25: targets[0].labels must be a mapping, not a list"),
    ]

    static let notYAML = [
        Mistake(
            "modules: {",
            "2:1: not valid YAML: did not find expected node content "
                + "while parsing a flow node"),
        Mistake("a: b: c", "1:5: not valid YAML: mapping values are not allowed in this context"),
        Mistake("watch: \u{1}", "1:8: not valid YAML: control characters are not allowed"),
        Mistake(
            "\twatch: true",
            "1:1: not valid YAML: found character that cannot start any token "
                + "while scanning for the next token"),
    ]

    @Test func invalidUTF8() {
        let error = #expect(throws: ConfigurationError.self) {
            try Configuration(yaml: Array("a: b\nä: \"".utf8) + [0xff, 0x22], file: "t.yaml")
        }
        #expect(error?.description == "t.yaml:2:5: not UTF-8: unexpected byte 0xff")
    }

    @Test func aFileMayNotBeTooLarge() {
        let error = #expect(throws: ConfigurationError.self) {
            try Configuration(yaml: Array(repeating: 0x23, count: 4 << 20 + 1), file: "t.yaml")
        }
        #expect(error?.description == "t.yaml: larger than 4 MiB")
    }
}
