import DNS
import DNSSEC
import Sockets

/// The recursive service that the agent asks: honours RD, DO and CD, sets AD, tells why not.
final class LabResolver: Sendable {
    private let service: DNSService?
    private let recursion: Recursion
    private let validator: Validator

    /// Without a service it answers for another server only.
    init(_ service: DNSService?, _ recursion: Recursion, anchors: TrustAnchors) {
        self.service = service
        self.recursion = recursion
        validator = Validator(anchors: anchors) { question in
            .success(await recursion.resolve(question))
        }
    }

    func run() async {
        await service?.run { query in await self.answer(query) }
    }

    func answer(_ query: Message) async -> Message {
        var reply = query.reply
        reply.flags.insert(.recursionAvailable)
        guard let question = query.questions.first else { return reply }
        var verdict: Validation?
        if !query.flags.contains(.checkingDisabled) {
            verdict = await validator.validate(question, at: WallClock.now)
        }
        if let fault = verdict?.fault, fault.kind.status == .bogus {
            reply.responseCode = .serverFailure
            reply.edns?.options = [
                ExtendedError(code: fault.kind.extendedError, text: fault.detail).option
            ]
            return reply
        }
        let found = await recursion.resolve(question)
        reply.responseCode = found.responseCode
        reply.edns?.options = found.edns?.options ?? []
        let keeps = { (record: Record) in
            query.dnssecOK || record.type == question.type || !Self.proofs.contains(record.type)
        }
        reply.answers = found.answers.filter(keeps)
        reply.authorities = found.authorities.filter(keeps)
        // Only who asked to know is told (RFC 6840 5.8).
        let asks = query.dnssecOK || query.flags.contains(.authenticData)
        if verdict?.status == .secure, asks { reply.flags.insert(.authenticData) }
        return reply
    }

    private static let proofs: Set<RecordType> = [.rrsig, .nsec, .nsec3]
}

extension Fault.Kind {
    /// RFC 8914 4.
    fileprivate var extendedError: UInt16 {
        switch self {
        case .dnskeyMissing, .dsMismatch: 9
        case .signatureExpired: 7
        case .signatureNotYetValid: 8
        case .rrsigMissing: 10
        case .denialInvalid: 12
        case .indeterminate: 5
        default: 6
        }
    }
}
