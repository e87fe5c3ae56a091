import Foundation
import Peers
import Testing

/// The list that rules and runbooks are made of, as the program prints it.
struct ClassesTests {
    @Test func namesEveryClassOnce() async throws {
        let classes = try await ListedClass.all()
        #expect(classes.count > 70)
        #expect(Set(classes.map(\.class)).count == classes.count)
        #expect(Set(classes.map(\.alert)).count == classes.count)
        let expired = try #require(classes.first { $0.class == "cert_expired" })
        #expect(expired.alert == "TrustpathCertExpired")
        #expect(expired.severity == "failure")
        #expect(expired.runbook.hasSuffix("/docs/runbooks/cert_expired.md"))
        #expect(classes.last?.class == "unknown")
    }

    @Test func printsThemForPeopleToo() async throws {
        let text = try await check(trustpathBinary(), ["classes"])
        for each in try await ListedClass.all() {
            #expect(text.contains(each.class) && text.contains(each.remedy))
        }
    }
}
