import Addresses
import DNS
import DNSSEC
import Peers
import Probe
import Sockets

/// What the three validators say of one question.
struct Verdicts: Sendable {
    var trustpath: Validation
    var unbound: DNSSEC.Status
    /// Nil where delv was not asked.
    var delv: DelvVerdict?
    /// Words of the peers, for people.
    var unboundSays = ""
    var delvSays = ""

    /// delv and an Unbound that cannot fetch know no difference between bogus and indeterminate.
    var disagreement: Bool {
        let own = trustpath.status
        let unboundAgrees =
            unbound == .indeterminate ? own == .bogus || own == .indeterminate : own == unbound
        let delvAgrees = delv.map { $0 == DelvVerdict(own) } ?? true
        return !unboundAgrees || !delvAgrees
    }
}

extension DelvVerdict {
    init(_ status: DNSSEC.Status) {
        switch status {
        case .secure: self = .secure
        case .insecure: self = .insecure
        case .bogus, .indeterminate: self = .failed
        }
    }
}

/// The validators, all of which ask the same Unbound.
struct Judges: Sendable {
    let resolver: SocketAddress
    let anchors: TrustAnchors
    let delvAnchors: String

    func callAsFunction(
        _ question: Question, withDelv: Bool, cache: KeyCache, at now: Int64
    ) async throws -> Verdicts {
        let checked = try await ask(question, checking: true)
        var status = DNSSEC.Status.insecure
        if checked.flags.contains(.authenticData) {
            status = .secure
        } else if checked.responseCode == .serverFailure {
            let unchecked = try await ask(question, checking: false)
            status = unchecked.responseCode == .serverFailure ? .indeterminate : .bogus
        }
        let stage = ValidationStage(
            anchors: anchors, cache: cache,
            resolvers: [.server(Exchange(ResolverSpec.Server(resolver)))])
        let own = await stage(question, at: now, budget: .seconds(30), by: .now + .seconds(30))
        var verdicts = Verdicts(trustpath: own, unbound: status)
        verdicts.unboundSays =
            "\(checked.responseCode) "
            + (checked.edns?.extendedErrors.map(\.description).joined(separator: "; ") ?? "")
        if withDelv || verdicts.disagreement {
            let verdict = try await delv(
                "\(question.name)", "\(question.type)", resolver: "\(resolver.address)",
                anchors: delvAnchors)
            (verdicts.delv, verdicts.delvSays) = (verdict.value, verdict.evidence)
        }
        return verdicts
    }

    private func ask(_ question: Question, checking: Bool) async throws -> Message {
        let query = Message(
            id: .random(in: 0...UInt16.max),
            flags: checking ? .recursionDesired : [.recursionDesired, .checkingDisabled],
            questions: [question], edns: EDNS(dnssecOK: true))
        let socket = try UDPSocket(connectedTo: resolver)
        try socket.send(query.encoded())
        return try Message(decoding: await socket.receive(by: .now + .seconds(30)))
    }
}
