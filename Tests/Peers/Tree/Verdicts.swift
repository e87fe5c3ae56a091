import Foundation

/// What delv can tell; it cannot tell bogus from a chain that it could not fetch.
package enum DelvVerdict: String, Sendable, Hashable {
    case secure, insecure, failed

    /// What it says of an answer whose status is known.
    package init(_ status: Status) {
        switch status {
        case .secure: self = .secure
        case .insecure: self = .insecure
        case .bogus, .indeterminate: self = .failed
        }
    }
}

/// A verdict with the words it was read from.
package struct Verdict<Value: Sendable & Hashable>: Sendable {
    package let value: Value?
    package let evidence: String
}

/// What delv says of a name; it is told to ask with CD=1, or a validating resolver would judge for it. An alias chain
/// counts as its weakest part.
package func delv(
    _ name: String, _ type: String, resolver: String, anchors: String
) async throws -> Verdict<DelvVerdict> {
    let result = try await run(
        "delv", ["@\(resolver)", "-a", anchors, "+root=.", "+cdflag", "-t", type, name])
    let text = result.output + result.errors
    // "resolution failed: ncache nxdomain" heads a denial, whose verdict follows.
    let hasFailed = text.split(separator: "\n").contains {
        $0.contains("resolution failed:") && !$0.contains("failed: ncache ")
    }
    let value: DelvVerdict? =
        if hasFailed {
            .failed
        } else if text.contains("unsigned answer") {
            .insecure
        } else if text.contains("fully validated") {
            .secure
        } else {
            nil
        }
    return Verdict(value: value, evidence: text)
}

extension SignedTree {
    /// Unbound's verdict.
    package func unbound(_ name: String, _ type: String) async throws -> Verdict<Status> {
        try await verdict(of: resolver, on: name, type)
    }

    /// A validating resolver's verdict by three facts: AD, the response code, and whether CD=1
    /// brings an answer.
    package func verdict(
        of resolver: String, on name: String, _ type: String
    ) async throws -> Verdict<Status> {
        let checked = try await dig(resolver, name, type)
        if checked.contains("status: NOERROR") || checked.contains("status: NXDOMAIN") {
            let flags = checked.split(separator: "\n").first { $0.hasPrefix(";; flags:") } ?? ""
            let words = flags.split(separator: ";").first?.split(separator: " ") ?? []
            let isSecure = words.contains("ad")
            return Verdict(value: isSecure ? .secure : .insecure, evidence: checked)
        }
        let unchecked = try await dig(resolver, name, type, "+cdflag")
        let hasAnswer =
            unchecked.contains("status: NOERROR") || unchecked.contains("status: NXDOMAIN")
        let value: Status? =
            checked.contains("status: SERVFAIL") ? hasAnswer ? .bogus : .indeterminate : nil
        return Verdict(value: value, evidence: checked + unchecked)
    }

    /// delv's verdict, Unbound its resolver.
    package func delv(_ name: String, _ type: String) async throws -> Verdict<DelvVerdict> {
        try await Peers.delv(name, type, resolver: resolver, anchors: delvAnchors)
    }

    /// The verdict of `trustpath dnssec` through resolvers, Unbound where none is named, with its
    /// failure class; or, by the module `root` of `configuration`, from the root hints.
    package func trustpath(
        _ name: String, _ type: String, through addresses: [String]? = nil, fromRoot: Bool = false
    ) async throws -> Verdict<Judgement> {
        let binary = try trustpathBinary()
        let result = try await run(
            binary,
            ["dnssec", name, type, "--trust-anchor", trustAnchors, "--output", "json"]
                + (fromRoot
                    ? ["--config.file", configuration, "--module", "root"]
                    : (addresses ?? [resolver]).flatMap { ["--resolver", $0] }))
        return Verdict(
            value: try? JSONDecoder().decode(Judgement.self, from: Data(result.output.utf8)),
            evidence: "exit status \(result.status)\n" + result.output + result.errors)
    }

    private func dig(
        _ resolver: String, _ name: String, _ type: String, _ options: String...
    ) async throws -> String {
        try await run(
            "dig",
            ["@\(resolver)", "-q", name, "-t", type, "+dnssec", "+tries=1", "+time=15"] + options
        ).output
    }
}

/// What `trustpath dnssec` says of a name.
package struct Judgement: Sendable, Hashable, Decodable {
    package let status: Status
    /// The public name of a class; nil where nothing is wrong.
    package let failure: String?
    package let notes: [String]

    package init(_ status: Status, _ failure: String?, notes: [String] = []) {
        (self.status, self.failure, self.notes) = (status, failure, notes)
    }

    private enum CodingKeys: String, CodingKey {
        case status, notes
        case failure = "class"
    }
}
