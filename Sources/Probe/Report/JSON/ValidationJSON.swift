import DNS
package import DNSSEC

extension Validation {
    /// The validation alone as one JSON object, judged at `at` (seconds since 1970).
    package func json(at: Int64) -> [UInt8] {
        JSON.object([
            "name": .string(question.name.text),
            "type": .string(question.type.description),
            "status": .string(status.rawValue),
            "class": .string(fault?.failureClass),
            "detail": .string(detail),
            "zones": .array(zones.map(\.json)),
            "answer": .strings(answerRecords),
            "answerSignatures": .array(answerSignatures.map(\.json)),
            "denial": .array(
                denialSteps.map { step in
                    .object([
                        "record": .string("\(step.record)"), "shows": .string(step.shows),
                    ])
                }),
            "earliestSignatureExpiry": .time(earliestSignature?.expiration),
            "notes": .strings(notes),
            "at": .time(at),
        ]).bytes
    }

    /// The fault's evidence; without a fault what else is worth knowing, nil where nothing is.
    private var detail: String? {
        let notes = zones.flatMap(\.notes) + notes
        return fault?.detail ?? (notes.isEmpty ? nil : notes.joined(separator: "; "))
    }

    /// The records of the answer in presentation format, in the order of the alias chain.
    var answerRecords: [String] { answer.flatMap(\.records).map(\.description) }
}

extension DNSSECResult {
    var json: JSON {
        .object([
            "status": .string(status.rawValue),
            "class": .string(fault?.failureClass),
            "detail": .string(fault?.detail),
            "zones": .array(zones.map(\.json)),
            "notes": .strings(notes),
            "questions": .array(
                validations.map { validation in
                    .object([
                        "name": .string(validation.question.name.text),
                        "type": .string(validation.question.type.description),
                        "status": .string(validation.status.rawValue),
                        "class": .string(validation.fault?.failureClass),
                        "detail": .string(validation.fault?.detail),
                        "answer": .strings(validation.answerRecords),
                    ])
                }),
            "tlsa": .array(
                tlsa.map { published in
                    .object([
                        "port": .integer(published.port),
                        "name": .string(published.owner.text),
                        "status": .string(published.validation.status.rawValue),
                        "class": .string(published.validation.fault?.failureClass),
                        "detail": .string(published.validation.fault?.detail),
                        "records": .strings(published.validation.answerRecords),
                    ])
                }),
        ])
    }
}

extension Fault {
    /// Nil for a plain unsigned zone, which is an ordinary state and no failure.
    var failureClass: String? { kind == .noDNSSEC ? nil : kind.rawValue }
}

extension ZoneReport {
    /// The algorithms of the keys that are vouched for; nil where none is.
    var algorithmText: String? {
        algorithms.isEmpty ? nil : algorithms.map(\.description).joined(separator: ", ")
    }

    fileprivate var json: JSON {
        .object([
            "zone": .string(zone.text),
            "status": .string(status.rawValue),
            "class": .string(fault?.failureClass),
            "detail": .string(fault?.detail),
            "algorithm": .string(algorithmText),
            "keyTags": .array(keyTags.map { .integer($0) }),
            "trustedBy": .array(trustedBy.map(\.json)),
            "delegationSignature": delegationSignature?.json ?? .null,
            "keySignature": keySignature?.json ?? .null,
            "notes": .strings(notes),
            "signatureInception": .time(earliestSignature?.inception),
            "signatureExpiry": .time(earliestSignature?.expiration),
        ])
    }
}

extension DS {
    /// Without the digest: which key it names, and how.
    fileprivate var json: JSON {
        .object([
            "keyTag": .integer(keyTag),
            "algorithm": .string(algorithm.description),
            "digestType": .string(digestType.description),
        ])
    }
}

extension VerifiedSignature {
    fileprivate var json: JSON {
        .object([
            "owner": .string(owner.text),
            "type": .string(window.typeCovered.description),
            "signer": .string(signer.text),
            "keyTag": .integer(keyTag),
            "wildcard": .string(wildcard?.text),
            "inception": .time(window.inception),
            "expiry": .time(window.expiration),
        ])
    }
}
