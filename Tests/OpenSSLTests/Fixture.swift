import OpenSSL
import Testing

/// A root, an intermediate and ways to make leaves; one per test process.
struct Authority {
    static let now: Int64 = 1_800_000_000
    static let shared = Result { try Authority() }

    let rootKey, key, leafKey: PrivateKey
    let root, intermediate: Certificate

    init() throws {
        rootKey = try .generate(.ecdsa(.p384))
        key = try .generate(.ecdsa(.p256))
        leafKey = try .generate(.ecdsa(.p256))
        root = try Self.draft("Root", isCA: true).selfSigned(with: rootKey)
        intermediate = try Self.draft("Intermediate", isCA: true)
            .issued(by: root, key: rootKey, for: key)
    }

    static func draft(_ name: String, isCA: Bool = false, days: Int64 = 30) -> CertificateBuilder {
        var draft = CertificateBuilder(
            commonName: name, notBefore: now - 86_400 * 10, notAfter: now + 86_400 * days)
        draft.isCA = isCA
        draft.serialNumber = 0x1f
        if !isCA { draft.dnsNames = [name] }
        return draft
    }

    func leaf(
        _ name: String = "www.example.test", _ change: (inout CertificateBuilder) -> Void = { _ in }
    ) throws -> Certificate {
        var draft = Self.draft(name)
        change(&draft)
        return try draft.issued(by: intermediate, key: key, for: leafKey)
    }

    func store() -> TrustStore { TrustStore(certificates: [root]) }

    func identity(_ leaf: Certificate, names: [String] = []) -> ServerIdentity {
        ServerIdentity(certificates: [leaf, intermediate], key: leafKey, names: names)
    }
}

/// A client and a server in memory, their bytes carried in pieces of `piece`.
struct Wire {
    let client, server: TLSSession
    var piece = Int.max

    /// Carries until neither side moves, and answers the last step of each.
    func handshake() -> (client: TLSSession.Step, server: TLSSession.Step) {
        var (clientStep, serverStep) = (client.handshake(), server.handshake())
        while true {
            let (up, down) = (client.takeOutgoing(), server.takeOutgoing())
            if up.isEmpty, down.isEmpty { return (clientStep, serverStep) }
            for part in up.pieces(of: piece) {
                server.receive(part)
                serverStep = server.handshake()
            }
            for part in down.pieces(of: piece) {
                client.receive(part)
                clientStep = client.handshake()
            }
        }
    }
}

extension [UInt8] {
    func pieces(of size: Int) -> [[UInt8]] {
        stride(from: 0, to: count, by: Swift.min(size, Swift.max(1, count))).map {
            Array(self[$0..<Swift.min(count, $0 + Swift.min(size, count))])
        }
    }

    init(hex: String) {
        let digits = hex.utf8.compactMap { Character(Unicode.Scalar($0)).hexDigitValue }
        self = stride(from: 0, to: digits.count - 1, by: 2).map {
            UInt8(digits[$0] << 4 | digits[$0 + 1])
        }
    }

    init(base64: String) {
        let alphabet = Array<UInt8>(
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        var (bits, width): (UInt32, Int) = (0, 0)
        self = base64.utf8.reduce(into: []) { bytes, character in
            guard let value = alphabet.firstIndex(of: character) else { return }
            (bits, width) = (bits << 6 | UInt32(value), width + 6)
            guard width >= 8 else { return }
            width -= 8
            bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(width)))
        }
    }
}

extension TLSSession.Step {
    var failure: TLSFailure? { if case .failed(let failure) = self { failure } else { nil } }
}
