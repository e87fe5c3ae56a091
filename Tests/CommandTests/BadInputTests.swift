import Peers
import Testing

extension CommandTests {
    /// Every bad input is answered by one sentence that names the place, and status 2.
    @Suite struct BadInputTests {
        static let arguments: [([String], String)] = [
            (["prob"], "Unexpected argument 'prob'"),
            (["--bogus"], "Unknown option '--bogus'"),
            (["serve", "extra"], "Unexpected argument 'extra'"),
            (["serve", "--config.file"], "Missing value for '--config.file <config.file>'"),
            (
                ["serve", "--log.level", "loud"],
                "The value 'loud' is invalid for '--log.level <log.level>'. Please provide one of the "
                    + "following: trace, debug, info, notice, warning, error, critical"
            ),
            (
                ["serve", "--log.format", "xml"],
                "The value 'xml' is invalid for '--log.format <log.format>'. Please provide one of "
                    + "'logfmt' and 'json'."
            ),
            (
                ["serve", "--timeout-offset=-1"], "--timeout-offset -1.0 is not 0 to 300 seconds"
            ),
            (
                ["serve", "--web.listen-address", "localhost:1"],
                "\"localhost:1\" is no listen address: write :PORT, ADDRESS:PORT or "
                    + "[IPV6-ADDRESS]:PORT, with a port from 0 to 65535."
            ),
            (
                ["serve", "--config.file", "/nonexistent/a.yaml"],
                "cannot read /nonexistent/a.yaml: No such file or directory"
            ),
            (["probe"], "Missing expected argument '<target>'"),
            (
                ["probe", "a b"],
                "the target \"a b\" has \" \" in its name, which no host name may hold"
            ),
            (
                ["probe", "a.test", "--ports", "443,x"],
                "the ports \"443,x\" have \"x\", which is not a number of 1 to 65535"
            ),
            (["probe", "a.test", "--hostname", "."], "the hostname \".\" names no host"),
            (
                ["probe", "a.test", "--address", "a"],
                "the address \"a\" is not an IPv4 or IPv6 address"
            ),
            (
                ["probe", "a.test", "--module", "nope"],
                "there is no module \"nope\"; there are default, mail, web"
            ),
            (
                ["probe", "a.test", "--resolver", "192.0.2.53", "--resolver", "dns"],
                "--resolver: the resolver \"dns\" is not \"system\" or \"root\" and not an address such as "
                    + "192.0.2.53, 192.0.2.53:5353 or [2001:db8::53]:53"
            ),
            (
                ["probe", "a.test", "--at", "now"],
                "The value 'now' is invalid for '--at <unixtime>'"
            ),
            (
                ["probe", "a.test", "--at=-1"],
                "--at -1 is not a Unix time of 0 to 253402300799"
            ),
            (
                ["probe", "a.test", "--timeout", "0"],
                "--timeout 0.0 is not above 0 and at most 300 seconds"
            ),
            (
                ["probe", "a.test", "--timeout", "nan"],
                "--timeout nan is not above 0 and at most 300 seconds"
            ),
            (
                ["probe", "a.test", "--output", "xml"],
                "The value 'xml' is invalid for '--output <output>'. Please provide one of 'text', "
                    + "'json', 'metrics' or 'html'."
            ),
            (
                ["probe", "a.test", "--trust-anchor", "/nonexistent"],
                "cannot read /nonexistent: No such file or directory"
            ),
            (["dnssec"], "Missing expected argument '<name>'"),
            (
                ["dnssec", "a.test", "AXFR"],
                "the type \"AXFR\" stands for no record that a zone holds"
            ),
            (["dnssec", "a.test", "ADDR"], "the type \"ADDR\" is not a record type"),
            (["lab", "--serve", "now"], "Unexpected argument 'now'"),
        ]

        @Test(arguments: arguments)
        func commandLine(_ arguments: [String], _ sentence: String) async throws {
            try await expectRefusal(arguments, sentence)
        }

        /// The text of a file and what is said of it behind its path.
        static let configurations: [(String, String)] = [
            ("modules: [", ":2:1: not valid YAML: "),
            ("moduls: {}", ":1:1: unknown key \"moduls\"; did you mean \"modules\"?"),
            ("modules: {a: {ressolvers: [system]}}", ":1:15: unknown key \"ressolvers\""),
            ("modules: {a: {timeout: soon}}", ":1:24: "),
            (
                "modules: {a: {resolvers: [system, dns]}}",
                ":1:35: the resolver \"dns\" is not \"system\" or \"root\" and not an address such as 192.0.2.53, "
                    + "192.0.2.53:5353 or [2001:db8::53]:53\n"
            ),
            (
                "modules: {a: {addresses: {deny: [10.0.0.0/33]}}}",
                ":1:34: \"10.0.0.0/33\" is not a network such as 192.0.2.0/24\n"
            ),
            (
                "modules: {a: {dnssec: {insecure_zones: [a..test]}}}",
                ":1:41: \"a..test\" is not the name of a zone\n"
            ),
            (
                "targets: [{target: a b}]",
                ":1:20: the target \"a b\" has \" \" in its name, which no host name may hold\n"
            ),
            (
                "targets:\n  - {target: a.test, module: nope}",
                ":2:30: unknown module \"nope\""
            ),
            (
                "targets: [{target: a.test}, {target: A.test}]",
                ":1:38: target \"A.test\" with module"
            ),
            (
                "targets: [{target: a.test, labels: {class: x}}]",
                ":1:37: label \"class\" is one that trustpath sets itself\n"
            ),
            ("limits: {concurrent_probes: 0}", ":1:29: "),
            (
                "target_files: [nothing-here.yaml]",
                ":1:16: cannot read "
            ),
        ]

        @Test(arguments: configurations)
        func configuration(_ text: String, _ complaint: String) async throws {
            let file = try await World.shared.value.file(text)
            for arguments in [["--config.check"], [], ["--web.listen-address", "127.0.0.1:0"]] {
                let result = try await trustpath(["serve", "--config.file", file] + arguments)
                #expect(result.status == 2)
                #expect(result.errors.hasPrefix("trustpath: \(file)\(complaint)"))
                #expect(result.errors.split(separator: "\n").count == 1)
                #expect(result.output == "")
            }
        }

        @Test func whatWouldBeInVainIsRefused() async throws {
            let file = try await World.shared.value.file(
                "modules: {shop: {mail: {dkim_selectors: [a]}}}")
            try await expectRefusal(
                ["serve", "--config.check", "--config.file", file],
                "module shop: mail.dkim_selectors needs expand: mx")
        }

        @Test func badTargetFileIsNamed() async throws {
            let world = try await World.shared.value
            let list = try world.file("- {target: a.test}\n- {targets: b.test}\n", "list")
            let file = try world.file("target_files: [\"\(list)\"]")
            try await expectRefusal(
                ["serve", "--config.check", "--config.file", file],
                "\(list):2:3: [1] needs the key target")
        }

        @Test func badAnchorFileIsNamedWithItsLine() async throws {
            let world = try await World.shared.value
            let file = try world.file("; comment\n. 3600 IN DS 20326 8 2 XYZ\n", "anchor")
            for arguments in [["probe", "a.test"], ["dnssec", "a.test"]] {
                let result = try await trustpath(arguments + ["--trust-anchor", file])
                #expect(result.status == 2)
                #expect(result.errors.hasPrefix("trustpath: the trust anchor file \(file): line 2"))
                #expect(result.errors.split(separator: "\n").count == 1)
            }
            let empty = try world.file("; nothing\n", "anchor")
            let result = try await trustpath(["dnssec", "a.test", "--trust-anchor", empty])
            #expect(result.status == 2)
            #expect(result.errors.hasPrefix("trustpath: the trust anchor file \(empty): "))
        }

        @Test func badCertificateFilesAreNamed() async throws {
            let world = try await World.shared.value
            let pem = try world.file("no certificate\n", "pem")
            for (key, name) in [
                ("ca_file", "the CA file"), ("intermediates_file", "the intermediates file"),
            ] {
                let file = try world.file("modules:\n  a:\n    tls: {\(key): \(pem)}\n")
                let result = try await trustpath(["serve", "--config.check", "--config.file", file])
                #expect(result.status == 2)
                #expect(
                    result.errors.hasPrefix(
                        "trustpath: \(file):3:\(13 + key.count): \(name) \(pem): "))
                #expect(result.errors.split(separator: "\n").count == 1)
            }
            let file = try world.file("modules: {a: {tls: {ca_file: /nonexistent}}}")
            try await expectRefusal(
                ["serve", "--config.check", "--config.file", file],
                "cannot read /nonexistent: No such file or directory")
        }

        @Test func goodConfigurationIsValid() async throws {
            let world = try await World.shared.value
            let file = try world.file(world.configuration(then: "targets: [{target: a.test}]"))
            let result = try await trustpath(["serve", "--config.check", "--config.file", file])
            #expect(result.status == 0)
            #expect(result.output == "\(file) is valid\n")
            #expect(result.errors == "")
            let builtIn = try await trustpath(["--config.check"])
            #expect(builtIn.status == 0)
        }

        /// In a mount namespace, where another file stands at /etc/resolv.conf.
        @Test func malformedResolvConfIsNamed() async throws {
            let world = try await World.shared.value
            guard try await run("unshare", ["--mount", "true"]).status == 0 else {
                print("malformedResolvConfIsNamed: skipped, mount namespaces are not allowed here")
                return
            }
            let file = try world.file("# one\nnameserver dns.example\n", "conf")
            for arguments in ["probe a.test", "dnssec a.test", "serve", "serve --config.check"] {
                let result = try await run(
                    "unshare",
                    [
                        "--mount", "sh", "-c",
                        "mount --bind \(file) /etc/resolv.conf && exec \(try trustpathBinary()) \(arguments)",
                    ])
                #expect(result.status == 2)
                #expect(
                    result.errors
                        == "trustpath: /etc/resolv.conf:2: \"dns.example\" is not the address of a nameserver\n"
                )
            }
        }
    }
}
