import OpenSSL
import Testing

@testable import Probe

/// Sound certificates with a few bytes changed, always the same ones.
@Suite struct CertificateMutationTests {
    /// SplitMix64.
    struct Draw: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9e37_79b9_7f4a_7c15
            var z = state
            z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
            z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
            return z ^ (z >> 31)
        }
    }

    let authority: ServerAuthority
    let leaf: Certificate

    init() throws {
        authority = try ServerAuthority.shared.get()
        leaf = try authority.leaf {
            $0.dnsNames += ["*.example.test", "other.test"]
            $0.ipAddresses = [[192, 0, 2, 7]]
            $0.extendedUsages = [.server, .client]
            $0.hasMustStaple = true
            $0.ocspResponder = "http://ocsp.test/"
            $0.revocationList = "http://ca.test/list"
        }
    }

    /// Bytes changed, taken out, put in or doubled.
    func mutant(_ draw: inout Draw) -> [UInt8] {
        var bytes = leaf.der
        for _ in 0..<Int.random(in: 1...3, using: &draw) {
            let index = Int.random(in: bytes.indices, using: &draw)
            switch UInt8.random(in: 0..<6, using: &draw) {
            case 0: bytes.remove(at: index)
            case 1: bytes.insert(.random(in: 0...255, using: &draw), at: index)
            case 2: bytes[index] = [0, 1, 0x7f, 0x80, 0xff].randomElement(using: &draw) ?? 0
            case 3: bytes[index] ^= 1 << UInt8.random(in: 0..<8, using: &draw)
            case 4: bytes.insert(contentsOf: bytes[index...].prefix(20), at: index)
            default: bytes[index] = .random(in: 0...255, using: &draw)
            }
        }
        return bytes
    }

    @Test func `What can be parsed is judged, and never found sound`() throws {
        var draw = Draw(state: 1)
        var parsed = 0
        for number in 0..<3000 {
            let bytes = mutant(&draw)
            guard bytes != leaf.der, let certificate = Certificate(der: bytes) else { continue }
            parsed += 1
            let seen = try authority.judged([[certificate, authority.intermediate]])
            #expect(!seen.classes.isEmpty, "mutant \(number)")
            #expect(!seen.results[0].json.bytes.isEmpty)
            _ =
                certificate.ocspResponders + certificate.revocationListLocations
                + certificate.issuerLocations
            // In an issuer's place, too.
            _ = try authority.judged([[leaf, certificate]], known: [certificate])
        }
        #expect(parsed > 300)
    }

    @Test func `What a server shows is told, whatever libssl makes of it`() async throws {
        var draw = Draw(state: 2)
        let stage = try authority.stage()
        for number in 0..<60 {
            let server = try PresentingServer([mutant(&draw), authority.intermediate.der])
            let seen = await stage.see([server.server.address])
            #expect(!seen.classes.isEmpty, "mutant \(number)")
            #expect(!seen.classes.contains(.unknown), "mutant \(number): \(seen.evidence)")
        }
    }
}
