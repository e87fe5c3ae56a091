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
        let names = (denied.map { [$0.name] } ?? []) + expanded
        var seen: Set<Record> = []
        return denial.flatMap(\.records).filter { seen.insert($0).inserted }.compactMap { record in
            let clauses = names.flatMap { name in
                if let nsec = record.nsec {
                    nsec.clauses(on: name, owner: record.owner)
                } else if let nsec3 = record.nsec3 {
                    nsec3.clauses(
                        on: name, below: closestEncloser(of: name), owner: record.owner)
                } else {
                    [String]()
                }
            }
            return clauses.isEmpty
                ? nil : DenialStep(record: record, shows: clauses.joined(separator: ", and "))
        }
    }
}

extension Validation {
    /// The longest name at or above `name` that an NSEC3 record of the denial stands for.
    private func closestEncloser(of name: Name) -> Name? {
        let records = denial.flatMap(\.records)
        return name.selfAndAncestors.first { ancestor in
            records.contains { $0.nsec3?.stands(for: ancestor, at: $0.owner) == true }
        }
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

    /// The last record of a zone leads back to its apex.
    private func covers(_ name: Name, from owner: Name) -> Bool {
        owner < name && (name < nextName || !(owner < nextName))
    }
}

extension NSEC3 {
    fileprivate func stands(for name: Name, at owner: Name) -> Bool {
        guard let zone = owner.parent, name.isWithin(zone), let label = owner.labels.first else {
            return false
        }
        return NSEC3.hash(label: label) == hash(of: name)
    }

    /// `closestEncloser` is nil where no record stands for one.
    fileprivate func clauses(
        on name: Name, below closestEncloser: Name?, owner: Name
    ) -> [String] {
        if stands(for: name, at: owner) { return [types.words(of: name)] }
        guard let zone = owner.parent, let label = owner.labels.first,
            let start = NSEC3.hash(label: label)
        else { return [] }
        var clauses: [String] = []
        if let closestEncloser, stands(for: closestEncloser, at: owner) {
            clauses.append("\(closestEncloser.text) exists, the closest above \(name.text)")
        }
        let isBelow = { (name: Name) in closestEncloser.map { name.isBelow($0) } ?? true }
        let nextCloser = name.selfAndAncestors.last {
            $0.isBelow(zone) && isBelow($0) && covers(hash(of: $0), from: start)
        }
        if let nextCloser {
            clauses.append("there is no \(isOptOut ? "signed " : "")\(nextCloser.text)")
        }
        guard let wildcard = closestEncloser?.wildcard else { return clauses }
        if stands(for: wildcard, at: owner) {
            clauses.append(types.words(of: wildcard))
        } else if covers(hash(of: wildcard), from: start) {
            clauses.append("there is no \(wildcard.text) that could stand for it")
        }
        return clauses
    }

    private func hash(of name: Name) -> [UInt8] {
        NSEC3Hash.hash(name, iterations: iterations, salt: salt)
    }

    private func covers(_ hash: [UInt8], from owner: [UInt8]) -> Bool {
        let isAfter = owner.lexicographicallyPrecedes(hash)
        let isBefore = hash.lexicographicallyPrecedes(nextHash)
        return owner.lexicographicallyPrecedes(nextHash) ? isAfter && isBefore : isAfter || isBefore
    }
}

extension TypeBitmap {
    fileprivate func words(of name: Name) -> String {
        contains(.nxname)
            ? "there is no \(name.text)"
            : "\(name.text) has \(types.isEmpty ? "no types" : "only \(types.map(\.description).joined(separator: " "))")"
    }
}
