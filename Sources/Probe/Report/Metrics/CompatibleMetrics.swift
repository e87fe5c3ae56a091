import Addresses
import OpenSSL
import Exposition

/// The families that blackbox_exporter has too, with its names and units: what was built on it goes on.
extension Report {
    var compatibleFamilies: [MetricFamily] {
        let shown = shownEndpoint
        return [
            MetricFamily(
                "probe_success", "Whether the target is healthy.", value: isSuccess ? 1 : 0),
            MetricFamily(
                "probe_duration_seconds", "Time that the whole probe took.",
                value: durations.total.seconds),
            MetricFamily(
                "probe_timeout_seconds", "Time that the probe was given.", value: timeout.seconds),
            MetricFamily(
                "probe_dns_lookup_time_seconds", "Time that finding the addresses took.",
                value: lookupDuration.seconds),
            MetricFamily(
                "probe_ip_protocol", "4 or 6: the family of the address shown.",
                value: shown.map { $0.endpoint.address.family == .ipv4 ? 4 : 6 }),
            MetricFamily(
                "probe_ip_addr_hash", "A hash of the address shown, to see it change.",
                value: shown.map { Double($0.endpoint.address.hash32) }),
        ] + Self.families(of: shown?.handshake)
    }

    private static func families(of handshake: Handshake?) -> [MetricFamily] {
        let certificate = handshake?.certificate
        let version = handshake?.version.map {
            Sample(true, ["version": versionText($0).plain()])
        }
        let cipher = handshake?.cipher.map { Sample(true, ["cipher": $0.plain()]) }
        let leaf = certificate?.leaf
        return [
            MetricFamily(
                "probe_ssl_earliest_cert_expiry", "When the first of the sent certificates ends.",
                value: certificate?.sentChain.endingFirst.map { Double($0.notAfter) }),
            MetricFamily(
                "probe_ssl_last_chain_expiry_timestamp_seconds",
                "When the chain built to a root ends, trusted or not.",
                value: certificate?.verification.chain.endingFirst.map { Double($0.notAfter) }),
            MetricFamily(
                "probe_ssl_last_chain_info", "The server's certificate.",
                samples: leaf.map {
                    [
                        Sample(
                            true,
                            [
                                "fingerprint_sha256": $0.fingerprintSHA256,
                                "subject": $0.subjectAttributes.compatibleText.plain(),
                                "issuer": $0.issuerAttributes.compatibleText.plain(),
                                "subjectalternative": $0.dnsNames.joined(separator: ",").plain(),
                                "serialnumber": $0.serialText,
                            ])
                    ]
                } ?? []),
            MetricFamily(
                "probe_tls_version_info", "The version of TLS negotiated.",
                samples: version.map { [$0] } ?? []),
            MetricFamily(
                "probe_tls_cipher_info", "The cipher suite negotiated.",
                samples: cipher.map { [$0] } ?? []),
        ]
    }

    /// Until the first resolver that has addresses gave them, as a program that needs them waits: what is compared
    /// beside it takes its own time, which is the resolve stage's.
    private var lookupDuration: Duration {
        resolution.resolvers.first { !$0.addresses.isEmpty }?.duration ?? resolution.duration
    }

    /// The first port of the module at its worst address: whose failure comes first in precedence,
    /// among equals the lowest.
    private var shownEndpoint: EndpointResult? {
        let possible = endpoints.filter { $0.connection != .noRouteForFamily }
        let allowed = possible.filter { $0.connection != .forbidden }
        // An address that the policy leaves out must not stand before one that was probed.
        let tried = allowed.isEmpty ? possible : allowed
        guard let port = tried.first?.endpoint.port.number else { return nil }
        return tried.filter { $0.endpoint.port.number == port }.min {
            (worst(at: $0.endpoint), $0.endpoint.address)
                < (worst(at: $1.endpoint), $1.endpoint.address)
        }
    }

    /// The precedence of the first failure found at an endpoint.
    private func worst(at endpoint: Endpoint) -> Int {
        let names = [endpoint.socketAddress.description, endpoint.address.description]
        return diagnosis.findings.filter { finding in
            finding.severity == .failure
                && finding.places.contains {
                    $0.split(separator: " ").contains { names.contains(String($0)) }
                }
        }.map(\.failureClass.precedence).min() ?? .max
    }
}

extension IPAddress {
    /// FNV-1a over the bytes, an IPv4-mapped address being the IPv4 one: blackbox_exporter's hash.
    var hash32: UInt32 {
        let isMapped = family == .ipv6 && number >> 32 == 0xffff
        return fnv1a(isMapped ? Array(bytes.suffix(4)) : bytes)
    }
}

/// The 32-bit hash of Fowler, Noll and Vo, variant 1a.
func fnv1a(_ bytes: some Sequence<UInt8>) -> UInt32 {
    bytes.reduce(0x811c_9dc5) { ($0 ^ UInt32($1)) &* 0x0100_0193 }
}
