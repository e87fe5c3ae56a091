import DNS

/// What a zone's evidence says of a negative answer.
struct DenialVerdict {
    /// Nil where the denial is proven and signed.
    let fault: Fault?
    let proof: Denial.Proof?

    /// `responseCode` is what the answer claims; nil where only the proof counts.
    init(
        _ question: Question, _ responseCode: ResponseCode?, _ evidence: DenialEvidence,
        in zone: Name, _ work: Work
    ) {
        do {
            guard let denial = try Denial(evidence.verified, in: zone, work.limits) else {
                throw evidence.fault
                    ?? Fault(
                        .denialInvalid, in: zone,
                        "the answer to \(question) is negative and brings no NSEC or NSEC3 record")
            }
            proof = try denial.proof(of: question.name, question.type, work)
            fault = Self.fault(proof, question, responseCode, evidence, zone)
        } catch let exhausted as WorkExhausted {
            (proof, fault) = (nil, .undecided(in: zone, exhausted.detail))
        } catch let other as Fault {
            (proof, fault) = (nil, other)
        } catch {
            (proof, fault) = (nil, .undecided(in: zone, "\(error)"))
        }
    }

    private static func fault(
        _ proof: Denial.Proof?, _ question: Question, _ responseCode: ResponseCode?,
        _ evidence: DenialEvidence, _ zone: Name
    ) -> Fault? {
        switch proof {
        case .nameError: nil
        // No signature covers the response code: a name that exists may be denied a type, not its existence.
        case .noData, .unsignedDelegation:
            responseCode == .nameError
                ? Fault(
                    .denialInvalid, in: zone,
                    "the answer to \(question) is NXDOMAIN, but its NSEC or NSEC3 records prove "
                        + "that the name exists")
                : nil
        case .unsignedZone(let cut):
            Fault(
                .noDNSSEC, in: cut,
                "\(zone.text) proves that \(cut.text) has no DS (\(evidence.words))")
        // What is not proven by signatures must at least not come with wrong ones.
        case .optOutOfData where responseCode == .nameError:
            evidence.fault ?? unproven(question, zone)
        case .optOut, .optOutOfData:
            evidence.fault
                ?? Fault(.noDNSSEC, in: zone, "\(question) is denied within an opt-out span")
        case nil: evidence.fault ?? unproven(question, zone)
        }
    }

    private static func unproven(_ question: Question, _ zone: Name) -> Fault {
        Fault(
            .denialInvalid, in: zone,
            "the NSEC or NSEC3 records do not prove that \(question) has no answer")
    }
}
