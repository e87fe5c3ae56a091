import DNS
import Sockets

/// What a domain says by MTA-STS, as far as senders would come (RFC 8461).
struct MTASTSReport: Hashable, Sendable {
    /// At `_mta-sts.` of the domain, those that are ones.
    var records: [String]
    /// Of the record; nil where it is invalid, which is as if there were none (RFC 8461 3.1).
    var id: String?
    /// A sentence each.
    var faults: [String] = []
    /// Why nobody says whether there is a record; nil where it is known.
    var unknown: String?
    /// Nil where no record leads to a policy.
    var outcome: PolicyFetch.Outcome?

    init(records: [String]) { self.records = records }

    /// A policy that senders can use.
    var policy: MTASTSPolicy? {
        guard case .fetched(let policy) = outcome, policy.faults.isEmpty else { return nil }
        return policy
    }

    /// Senders deliver nowhere but to named hosts with sound certificates (RFC 8461 5).
    var isEnforced: Bool { policy?.mode == .enforce }
}

extension MTASTSReport {
    /// Nil where the domain does not do MTA-STS.
    init?(
        of domain: Name, _ fetch: PolicyFetch, _ lookup: RecordLookup, at now: Int64,
        budget: Duration, by deadline: Deadline
    ) async {
        guard let owner = domain.child("_mta-sts".utf8) else { return nil }
        let answer = await lookup(owner, .txt)
        if case .unknown(let clause) = answer {
            self.init(records: [])
            unknown = "\(owner.text) TXT: \(clause)"
            return
        }
        let records = answer.texts.filter(MTASTSRecord.isOne)
        guard let first = records.first else { return nil }
        self.init(records: records)
        guard records.count == 1 else {
            faults = ["\(owner.text) has \(records.count) MTA-STS records, and may have one"]
            return
        }
        let record = MTASTSRecord(first)
        faults = record.faults.map { "the MTA-STS record at \(owner.text): \($0)" }
        guard faults.isEmpty else { return }
        id = record.id
        outcome = await fetch(domain, lookup, at: now, budget: budget, by: deadline)
    }
}
