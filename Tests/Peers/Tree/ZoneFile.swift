/// A zone as a list of records in presentation form, to be edited before it is served.
package struct ZoneFile: Sendable {
    package struct Record: Hashable, Sendable {
        package var owner: String
        package var ttl: Int
        package var type: String
        package var data: String

        package init(_ owner: String, _ type: String, _ data: String, ttl: Int = 300) {
            (self.owner, self.type, self.data, self.ttl) = (owner, type, data, ttl)
        }

        /// The type that an RRSIG covers; nil for every other record.
        package var covered: String? {
            type == "RRSIG" ? fields.first : nil
        }

        /// The data split at blanks.
        package var fields: [String] {
            get { data.split(separator: " ").map { String($0) } }
            set { data = newValue.joined(separator: " ") }
        }

        package var text: String { "\(owner) \(ttl) IN \(type) \(data)" }
    }

    package var records: [Record]

    package init(_ records: [Record]) { self.records = records }

    /// Reads lines of the form `owner TTL IN type data`, as `dnssec-signzone -O full` writes them.
    package init(text: String) {
        records = text.split(separator: "\n").compactMap { line in
            let parts = line.split { $0 == " " || $0 == "\t" }.map { String($0) }
            guard parts.count > 4, let ttl = Int(parts[1]) else { return nil }
            return Record(parts[0], parts[3], parts[4...].joined(separator: " "), ttl: ttl)
        }
    }

    package var text: String { records.map { $0.text + "\n" }.joined() }

    package func records(_ owner: String, _ type: String) -> [Record] {
        records.filter { $0.owner == owner && $0.type == type }
    }

    /// Removes records: of a type, or at an owner, or the signatures over a type.
    package mutating func remove(
        owner: String? = nil, _ types: String..., signaturesOver: String? = nil
    ) {
        records.removeAll { record in
            (owner ?? record.owner) == record.owner
                && (types.contains(record.type)
                    || (signaturesOver != nil && record.covered == signaturesOver))
        }
    }

    /// Changes every record that matches: a type, or `RRSIG` with the type that it covers.
    package mutating func change(
        owner: String? = nil, _ type: String, covering: String? = nil,
        _ edit: (inout Record) -> Void
    ) throws {
        var hits = 0
        for index in records.indices {
            let record = records[index]
            guard record.type == type, (owner ?? record.owner) == record.owner,
                covering == nil || record.covered == covering
            else { continue }
            edit(&records[index])
            hits += 1
        }
        guard hits > 0 else {
            throw PeerError("no \(type) \(covering ?? "") at \(owner ?? "any owner") to change")
        }
    }
}

extension ZoneFile.Record {
    /// Changes one character in the middle of the last field: a signature, a digest or a key.
    package mutating func flip() {
        var parts = fields
        var last = Array(parts.removeLast())
        let middle = last.count / 2
        last[middle] = last[middle] == "A" ? "B" : "A"
        fields = parts + [String(last)]
    }
}
