import Foundation

/// Makes signatures that `dnssec-signzone` refuses to make: valid as cryptography, wrong otherwise.
/// Ed25519 keys only; records of types A, TXT and DNSKEY.
package struct HandSigner: Sendable {
    package let key: ZoneKeys.Key

    package init(_ key: ZoneKeys.Key) { self.key = key }

    /// An RRSIG over an RRset, RFC 4034 3.1; what is not given is what a correct signer would say.
    package func sign(
        _ rrset: [ZoneFile.Record], signer: String, labels: Int? = nil,
        dnskey: ZoneFile.Record? = nil, days: ClosedRange<Int> = -1...30
    ) async throws -> ZoneFile.Record {
        guard let first = rrset.first, let type = typeNumbers[first.type] else {
            throw PeerError("no RRset to sign")
        }
        let owner = first.owner
        let labels = labels ?? owner.split(separator: ".").filter { $0 != "*" }.count
        let tag = try keyTag(dnskey ?? key.record)
        let now = Int(Date().timeIntervalSince1970)
        let (begin, end) = (now + days.lowerBound * 86400, now + days.upperBound * 86400)

        var message = bytes(type, 2) + [15, UInt8(labels)] + bytes(first.ttl, 4)
        message += bytes(end, 4) + bytes(begin, 4) + bytes(tag, 2) + wireName(signer)
        for data in try rrset.map(wireData).sorted(by: { $0.lexicographicallyPrecedes($1) }) {
            message += wireName(signedOwner(owner, labels)) + bytes(type, 2) + bytes(1, 2)
            message += bytes(first.ttl, 4) + bytes(data.count, 2) + data
        }
        let signature = try await signature(over: message)
        let data =
            "\(first.type) 15 \(labels) \(first.ttl) \(stamp(end)) \(stamp(begin)) \(tag) "
            + "\(signer) \(signature)"
        return ZoneFile.Record(owner, "RRSIG", data, ttl: first.ttl)
    }

    /// RFC 4035 5.3.2: an owner with more labels than the field says was expanded from `*`.
    private func signedOwner(_ owner: String, _ labels: Int) -> String {
        let parts = owner.split(separator: ".")
        guard parts.count > labels else { return owner }
        return "*." + parts.suffix(labels).map { $0 + "." }.joined()
    }

    private func signature(over message: [UInt8]) async throws -> String {
        let line = read(key.path + ".private").split(separator: "\n")
            .first { $0.hasPrefix("PrivateKey: ") }
        guard let line, let secret = Data(base64Encoded: String(line.dropFirst(12))) else {
            throw PeerError("\(key.path).private holds no Ed25519 key")
        }
        // RFC 8410 7: the fixed head of a PKCS #8 Ed25519 key.
        let head: [UInt8] = [
            0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20,
        ]
        let place = "\(key.path)-\(UUID().uuidString)"
        try Data(head + secret).write(to: URL(fileURLWithPath: place + ".der"))
        try Data(message).write(to: URL(fileURLWithPath: place + ".message"))
        try await check(
            "openssl",
            [
                "pkeyutl", "-sign", "-rawin", "-inkey", place + ".der", "-keyform", "DER",
                "-in", place + ".message", "-out", place + ".signature",
            ])
        let signature = FileManager.default.contents(atPath: place + ".signature") ?? Data()
        return signature.base64EncodedString()
    }
}

private let typeNumbers = ["A": 1, "TXT": 16, "DNSKEY": 48]

/// The DS with a SHA-256 digest of a DNSKEY that `dnssec-dsfromkey` would not take.
package func delegationSigner(_ key: ZoneFile.Record) async throws -> ZoneFile.Record {
    let place = FileManager.default.temporaryDirectory.path + "/trustpath-\(UUID().uuidString)"
    defer { unlink(place) }
    try Data(wireName(key.owner) + wireData(key)).write(to: URL(fileURLWithPath: place))
    let digest = try await check("openssl", ["dgst", "-sha256", "-r", place]).prefix(64)
    return ZoneFile.Record(key.owner, "DS", "\(try keyTag(key)) 15 2 \(digest)")
}

/// RFC 4034 appendix B.
private func keyTag(_ key: ZoneFile.Record) throws -> Int {
    var sum = 0
    for (index, byte) in try wireData(key).enumerated() {
        sum += index % 2 == 0 ? Int(byte) << 8 : Int(byte)
    }
    return (sum + sum >> 16) & 0xffff
}

private func wireData(_ record: ZoneFile.Record) throws -> [UInt8] {
    let fields = record.fields
    switch record.type {
    case "A": return record.data.split(separator: ".").compactMap { UInt8($0) }
    case "TXT":
        let text = Array(record.data.utf8.dropFirst().dropLast())
        return [UInt8(text.count)] + text
    case "DNSKEY":
        let key = Data(base64Encoded: fields.dropFirst(3).joined()) ?? Data()
        let numbers = fields.prefix(3).compactMap { Int($0) }
        return bytes(numbers[0], 2) + [UInt8(numbers[1]), UInt8(numbers[2])] + key
    default: throw PeerError("no wire form for \(record.type)")
    }
}

private func wireName(_ name: String) -> [UInt8] {
    name.lowercased().split(separator: ".").flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) }
        + [0]
}

private func bytes(_ number: Int, _ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: number >> (8 * (count - 1 - $0))) }
}

/// `YYYYMMDDHHmmSS` in UTC.
func stamp(_ time: Int) -> String {
    var seconds = time
    var parts = tm()
    gmtime_r(&seconds, &parts)
    let numbers = [parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec]
    return "\(parts.tm_year + 1900)" + numbers.map { $0 < 10 ? "0\($0)" : "\($0)" }.joined()
}
