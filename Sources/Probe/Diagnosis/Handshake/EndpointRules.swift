import Addresses
import Sockets

/// What the connections show: which addresses and ports can be reached, and what keeps the others.
struct EndpointRules {
    private let results: [EndpointResult]
    /// Seconds since 1970.
    private let now: Int64
    private let demands: MailDemands

    init(_ results: [EndpointResult], at now: Int64, demands: MailDemands = MailDemands()) {
        (self.results, self.now, self.demands) = (results, now, demands)
    }

    var findings: [Finding] {
        probe + families + byPort.flatMap { network($0) }
            + results.flatMap { StartTLSRules($0).findings + HandshakeRules($0).findings }
            + CertificateRules(results, at: now, demands: demands).findings
            + results.flatMap { TLSARules($0, demands).findings }
    }

    /// Port by port of each host, in the order of the first endpoint of each.
    private var byPort: [[EndpointResult]] {
        struct Key: Hashable {
            let host: String
            let port: UInt16
        }
        var keys: [Key] = []
        let groups = Dictionary(grouping: results) { result in
            let key = Key(host: result.endpoint.host, port: result.endpoint.port.number)
            if !keys.contains(key) { keys.append(key) }
            return key
        }
        return keys.compactMap { groups[$0] }
    }

    // MARK: - This host and the probe

    private var probe: [Finding] {
        var findings: [Finding] = []
        let refused = results.filter { $0.connection == .forbidden }
        if !refused.isEmpty {
            let isWhole = refused.count == results.count
            findings.append(
                Finding(
                    .probeTargetRefused, isWhole ? .failure : .warning, confidence: .oneObservation,
                    at: Self.addresses(refused),
                    ["the address policy of the configuration forbids \(Self.list(refused))"]))
        }
        let cut = results.filter { $0.endpoint.port.isRequired && $0.isCutShort }
        if !cut.isEmpty {
            findings.append(
                Finding(
                    .probeDeadlineExceeded, confidence: .oneObservation, at: cut.map(\.place),
                    ["the probe's time was over before \(Self.list(cut)) had its own"]))
        }
        return findings + ownHost
    }

    /// With a route to some of the addresses, the others are a warning.
    private var ownHost: [Finding] {
        let tried = results.filter(\.wasTried)
        let routeless = tried.filter(\.hasNoRoute)
        let broken = tried.filter { $0.failure?.isSystem == true }
        return [
            (broken, Finding.Severity.failure),
            (routeless, routeless.count == tried.count ? .failure : .warning),
        ].filter { !$0.0.isEmpty }.map { failed, severity in
            Finding(
                .probeLocalError, severity, confidence: .oneObservation,
                at: Self.addresses(failed), failed.map { "\($0.place): \($0.failureText)" })
        }
    }

    /// A family that this host has no route for is not the target's fault.
    private var families: [Finding] {
        let skipped = results.filter { $0.connection == .noRouteForFamily }
        guard !skipped.isEmpty else { return [] }
        return [
            Finding(
                .probeLocalError, .warning, confidence: .oneObservation,
                at: Self.addresses(skipped),
                ["this host has no route for \(skipped[0].family) addresses; they were not tried"])
        ]
    }

    // MARK: - The network, one port at a time

    /// An optional port that cannot be connected to is closed, and no more.
    private func network(_ endpoints: [EndpointResult]) -> [Finding] {
        guard endpoints.contains(where: \.endpoint.port.isRequired) else { return [] }
        let tried = endpoints.filter(\.wasTried)
        let failed = tried.filter(\.isTargetFault)
        guard !failed.isEmpty else { return [] }
        let connected = tried.filter(\.isConnected)
        guard connected.isEmpty else {
            return [
                partial(failed, connected, isWhole: failed.count + connected.count == tried.count)
            ]
        }
        if failed.count == tried.count, let blocked = blocked(failed) { return [blocked] }
        return failed.map { result in
            Finding(
                result.networkClass, confidence: .oneObservation, at: [result.place],
                ["\(result.place): \(result.failureText)"])
        }
    }

    private func partial(
        _ failed: [EndpointResult], _ connected: [EndpointResult], isWhole: Bool
    ) -> Finding {
        Finding(
            isWhole && isFamily(failed, connected) ? .addressFamilyBroken : .endpointPartialOutage,
            confidence: .comparison, at: failed.map(\.place),
            failed.map { "\($0.place): \($0.failureText)" }
                + ["\(Self.list(connected)) can be connected to"])
    }

    /// One family fails as a whole, on every port, and the other works as a whole: the path of that family.
    private func isFamily(_ failed: [EndpointResult], _ connected: [EndpointResult]) -> Bool {
        let (bad, good) = (Set(failed.map(\.family)), Set(connected.map(\.family)))
        return bad.count == 1 && good.count == 1 && bad != good
            && !results.contains {
                $0.isConnected && bad.contains($0.family)
                    && $0.endpoint.host == failed[0].endpoint.host
            }
    }

    /// The port is silent or prohibited everywhere, while the same addresses answer on another.
    private func blocked(_ failed: [EndpointResult]) -> Finding? {
        guard failed.allSatisfy(\.isSilentOrProhibited) else { return nil }
        let witnesses = failed.compactMap { result in
            results.first { $0.endpoint.address == result.endpoint.address && $0.answered }
        }
        guard !witnesses.isEmpty else { return nil }
        return Finding(
            .portBlocked, confidence: .comparison, at: failed.map(\.place),
            failed.map { "\($0.place): \($0.failureText)" }
                + witnesses.map { "\($0.place) of the same address \($0.answerText)" })
    }

    private static func addresses(_ results: [EndpointResult]) -> [String] {
        Set(results.map(\.endpoint.address)).sorted().map(\.description)
    }

    private static func list(_ results: [EndpointResult]) -> String {
        results.map(\.place).joined(separator: ", ")
    }
}

extension EndpointResult {
    /// `192.0.2.7:443`, as findings name it.
    package var place: String { endpoint.socketAddress.description }

    package var isConnected: Bool {
        if case .connected = connection { true } else { false }
    }

    var family: String { endpoint.address.family == .ipv4 ? "IPv4" : "IPv6" }

    var failure: SocketError? {
        if case .failed(let error, _) = connection { error } else { nil }
    }

    var failureText: String {
        guard case .failed(let error, let duration) = connection else { return "" }
        let milliseconds = duration / .milliseconds(1)
        switch error {
        case .refused: return "the connection was refused (RST)"
        case .timedOut: return "nothing came back within \(Int(milliseconds.rounded())) ms"
        default: return "\(error)"
        }
    }

    /// Neither the policy nor a missing route of the family kept it from being tried.
    fileprivate var wasTried: Bool { connection != .forbidden && connection != .noRouteForFamily }

    fileprivate var hasNoRoute: Bool {
        if case .noRoute = failure { true } else { false }
    }

    fileprivate var answerText: String {
        isConnected ? "accepts connections" : "answers by refusing the connection"
    }

    /// The address itself spoke: it accepted the connection, or refused it.
    var answered: Bool { isConnected || failure == .refused || failure == .reset }

    /// A failure that is not this host's own.
    var isTargetFault: Bool {
        switch failure {
        case .refused, .reset, .timedOut, .unreachable: true
        case .cancelled, .noRoute, .system, nil: false
        }
    }

    fileprivate var isSilentOrProhibited: Bool {
        switch failure {
        case .timedOut: true
        case .unreachable(let message): message.isProhibited
        default: false
        }
    }

    fileprivate var networkClass: FailureClass {
        switch failure {
        case .refused, .reset: .tcpConnectionRefused
        case .unreachable: .hostUnreachable
        default: .tcpTimeout
        }
    }

    var isCutShort: Bool {
        connection == .cutShort || startTLS?.outcome == .cutShort
            || handshake?.outcome == .cutShort
    }
}

extension SocketError {
    fileprivate var isSystem: Bool {
        if case .system = self { true } else { false }
    }
}
