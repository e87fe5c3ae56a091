/// What differs from what the configuration expects.
struct ExpectationRules {
    let results: [ExpectationResult]
    let host: String

    var findings: [Finding] {
        results.filter { $0.matches == false }.map { result in
            Finding(
                Self.failureClass(of: result), confidence: .expectation, at: ["name \(host)"],
                [
                    "the configuration expects \(Self.words[result.kind] ?? "") \(result.expected); "
                        + "found: \(result.found ?? "none")"
                ])
        }
    }

    private static func failureClass(of result: ExpectationResult) -> FailureClass {
        guard result.kind == .cname else { return .recordMismatch }
        return result.isMissing ? .cnameMissing : .cnameWrongTarget
    }

    private static let words: [ExpectationResult.Kind: String] = [
        .cname: "the CNAME", .addresses: "the addresses", .mx: "the MX hosts",
        .txt: "the TXT records", .issuer: "an issuer with",
    ]
}
