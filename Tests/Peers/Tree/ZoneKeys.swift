import Foundation

/// The numbers of DNSSEC algorithms and the names that BIND's programs take for them.
package enum Algorithm: Int, Sendable, CaseIterable {
    case rsasha1 = 5
    case nsec3rsasha1 = 7
    case rsasha256 = 8
    case rsasha512 = 10
    case ecdsap256sha256 = 13
    case ecdsap384sha384 = 14
    case ed25519 = 15
    case ed448 = 16

    fileprivate var name: String { "\(self)".uppercased() }
    fileprivate var isRSA: Bool { rawValue <= 10 }
}

/// The key pair of a zone as `dnssec-keygen` made it: KSK and ZSK, in a directory of their own.
package struct ZoneKeys: Sendable {
    package struct Key: Sendable {
        /// The path without `.key` and `.private`.
        package let path: String
        /// The DNSKEY record.
        package let record: ZoneFile.Record
    }

    package let zone: String
    package let keySigning: Key
    package let zoneSigning: Key

    static func generate(_ zone: String, _ algorithm: Algorithm, in directory: String)
        async throws -> ZoneKeys
    {
        async let first = key(zone, algorithm, ["-f", "KSK"], in: directory)
        async let second = key(zone, algorithm, [], in: directory)
        return try await ZoneKeys(zone: zone, keySigning: first, zoneSigning: second)
    }

    private static func key(
        _ zone: String, _ algorithm: Algorithm, _ flags: [String], in directory: String
    ) async throws -> Key {
        let size = algorithm.isRSA ? ["-b", "1024"] : []
        let name = try await check(
            "dnssec-keygen",
            ["-q", "-K", directory, "-a", algorithm.name] + size + flags + [zone])
        let path = directory + "/" + name.trimmingCharacters(in: .whitespacesAndNewlines)
        let line = read(path + ".key").split(separator: "\n").last { !$0.hasPrefix(";") } ?? ""
        let parts = line.split(separator: " ", maxSplits: 3).map { String($0) }
        guard parts.count == 4 else { throw PeerError("\(path).key holds no DNSKEY") }
        return Key(path: path, record: ZoneFile.Record(zone, "DNSKEY", parts[3]))
    }

    /// DS records of the KSK, a digest type each: 1, 2 or 4.
    func delegationSigners(_ digests: [Int]) async throws -> [ZoneFile.Record] {
        let names = [1: "SHA-1", 2: "SHA-256", 4: "SHA-384"]
        let options = digests.flatMap { ["-a", names[$0] ?? ""] }
        let text = try await check("dnssec-dsfromkey", options + [keySigning.path + ".key"])
        return text.split(separator: "\n").map { line in
            let fields = line.split(separator: " ").map { String($0) }
            return ZoneFile.Record(zone, "DS", fields.dropFirst(3).joined(separator: " "))
        }
    }
}
