import Addresses
import DNS
import DNSSEC
import OpenSSL
import Probe
import Sockets
import Testing

extension ReportSamples {
    static let names = [
        "healthy", "expired", "incomplete", "dualStack", "dnsFailure", "nothingResolved", "bogus",
        "literal", "hostile", "cutShort",
    ]

    /// Every sample, for the rules that hold for all of them.
    func named(_ name: String) throws -> Report {
        switch name {
        case "expired": try expired()
        case "incomplete": try incomplete()
        case "dualStack": try dualStack()
        case "dnsFailure": try dnsFailure()
        case "nothingResolved": try nothingResolved()
        case "bogus": try bogus()
        case "literal": try literal()
        case "hostile": try hostile()
        case "cutShort": try cutShort()
        default: try healthy()
        }
    }

    /// Expired, and for another name.
    func expired() throws -> Report {
        let shown = shown(try leaf("old.example.test", days: -3))
        return try report(
            resolution(["192.0.2.7"]), nil,
            [endpoint("192.0.2.7", Self.ports[0], handshake(shown))],
            [
                Finding(
                    .certNameMismatch, confidence: .oneObservation, at: ["192.0.2.7:443"],
                    ["the certificate covers old.example.test only"]),
                Finding(
                    .certExpired, confidence: .oneObservation, at: ["192.0.2.7:443"],
                    ["the certificate ended at 2027-01-12T08:00:00Z, 3 days ago"]),
            ])
    }

    func incomplete() throws -> Report {
        let shown = shown(try leaf(), sendsIntermediate: false)
        return try report(
            resolution(["192.0.2.7"]), Self.secure(),
            [endpoint("192.0.2.7", Self.ports[0], handshake(shown))],
            [
                Finding(
                    .chainIncomplete, confidence: .comparison, at: ["192.0.2.7:443"],
                    ["only the leaf was sent; CN=Test Intermediate completes the chain"])
            ])
    }

    /// IPv6 is well, of two IPv4 addresses one refuses; port 993 is closed everywhere.
    func dualStack() throws -> Report {
        let handshake = handshake(shown(try leaf()))
        let addresses = ["2001:db8::7", "192.0.2.7", "192.0.2.8"]
        let first = try addresses.map { address in
            try address == "192.0.2.8"
                ? endpoint(
                    address, Self.ports[0], nil, .failed(.refused, after: .milliseconds(2)))
                : endpoint(address, Self.ports[0], handshake)
        }
        let second = try addresses.map {
            try endpoint($0, Self.ports[1], nil, .failed(.timedOut, after: .seconds(3)))
        }
        return try report(
            resolution(addresses), Self.secure(), first + second,
            [
                Finding(
                    .endpointPartialOutage, confidence: .comparison, at: ["192.0.2.8:443"],
                    ["192.0.2.8:443 refuses; [2001:db8::7]:443 and 192.0.2.7:443 connect"])
            ])
    }

    /// Of two resolvers one is silent and the other fails with a reason.
    func dnsFailure() throws -> Report {
        var resolution = try resolution([], outcome: .failed)
        let name = try #require(Name(Self.host))
        var message = Message(id: 1, flags: .isResponse, responseCode: .serverFailure)
        message.edns = EDNS(options: [ExtendedError(code: 7, text: "sig expired").option])
        resolution.aliases = []
        resolution.resolvers = [
            ResolverView(
                resolver: "192.0.2.53",
                lookups: [RecordType.a, .aaaa].map {
                    Lookup(
                        question: Question(name, $0), outcome: .success(message),
                        duration: .milliseconds(5))
                }),
            ResolverView(
                resolver: "192.0.2.54",
                lookups: [RecordType.a, .aaaa].map {
                    Lookup(
                        question: Question(name, $0), outcome: .failure(.timedOut),
                        duration: .milliseconds(3325))
                }),
        ]
        return try report(
            resolution, nil, [],
            [
                Finding(
                    .resolverServfail, confidence: .comparison, at: ["resolver 192.0.2.53"],
                    ["SERVFAIL for A and AAAA"]),
                Finding(
                    .resolverUnreachable, .warning, confidence: .comparison,
                    at: ["resolver 192.0.2.54"], ["no answer over UDP and TCP"]),
            ])
    }

    func nothingResolved() throws -> Report {
        try report(
            resolution([], outcome: .noAddress), Self.secure(), [],
            [
                Finding(
                    .nameNoAddress, confidence: .oneObservation, at: ["name \(Self.host)"],
                    ["neither A nor AAAA"])
            ])
    }

    func bogus() throws -> Report {
        let result = try Self.secure { validation in
            let zone = validation.zones[2].zone
            let fault = Fault(
                .signatureExpired, in: zone, "the RRSIG of www.example.test A ended on Friday")
            (validation.status, validation.fault) = (.bogus, fault)
            (validation.zones[2].status, validation.zones[2].fault) = (.bogus, fault)
        }
        return try report(
            resolution(["192.0.2.7"]), result,
            [endpoint("192.0.2.7", Self.ports[0], handshake(shown(try leaf())))],
            [
                Finding(
                    .dnssecSignatureExpired, confidence: .oneObservation,
                    at: ["zone example.test"], ["the RRSIG of www.example.test A ended on Friday"])
            ])
    }

    func literal() throws -> Report {
        let host = "2001:db8::7"
        let shown = shown(try leaf())
        var result = try endpoint(host, Self.ports[0], handshake(shown))
        result.endpoint.host = host
        let address = try #require(IPAddress(host))
        return try report(
            Resolution(host: host, name: nil, outcome: .addresses, addresses: [address]), nil,
            [result])
    }

    /// The probe's deadline came first everywhere, and one family has no route.
    func cutShort() throws -> Report {
        var handshake = Handshake(outcome: .cutShort, duration: .seconds(1))
        handshake.version = nil
        return try report(
            resolution(["192.0.2.7", "2001:db8::7"]), nil,
            [
                endpoint("2001:db8::7", Self.ports[0], nil, .noRouteForFamily),
                endpoint("192.0.2.7", Self.ports[0], handshake),
                endpoint("192.0.2.7", Self.ports[1], nil, .cutShort),
                endpoint("192.0.2.7", Self.ports[2], nil, .forbidden),
            ],
            [
                Finding(
                    .probeDeadlineExceeded, confidence: .oneObservation, at: ["192.0.2.7:443"],
                    ["the handshake was cut short"])
            ])
    }

    static let poison = "\u{1b}[31m\"'\\<script>alert(1)</script>\u{202e}\n\u{0}&\u{9b}"

    /// Foreign text in every place where there is any.
    func hostile() throws -> Report {
        var draft = Self.draft("a\u{1b}[2J\"<script>\u{202e}\\\n&", days: 30)
        draft.dnsNames = ["*.example.test", "a-b.example.test"]
        let leaf = try draft.issued(by: intermediate, key: key, for: key)
        var handshake = handshake(shown(leaf))
        (handshake.alpn, handshake.cipher) = (Self.poison, Self.poison)
        var report = try dnsFailure()
        report.endpoints = [try endpoint("192.0.2.7", Self.ports[0], handshake)]
        var message = Message(id: 1, flags: .isResponse, responseCode: .refused)
        message.edns = EDNS(options: [ExtendedError(code: 18, text: Self.poison).option])
        report.resolution.resolvers[0].lookups[0].outcome = .success(message)
        report.resolution.resolvers[1].resolver = Self.poison
        report.diagnosis = Diagnosis(findings: [
            Finding(
                .unknown, confidence: .heuristic, at: [Self.poison],
                [Self.poison, String(repeating: "long", count: 100)])
        ])
        report.validation = try Self.secure { validation in
            validation.fault = Fault(.bogus, in: .root, Self.poison)
            validation.status = .bogus
        }
        report.target.text = Self.poison
        return report
    }
}
