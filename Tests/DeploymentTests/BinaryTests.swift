import Peers
import Testing

/// What an installation may rely on before anything is configured.
struct BinaryTests {
    @Test func saysItsVersion() async throws {
        let version = try await check(trustpathBinary(), ["--version"])
        #expect(version.contains(#/^trustpath [0-9]+\.[0-9]+\.[0-9]+$/#.anchorsMatchLineEndings()))
    }
}
