import Configuration
import Testing

func configuration(_ text: String) throws -> Configuration {
    try Configuration(yaml: Array(text.utf8), file: "t.yaml")
}

@Suite struct ConfigurationTests {
    @Test(arguments: [
        "", "\n", "# nothing\n", "---\n", "--- ~\n...\n", "\u{feff}# BOM\n", "{}",
        "modules:\ntargets:\ntarget_files:\nwatch:\nlimits:\n",
    ])
    func withoutContentTheBuiltInsHold(text: String) throws {
        #expect(try configuration(text) == .builtIn)
    }

    @Test func builtInModules() throws {
        let modules = Configuration.builtIn.modules
        #expect(modules.keys.sorted() == ["default", "mail", "web"])
        let module = try #require(modules["default"])
        #expect(module.timeout == .milliseconds(9500))
        #expect(module.resolvers.map(\.value) == ["system"])
        #expect(module.authoritative && module.tls.tlsa && !module.tls.legacyScan)
        #expect(module.dnsPort == 53)
        #expect(module.dnssec.mode == .validate)
        #expect(
            module.ports == [
                PortSetting(443), PortSetting(993, optional: true),
                PortSetting(465, optional: true),
            ])
        #expect(modules["web"]?.ports == [PortSetting(443)])
        #expect(modules["mail"]?.expand == .mx)
        #expect(modules["mail"]?.ports.filter { !$0.optional }.map(\.port) == [25])
        #expect(
            modules["mail"]?.ports.compactMap(\.protocol) == ["smtp", "submission", "imap", "pop3"])
        #expect(Configuration.builtIn.limits.concurrentProbes == 256)
        #expect(Configuration.builtIn.limits.targets.isEmpty)
    }

    @Test func aConfiguredModuleReplacesTheBuiltInOne() throws {
        let some = try configuration("modules: {web: {ports: [8443]}, shop: {timeout: 2s}}")
        #expect(some.modules.keys.sorted() == ["default", "mail", "shop", "web"])
        #expect(some.modules["web"]?.ports == [PortSetting(8443)])
        #expect(some.modules["shop"]?.timeout == .seconds(2))
        #expect(some.modules["shop"]?.ports == Module().ports)
    }

    @Test func everyKeyIsRead() throws {
        let some = try configuration(Samples.full)
        let module = try #require(some.modules["full"])
        #expect(module.timeout == .milliseconds(90_500))
        #expect(module.resolvers.map(\.value) == ["root", "tls://dns.example@192.0.2.53:853"])
        #expect(!module.authoritative)
        #expect(module.dnsPort == 5353)
        #expect(module.rootHints?.value == "/etc/named.root")
        #expect(module.dnssec.mode == .require)
        #expect(module.dnssec.trustAnchors?.value == "anchors.txt")
        #expect(module.dnssec.insecureZones.map(\.value) == ["corp.example", "10.in-addr.arpa"])
        #expect(
            module.ports == [
                PortSetting(443), PortSetting(993, optional: true),
                PortSetting(25, protocol: "smtp"), PortSetting(5269, protocol: "xmpp-server"),
            ])
        #expect(module.expand == .mx)
        #expect(module.tls.caFile?.value == "ca.pem")
        #expect(module.tls.intermediatesFile?.value == "inter.pem")
        #expect(module.tls.serverName?.value == "www.example.com")
        #expect(!module.tls.tlsa && module.tls.legacyScan && module.tls.bothKeyTypes)
        #expect(module.tls.fetchOCSP && module.tls.fetchCRL && module.tls.fetchAIA)
        #expect(module.mail.dkimSelectors.map(\.value) == ["s1", "s2"])
        #expect(module.expect.cname?.value == "edge.example.net")
        #expect(module.expect.addresses.map(\.value) == ["192.0.2.7", "2001:db8::7"])
        #expect(module.expect.issuer?.value == "Let's Encrypt")
        #expect(module.expect.mx.map(\.value) == ["mx1.example.com"])
        #expect(module.expect.txt.map(\.value) == ["v=spf1 -all"])
        #expect(module.addresses.allow.map(\.value) == ["192.0.2.0/24"])
        #expect(module.addresses.deny.map(\.value) == ["10.0.0.0/8", "fc00::/7"])
        #expect(some.targets.map(\.target.value) == ["example.com", "smtp://münchen.example:25"])
        #expect(some.targets.map(\.module.value) == ["full", "default"])
        #expect(some.targets.map(\.labels) == [["team": "web", "tier": "1"], [:]])
        #expect(some.targetFiles.map(\.value) == ["targets/*.yaml"])
        #expect(some.watch)
        #expect(some.limits.concurrentProbes == 16)
        #expect(some.limits.targets.map(\.value) == ["*.example.com", ".example.org"])
    }

    @Test func whatIsJudgedLaterKnowsItsPlace() throws {
        let some = try configuration("modules:\n  web:\n    resolvers: [system, 300.1.1.1]\n")
        let resolver = try #require(some.modules["web"]?.resolvers.last)
        #expect(resolver.position == Position(file: "t.yaml", line: 3, column: 25))
        #expect(
            resolver.error("bad resolver \"300.1.1.1\"").description
                == "t.yaml:3:25: bad resolver \"300.1.1.1\"")
    }

    @Test func aliasesStandForTheirAnchors() throws {
        let some = try configuration(
            "modules:\n  a: &a {ports: [1]}\n  b: *a\ntargets: [{target: &n x.example}]\n")
        #expect(some.modules["b"] == some.modules["a"])
    }

    @Test(arguments: [
        ("9.5s", 9_500_000_000), ("500ms", 500_000_000), ("1m30s", 90_000_000_000),
        ("2m", 120_000_000_000), ("0h5m", 300_000_000_000), ("1m0.25s10ms", 60_260_000_000),
        ("0.000000001s", 1), ("1.5ms", 1_500_000),
    ])
    func durations(text: String, nanoseconds: Int) throws {
        let some = try configuration("modules: {a: {timeout: \(text)}}")
        #expect(some.modules["a"]?.timeout == .nanoseconds(nanoseconds))
        #expect(try configuration(some.yaml()).modules["a"]?.timeout == .nanoseconds(nanoseconds))
    }
}

@Suite struct TargetFileTests {
    @Test func targetsAreAdded() throws {
        var some = try configuration("targets: [{target: a.example}]\n")
        try some.add(
            targets: Array(
                "- {target: b.example, module: web}\n- target: a.example\n  module: web\n".utf8),
            file: "more.yaml")
        try some.add(targets: Array("# none yet\n".utf8), file: "empty.yaml")
        #expect(some.targets.map(\.target.value) == ["a.example", "b.example", "a.example"])
        #expect(
            some.targets.last?.target.position
                == Position(file: "more.yaml", line: 2, column: 11))
    }

    @Test(arguments: [
        (
            "- {target: c.example}\n- {target: A.example}\n",
            "more.yaml:2:12: target \"A.example\" with module \"default\" already stands in "
                + "t.yaml:1:20"
        ),
        (
            "- {target: b.example, module: wbe}",
            "more.yaml:1:31: unknown module \"wbe\"; did you mean \"web\"?"
        ),
        ("targets: []", "more.yaml:1:1: the document must be a list, not a mapping"),
        ("- a.example", "more.yaml:1:3: [0] must be a mapping, not \"a.example\""),
        ("- {module: web}", "more.yaml:1:3: [0] needs the key target"),
    ])
    func aBadFileChangesNothing(text: String, sentence: String) throws {
        var some = try configuration("targets: [{target: a.example}]\n")
        let before = some
        let error = #expect(throws: ConfigurationError.self) {
            try some.add(targets: Array(text.utf8), file: "more.yaml")
        }
        #expect(error?.description == sentence)
        #expect(some == before)
    }
}
