import Synchronization

/// What one trust store answered about chains before: a server that is asked every minute sends the same for weeks.
///
/// X509_verify_cert depends on nothing but the certificates, the store, the purpose and which of their dates have
/// passed. So an answer is kept by the digest of what was sent, and only until the next date of any certificate on
/// either side. A store does not change; one made anew remembers nothing.
final class VerificationMemory: Sendable {
    struct Question: Hashable {
        let digest: [UInt8]
        let purpose: TrustStore.Purpose

        init(_ leaf: Certificate, sent: [Certificate], _ purpose: TrustStore.Purpose) {
            // Each DER tells its own length.
            digest = Digest.sha256(leaf.der + sent.flatMap(\.der))
            self.purpose = purpose
        }
    }

    /// A place in the chain: what was sent is there again when it is asked for.
    fileprivate enum Link {
        /// Counted from the leaf, 0, over all that was sent.
        case sent(Int)
        case stored(Certificate)
    }

    fileprivate struct Answer {
        let chain: [Link]
        let faults: [Verification.Fault]
        /// Seconds since 1970; at both dates themselves nothing is known.
        let after: Int64
        let before: Int64
    }

    fileprivate struct Answers {
        var young: [Question: Answer] = [:]
        /// Dropped when `young` is full, unless asked for again meanwhile.
        var old: [Question: Answer] = [:]
        /// Of the store, so that each is held once.
        var roots: Set<Certificate> = []
    }

    private let answers = Mutex(Answers())
    /// Of the store's certificates, seconds since 1970.
    private let dates: [Int64]
    private let capacity: Int

    /// `dates` are when an answer may change by the store alone; at most `capacity` answers are held.
    init(dates: [Int64], capacity: Int = 4096) {
        (self.dates, self.capacity) = (dates, capacity)
    }

    var count: Int { answers.withLock { $0.young.count + $0.old.count } }

    func recall(
        _ question: Question, _ leaf: Certificate, sent: [Certificate], at time: Int64
    ) -> Verification? {
        let answer = answers.withLock { answers -> Answer? in
            if let answer = answers.young[question] { return answer }
            guard let answer = answers.old[question] else { return nil }
            answers.keep(answer, to: question, capacity / 2)
            return answer
        }
        guard let answer, answer.after < time, time < answer.before else { return nil }
        let all = [leaf] + sent
        var chain: [Certificate] = []
        for link in answer.chain {
            switch link {
            case .sent(let index):
                guard all.indices.contains(index) else { return nil }
                chain.append(all[index])
            case .stored(let certificate): chain.append(certificate)
            }
        }
        return Verification(chain: chain, faults: answer.faults)
    }

    func keep(
        _ verification: Verification, to question: Question, _ leaf: Certificate,
        sent: [Certificate], at time: Int64
    ) {
        let all = [leaf] + sent
        let own = (all + verification.chain).flatMap { [$0.notBefore, $0.notAfter] } + dates
        guard !question.digest.isEmpty, !own.contains(time),
            verification.faults.count <= Self.mostFaults
        else { return }
        answers.withLock { answers in
            let chain = verification.chain.map { certificate in
                all.firstIndex(of: certificate).map { Link.sent($0) }
                    ?? .stored(answers.roots.insert(certificate).memberAfterInsert)
            }
            let answer = Answer(
                chain: chain, faults: verification.faults,
                after: own.filter { $0 < time }.max() ?? .min,
                before: own.filter { $0 > time }.min() ?? .max)
            answers.keep(answer, to: question, capacity / 2)
        }
    }

    /// Whoever sends a chain with more is not worth the memory.
    private static let mostFaults = 32
}

extension VerificationMemory.Answers {
    fileprivate mutating func keep(
        _ answer: VerificationMemory.Answer, to question: VerificationMemory.Question, _ most: Int
    ) {
        if young.count >= most { (old, young) = (young, [:]) }
        old[question] = nil
        young[question] = answer
    }
}
