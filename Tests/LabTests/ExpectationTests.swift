import Lab
import Testing

extension LabTests {
    /// Names that are wrong only beside what a configuration expects.
    @Suite struct ExpectationTests {
        @Test func recordsAreOtherThanExpected() async throws {
            let lab = try await Lab.shared()
            var classes: Set<String> = []
            for name in Lab.names
            where name.expectations.cname != nil || !name.expectations.addresses.isEmpty {
                classes.insert(name.expectedClass ?? "")
                #expect(name.hasOwnModule && !name.hasOwnResolvers)
                let answer = await dig("\(lab.resolver)", "\(name.name) +noall +answer")
                #expect(answer.contains("\tA\t127."), "\(answer)")
                if let alias = name.expectations.cname {
                    #expect(!answer.contains("CNAME\t\(alias)."), "\(answer)")
                }
                for address in name.expectations.addresses { #expect(!answer.contains(address)) }
            }
            #expect(classes == ["cname_missing", "cname_wrong_target", "record_mismatch"])
        }
    }
}
