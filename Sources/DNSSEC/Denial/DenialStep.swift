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
                    nsec3.clauses(on: name, owner: record.owner)
                } else {
                    [String]()
                }
            }
            return clauses.isEmpty
                ? nil : DenialStep(record: record, shows: clauses.joined(separator: ", and "))
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
    fileprivate func clauses(on name: Name, owner: Name) -> [String] {
        guard let zone = owner.parent, let label = owner.labels.first,
            let hash = NSEC3.hash(label: label)
        else { return [] }
        let ancestors = name.selfAndAncestors.filter { $0.isWithin(zone) }
        let wildcards = ancestors.dropFirst().compactMap(\.wildcard)
        var clauses: [String] = []
        if let match = ancestors.first(where: { self.hash(of: $0) == hash }) {
            clauses.append(
                match == name
                    ? types.words(of: name) : "\(match.text) exists, the closest above \(name.text)"
            )
        } else if let match = wildcards.first(where: { self.hash(of: $0) == hash }) {
            clauses.append(types.words(of: match))
        }
        let signed = isOptOut ? "signed " : ""
        if let absent = ancestors.last(where: { covers(self.hash(of: $0), from: hash) }) {
            clauses.append("there is no \(signed)\(absent.text)")
        }
        if let absent = wildcards.first(where: { covers(self.hash(of: $0), from: hash) }) {
            clauses.append("there is no \(absent.text) that could stand for it")
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
