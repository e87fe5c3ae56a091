// swift-tools-version: 6.2
import PackageDescription

// One module per right to import: what a module may touch is what its line here names.
// docs/architecture.md says what each owns; CONTRIBUTING.md why each dependency is there.

let upcoming: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

let package = Package(
    name: "trustpath",
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.6.0"),
    ],
    targets: [
        // C libraries: a module map and one header of static inline wrappers each.
        .systemLibrary(name: "CLinux", path: "Sources/CLinux"),
        .systemLibrary(
            name: "COpenSSL", path: "Sources/COpenSSL", pkgConfig: "openssl",
            providers: [.apt(["libssl-dev"])]),
        .systemLibrary(
            name: "CYAML", path: "Sources/CYAML", pkgConfig: "yaml-0.1",
            providers: [.apt(["libyaml-dev"])]),
        .systemLibrary(
            name: "CIDN2", path: "Sources/CIDN2", pkgConfig: "libidn2",
            providers: [.apt(["libidn2-dev"])]),
        .systemLibrary(
            name: "CNghttp2", path: "Sources/CNghttp2", pkgConfig: "libnghttp2",
            providers: [.apt(["libnghttp2-dev"])]),
        .systemLibrary(
            name: "CMicroHTTPD", path: "Sources/CMicroHTTPD", pkgConfig: "libmicrohttpd",
            providers: [.apt(["libmicrohttpd-dev"])]),
        .systemLibrary(
            name: "CCrypt", path: "Sources/CCrypt", pkgConfig: "libcrypt",
            providers: [.apt(["libcrypt-dev"])]),
        .systemLibrary(
            name: "CZlib", path: "Sources/CZlib", pkgConfig: "zlib",
            providers: [.apt(["zlib1g-dev"])]),

        .safe("Addresses"),
        .safe("DNS", ["Addresses"]),
        .safe("DNSSEC", ["DNS", "OpenSSL"]),
        .safe("Exposition"),
        .safe("Configuration", ["CYAML"]),
        .safe(
            "Probe",
            [
                "Addresses", "DNS", "DNSSEC", "OpenSSL", "Sockets", "Exposition", "Configuration",
                "IDNA", "HTTP2",
            ]),
        .module("OpenSSL", ["COpenSSL"]),
        .module("Sockets", ["Addresses", "CLinux"]),
        .module("IDNA", ["CIDN2"]),
        .module("HTTP2", ["CNghttp2"]),
        .module(
            "HTTPServer",
            ["CMicroHTTPD", "CZlib", "CCrypt", "Addresses", "OpenSSL", "Sockets"]),
        .module("Lab", ["Addresses", "DNS", "DNSSEC", "OpenSSL", "Sockets", "HTTP2"]),

        .executableTarget(
            name: "trustpath",
            dependencies: [
                "Addresses", "DNS", "DNSSEC", "OpenSSL", "Sockets", "Exposition", "Configuration",
                "IDNA",
                "Probe", "HTTPServer", "Lab",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: upcoming),

        .tests("Addresses"),
        .tests("DNS", ["Addresses"]),
        .tests("DNSSEC", ["DNS", "OpenSSL"]),
        .tests("Exposition"),
        .tests("Configuration"),
        .tests("OpenSSL"),
        .tests("Sockets", ["Addresses"]),
        .tests("IDNA"),
        .tests("HTTP2", ["Sockets", "Addresses", "Peers"]),
        .tests("HTTPServer"),
        .tests("Lab", ["Addresses", "DNS", "DNSSEC", "OpenSSL", "Sockets"]),
        .tests(
            "Probe",
            [
                "Addresses", "DNS", "DNSSEC", "OpenSSL", "Sockets", "Configuration", "HTTP2",
                "Hostile", "Peers",
            ]),

        // Programs nobody here wrote, as fixtures: name servers, validators, TLS servers, Prometheus.
        .target(name: "Peers", path: "Tests/Peers", swiftSettings: upcoming),
        // Servers that misbehave as a test tells them to.
        .target(
            name: "Hostile", dependencies: ["Addresses", "DNS", "Sockets"], path: "Tests/Hostile",
            swiftSettings: upcoming),
        // What the fuzzers promise; their corpus runs as a test.
        .target(
            name: "FuzzBodies",
            dependencies: [
                "Addresses", "DNS", "DNSSEC", "OpenSSL", "Lab", "Configuration", "Probe",
            ],
            path: "Tests/Fuzz/Bodies", swiftSettings: upcoming),
        .testTarget(
            name: "FuzzTests", dependencies: ["FuzzBodies"], exclude: ["Corpus"],
            swiftSettings: upcoming),
        // The trustpath binary, from its command line and its HTTP server.
        .testTarget(
            name: "CommandTests",
            dependencies: ["Peers", "Hostile", "Lab", "Addresses", "DNS", "OpenSSL", "Sockets"],
            swiftSettings: upcoming),
        .testTarget(name: "PeerTests", dependencies: ["Peers"], swiftSettings: upcoming),
        // Alert rules, runbooks, dashboards and blackbox_exporter's place, with the real Prometheus and Alertmanager.
        .testTarget(name: "MonitoringTests", dependencies: ["Peers"], swiftSettings: upcoming),
        // The Helm chart, the Debian package, the unit and the container image.
        .testTarget(
            name: "DeploymentTests", dependencies: ["Peers"], exclude: ["Helm/Schemas"],
            swiftSettings: upcoming),
        // The program before resolvers and authorities of others that are stale, lame, filtered or cut off.
        .testTarget(name: "PathTests", dependencies: ["Peers"], swiftSettings: upcoming),
        // Random signed trees, one fault each: our verdicts against Unbound's and delv's.
        .testTarget(
            name: "DifferentialTests",
            dependencies: [
                "Peers", "Lab", "Addresses", "DNS", "DNSSEC", "OpenSSL", "Sockets", "Probe",
            ],
            swiftSettings: upcoming),
        // What scripts/bench runs. It stands here so that whoever builds the tests knows that it compiles.
        .executableTarget(
            name: "Benchmark",
            dependencies: ["Peers", "Probe", "Addresses", "DNS", "DNSSEC", "OpenSSL", "Sockets"],
            path: "Tests/Benchmark", exclude: ["unbound.c", "handshake.c"],
            swiftSettings: upcoming),
        // The program itself against all of them.
        .testTarget(
            name: "EndToEndTests", dependencies: ["Lab", "DNSSEC", "Peers"], exclude: ["Golden"],
            swiftSettings: upcoming),
    ],
    swiftLanguageModes: [.v6]
)

// These are built only where scripts/fuzz asks for it.
if Context.environment["TRUSTPATH_FUZZ"] != nil {
    let names = [
        "Message", "ZoneText", "Name", "Denial", "Validator", "TrustAnchors", "Configuration",
        "Target", "HTTPReply", "Dialect", "MailRecord", "Certificate",
    ]
    for name in names {
        package.targets.append(
            .executableTarget(
                name: "Fuzz" + name, dependencies: ["FuzzBodies"], path: "Tests/Fuzz/" + name,
                swiftSettings: upcoming + [.unsafeFlags(["-parse-as-library"])]))
    }
}

extension Target {
    static func module(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
        .target(name: name, dependencies: dependencies, swiftSettings: upcoming)
    }

    /// A module that compiles under strict memory safety, every warning of it an error.
    static func safe(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
        .target(
            name: name, dependencies: dependencies,
            swiftSettings: upcoming + [
                .strictMemorySafety(), .treatWarning("StrictMemorySafety", as: .error),
            ])
    }

    static func tests(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
        .testTarget(
            name: name + "Tests", dependencies: [.byName(name: name)] + dependencies,
            swiftSettings: upcoming)
    }
}
