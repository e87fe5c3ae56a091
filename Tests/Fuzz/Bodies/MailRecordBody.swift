import DNS

@testable import Probe

extension FuzzBody {
    /// A TXT record or a policy, by its first byte: what is said of it is short, few and fit for a terminal.
    @Sendable public static func mailRecord(_ bytes: [UInt8]) {
        guard let kind = bytes.first else { return }
        let text = String(decoding: bytes.dropFirst(), as: UTF8.self)
        let clauses: [String]
        switch kind % 7 {
        case 0: clauses = spf(text)
        case 1: clauses = DMARCRecord(text).faults
        case 2: clauses = TLSReportingRecord(text).faults
        case 3: clauses = DKIMKeyRecord(text).faults
        case 4: clauses = MTASTSRecord(text).faults
        case 5: clauses = policy(text)
        default: return reply(Array(bytes.dropFirst()))
        }
        promise(clauses.count <= 32, "\(clauses.count) clauses")
        for clause in clauses {
            promise(clause.utf8.count < 1024, "a clause of \(clause.utf8.count) bytes")
            promise(clause.unicodeScalars.allSatisfy { $0.value >= 0x20 }, "not printable")
        }
    }

    private static func spf(_ text: String) -> [String] {
        let record = SPFRecord(text)
        promise(record.asking.count <= record.terms.count, "more is asked than stands there")
        for term in record.asking {
            guard case .include(let target) = term, !SPFMacro.isMacro(target) else { continue }
            promise(SPFMacro.isDomain(target), "\(target) is no domain")
        }
        return record.faults
    }

    private static func policy(_ text: String) -> [String] {
        let policy = MTASTSPolicy(text)
        for pattern in policy.patterns.prefix(20) {
            let isWild = pattern.hasPrefix("*.")
            let name = Name(isWild ? String(pattern.dropFirst(2)) : pattern)
            promise(name != nil, "\(pattern) is kept")
            guard let name else { continue }
            promise(isWild || policy.covers(name), "\(pattern) does not cover itself")
            guard isWild, let host = name.child("a".utf8) else { continue }
            promise(policy.covers(host), "\(pattern) does not cover \(host.text)")
        }
        return policy.faults
    }

    private static func reply(_ bytes: [UInt8]) {
        guard let reply = HTTPReply(bytes) else { return }
        promise(reply.body.count < bytes.count, "more than came")
        promise((100...999).contains(reply.status), "the status \(reply.status)")
    }
}
