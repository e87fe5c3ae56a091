import DNS

/// What a zone's evidence says of a negative answer.
struct DenialVerdict {
    /// Nil where the denial is proven and signed.
    let fault: Fault?
    let proof: Denial.Proof?

    init(
        _ question: Question, _ evidence: DenialEvidence, in zone: Name, limits: WorkLimits,
        _ work: Work
    ) {
        do {
            guard let denial = try Denial(evidence.verified, in: zone) else {
                throw evidence.fault
                    ?? Fault(
                        .denialInvalid, in: zone,
                        "the answer to \(question) is negative and brings no NSEC or NSEC3 record")
            }
            if case .nsec3(let nsec3) = denial, nsec3.iterationCount > limits.nsec3Iterations {
                throw Fault(
                    .algorithmUnsupported, in: zone,
                    "its NSEC3 records use \(nsec3.iterationCount) iterations, more than "
                        + "\(limits.nsec3Iterations)")
            }
            proof = try denial.proof(of: question.name, question.type, work)
            fault = Self.fault(proof, question, evidence, zone)
        } catch let exhausted as WorkExhausted {
            (proof, fault) = (nil, .undecided(in: zone, exhausted.detail))
        } catch let other as Fault {
            (proof, fault) = (nil, other)
        } catch {
            (proof, fault) = (nil, .undecided(in: zone, "\(error)"))
        }
    }

    private static func fault(
        _ proof: Denial.Proof?, _ question: Question, _ evidence: DenialEvidence, _ zone: Name
    ) -> Fault? {
        switch proof {
        case .nameError, .noData, .unsignedDelegation: nil
        case .optOut:
            Fault(.noDNSSEC, in: zone, "\(question) is denied within an opt-out span")
        case nil:
            evidence.fault
                ?? Fault(
                    .denialInvalid, in: zone,
                    "the NSEC or NSEC3 records do not prove that \(question) has no answer")
        }
    }
}
