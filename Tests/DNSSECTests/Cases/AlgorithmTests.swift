import DNS
import DNSSEC
import Testing

extension DNSSECTests {
    @Suite struct AlgorithmTests {
        static let all: [SecurityAlgorithm] = [
            .rsaSHA1, .rsaSHA1NSEC3, .rsaSHA256, .rsaSHA512, .ecdsaP256SHA256, .ecdsaP384SHA384,
            .ed25519, .ed448,
        ]

        @Test(arguments: all)
        func everyAlgorithmLeadsFromTheRootToTheData(_ algorithm: SecurityAlgorithm) async throws {
            let tree = try Tree([
                ZoneSpec(".", algorithm: algorithm), ZoneSpec("test", algorithm: algorithm),
                ZoneSpec("example.test", "www A 192.0.2.1", algorithm: algorithm),
            ])
            let result = try await tree.validate("www.example.test")
            #expect(result.status == .secure, "\(String(describing: result.fault))")
            #expect(result.fault == nil)
            #expect(try result.zones.map(\.zone) == [.root, name("test"), name("example.test")])
            #expect(
                result.zones.allSatisfy { $0.algorithms == [algorithm] && $0.status == .secure })
            #expect(result.answer.map(\.type) == [.a])
        }
    }
}
