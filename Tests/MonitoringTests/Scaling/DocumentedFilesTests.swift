import Foundation
import Peers
import Testing

/// Every YAML file that the documents on scaling and on migration show is one that its program takes.
@Suite(
    .enabled(if: Program.isTrustpathExpected, "needs the trustpath binary"),
    .enabled(
        if: Program.arePresent("promtool", "prometheus-blackbox-exporter"),
        "needs root, prometheus, the blackbox exporter and kubernetes-validate"))
struct DocumentedFilesTests {
    @Test(arguments: DocumentedFile.all)
    func fileIsTaken(_ file: DocumentedFile) async throws {
        let directory = try await Ground.shared.value.newDirectory("documented")
        let path = directory + "/file.yaml"
        try write(file.text, to: path)
        switch file.kind {
        case .prometheus:
            // Debian builds Prometheus without the discovery of Kubernetes.
            let discovery = #/kubernetes_sd_configs:\n( +)- role: .*\n( +attach_metadata: .*\n)?/#
            let text = file.text.replacing(discovery) { match in
                "static_configs:\n\(match.1)- targets: [placeholder]\n"
            }
            try write(text, to: path)
            // It warns of target files that are not there.
            let said = try await check("promtool", ["check", "config", path])
            #expect(said.contains("SUCCESS"))
        case .blackbox:
            try await check(
                "prometheus-blackbox-exporter", ["--config.file", path, "--config.check"])
        case .trustpath:
            // Other systems have their certificates elsewhere.
            let text = file.text.replacing(
                "/etc/ssl/certs/ca-certificates.crt",
                with: try await LabAgent.shared.value.rootCertificate)
            try write(text, to: path)
            try await check(trustpathBinary(), ["serve", "--config.file", path, "--config.check"])
        case .kubernetes:
            try await check(environment + "/kubernetes-validate", ["--strict", path])
        case .operator:
            // Its schemas are nowhere but in the cluster: that they are YAML, and of which kinds, is all.
            let kinds = try await check(
                environment + "/python",
                [
                    "-c",
                    "import sys, yaml; print([d['kind'] for d in yaml.safe_load_all(sys.stdin)])",
                ],
                input: file.text)
            #expect(kinds == "['Prometheus', 'Probe']\n")
        }
    }

    @Test func thereAreFilesOfEachKind() {
        #expect(Set(DocumentedFile.all.map(\.kind)).count == 5)
        #expect(DocumentedFile.all.count >= 10)
    }
}

private let environment = "/usr/local/lib/trustpath-tests/kubernetes-1/bin"

/// A block of YAML in a document.
struct DocumentedFile: Sendable, CustomStringConvertible {
    enum Kind: Sendable { case prometheus, blackbox, trustpath, kubernetes, `operator` }

    let document: String
    let text: String

    static let all = ["migrating-from-blackbox-exporter", "scaling"].flatMap { document in
        read("\(repository)/docs/\(document).md").components(separatedBy: "```yaml\n").dropFirst()
            .compactMap { $0.components(separatedBy: "```").first }
            .map { DocumentedFile(document: document, text: $0) }
    }

    var kind: Kind {
        if text.contains("monitoring.coreos.com") { return .operator }
        if text.contains("apiVersion:") { return .kubernetes }
        if text.contains("scrape_configs:") { return .prometheus }
        return text.contains("prober:") ? .blackbox : .trustpath
    }

    var description: String { "\(document): \(text.prefix(60))" }
}
