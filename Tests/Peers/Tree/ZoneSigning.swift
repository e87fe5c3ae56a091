import Foundation

extension ZonePlan {
    /// Writes the zone with its delegations, signs it, breaks it as planned, leaves `zone.signed`.
    func build(
        servers: [String: String], children: [ZonePlan], keys: [String: ZoneKeys],
        in directory: String
    ) async throws -> String {
        let plain = "\(directory)/\(fileName).plain"
        let signed = "\(directory)/\(fileName).signed"
        var text = """
            $ORIGIN \(zone)
            $TTL 300
            @ SOA ns hostmaster 2024010101 3600 600 86400 300
            @ NS ns
            ns A \(servers[zone] ?? "")

            """
        text += isLeaf ? Self.usual + extra : extra
        for child in children {
            text += "\(child.zone) NS \(child.absolute("ns"))\n"
            text += "\(child.absolute("ns")) A \(servers[child.zone] ?? "")\n"
            guard child.denial != .unsigned, let own = keys[child.zone] else { continue }
            let signers = try await own.delegationSigners(child.digests)
            text += try await child.delegation(signers, own).map { $0.text + "\n" }.joined()
        }
        guard denial != .unsigned, let keys = keys[zone] else {
            try write(text, to: signed)
            return signed
        }
        text += keys.keySigning.record.text + "\n" + keys.zoneSigning.record.text + "\n"
        try write(text, to: plain)
        try await sign(plain, to: signed, with: keys, in: directory)
        var file = ZoneFile(text: read(signed))
        try await edit(&file, keys)
        try write(file.text, to: signed)
        return signed
    }

    private func sign(
        _ plain: String, to signed: String, with keys: ZoneKeys, in directory: String
    ) async throws {
        let now = Int(Date().timeIntervalSince1970)
        let begin = stamp(now + days.lowerBound * 86400)
        let end = stamp(now + days.upperBound * 86400)
        let (first, second) = (keys.keySigning.path, keys.zoneSigning.path)
        if case .nsec3(let iterations) = denial, iterations > 150 {
            // More than BIND's signer is willing to do.
            try await check(
                "ldns-signzone",
                ["-n", "-t", "\(iterations)", "-o", zone, "-f", signed, "-i", begin, "-e", end]
                    + [plain, first, second])
            return
        }
        try await check(
            "dnssec-signzone",
            ["-P", "-O", "full", "-o", zone, "-f", signed, "-d", directory, "-s", begin, "-e", end]
                + denialArguments + ["-k", first, plain, second])
    }

    private var isLeaf: Bool { zone != "." && zone != "test." }
    private var fileName: String { zone == "." ? "root" : String(zone.dropLast()) }

    private var denialArguments: [String] {
        switch denial {
        case .nsec, .unsigned: []
        case .nsec3(let iterations): ["-3", "-", "-H", "\(iterations)"]
        case .optOut: ["-3", "-", "-H", "0", "-A"]
        }
    }
}
