package import DNS

/// One record of a denial and what it shows, for people to read; the judgement itself is `Denial`'s.
package struct DenialStep: Hashable, Sendable {
    /// NSEC or NSEC3.
    package var record: Record
    /// One clause.
    package var shows: String
}

extension Validation {
    /// The records that the denial was judged by, in the order received, each with its part in it.
    package var denialSteps: [DenialStep] {
        let expanded = answerSignatures.filter { $0.wildcard != nil }.map(\.owner)
        var reading = DenialReading(denial.flatMap(\.records))
        return reading.steps(on: (denied.map { [$0.name] } ?? []) + expanded)
    }
}

/// Reads records for what they show of some names. It hashes no more, and with no more iterations, than a judgement
/// may: the records are their zone's word, and may mean harm (CVE-2023-50868).
private struct DenialReading {
    private let records: [Record]
    private let limits = WorkLimits()
    private var hashes: [Hashing: [UInt8]] = [:]

    private struct Hashing: Hashable {
        let name: Name
        let iterations: UInt16
        let salt: [UInt8]
    }

    init(_ records: [Record]) {
        var seen: Set<Record> = []
        self.records = records.filter { seen.insert($0).inserted }
    }

    mutating func steps(on names: [Name]) -> [DenialStep] {
        let enclosers = names.map { closestEncloser(of: $0) }
        var steps: [DenialStep] = []
        for record in records {
            var clauses: [String] = []
            for (name, encloser) in zip(names, enclosers) {
                if let nsec = record.nsec {
                    clauses += nsec.clauses(on: name, owner: record.owner)
                } else if let nsec3 = record.nsec3 {
                    clauses += self.clauses(of: nsec3, at: record.owner, on: name, below: encloser)
                }
            }
            guard !clauses.isEmpty else { continue }
            steps.append(DenialStep(record: record, shows: clauses.joined(separator: ", and ")))
        }
        return steps
    }

    /// The longest name at or above `name` that an NSEC3 record stands for.
    private mutating func closestEncloser(of name: Name) -> Name? {
        for ancestor in name.selfAndAncestors {
            for record in records {
                if let nsec3 = record.nsec3, stands(nsec3, at: record.owner, for: ancestor) {
                    return ancestor
                }
            }
        }
        return nil
    }

    /// `closestEncloser` is nil where no record stands for one.
    private mutating func clauses(
        of nsec3: NSEC3, at owner: Name, on name: Name, below closestEncloser: Name?
    ) -> [String] {
        if stands(nsec3, at: owner, for: name) { return [nsec3.types.words(of: name)] }
        guard let zone = owner.parent else { return [] }
        var clauses: [String] = []
        if let closestEncloser, stands(nsec3, at: owner, for: closestEncloser) {
            clauses.append("\(closestEncloser.text) exists, the closest above \(name.text)")
        }
        // The shortest name that is not there, the next closer one.
        for absent in name.selfAndAncestors.reversed()
        where absent.isBelow(closestEncloser ?? zone) && covers(nsec3, at: owner, absent) {
            clauses.append("there is no \(nsec3.isOptOut ? "signed " : "")\(absent.text)")
            break
        }
        guard let wildcard = closestEncloser?.wildcard else { return clauses }
        if stands(nsec3, at: owner, for: wildcard) {
            clauses.append(nsec3.types.words(of: wildcard))
        } else if covers(nsec3, at: owner, wildcard) {
            clauses.append("there is no \(wildcard.text) that could stand for it")
        }
        return clauses
    }

    private mutating func stands(_ nsec3: NSEC3, at owner: Name, for name: Name) -> Bool {
        guard let zone = owner.parent, name.isWithin(zone), let label = owner.labels.first,
            let hash = hash(name, by: nsec3)
        else { return false }
        return NSEC3.hash(label: label) == hash
    }

    private mutating func covers(_ nsec3: NSEC3, at owner: Name, _ name: Name) -> Bool {
        guard let label = owner.labels.first, let start = NSEC3.hash(label: label),
            let hash = hash(name, by: nsec3)
        else { return false }
        return nsec3.covers(hash, from: start)
    }

    /// Nil where it would cost too much.
    private mutating func hash(_ name: Name, by nsec3: NSEC3) -> [UInt8]? {
        let hashing = Hashing(name: name, iterations: nsec3.iterations, salt: nsec3.salt)
        if let known = hashes[hashing] { return known }
        guard nsec3.iterations <= limits.nsec3Iterations, hashes.count < limits.hashes else {
            return nil
        }
        let hash = NSEC3Hash.hash(name, iterations: nsec3.iterations, salt: nsec3.salt)
        hashes[hashing] = hash
        return hash
    }
}

extension NSEC {
    fileprivate func clauses(on name: Name, owner: Name) -> [String] {
        if owner == name { return [types.words(of: name)] }
        if covers(name, from: owner), nextName.isBelow(name) {
            return ["\(name.text) exists, with nothing of its own, above \(nextName.text)"]
        }
        var clauses = covers(name, from: owner) ? ["there is no \(name.text)"] : []
        for wildcard in name.selfAndAncestors.dropFirst().compactMap(\.wildcard) {
            if owner == wildcard { return clauses + [types.words(of: wildcard)] }
            let closestEncloser = [owner, nextName].map { name.commonAncestor(with: $0) }
                .max { $0.labelCount < $1.labelCount }
            if wildcard.parent == closestEncloser || clauses.isEmpty, covers(wildcard, from: owner)
            {
                clauses.append("there is no \(wildcard.text) that could stand for it")
                break
            }
        }
        return clauses
    }
}

extension TypeBitmap {
    fileprivate func words(of name: Name) -> String {
        guard !contains(.nxname) else { return "there is no \(name.text)" }
        let names = types.map(\.description).joined(separator: " ")
        return "\(name.text) has \(names.isEmpty ? "no types" : "only " + names)"
    }
}
