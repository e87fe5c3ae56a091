import Foundation
import Peers

/// A page with everything volatile replaced, and the file that says what it should be.
struct GoldenPage {
    let text: String
    private let path: String

    /// Set to `write` in the environment, the files are made anew: read their difference before committing it.
    static let isWriting = ProcessInfo.processInfo.environment["TRUSTPATH_GOLDEN"] == "write"

    init(_ name: String, _ page: MetricsPage, ports: [String]) {
        path = Self.folder + "/\(name).txt"
        var addresses: [String] = []
        for address in page.samples.compactMap({ $0.label("address") })
        where !addresses.contains(address) { addresses.append(address) }
        var samples = page.samples[...]
        text = page.text.split(separator: "\n").map { line in
            guard !line.hasPrefix("#"), let sample = samples.popFirst() else { return line + "\n" }
            return Self.line(sample, addresses, ports) + "\n"
        }.joined()
    }

    /// Empty where there is no such file.
    private var expected: String { read(path) }

    func write() throws { try Peers.write(text, to: path) }

    /// The first lines that differ, as `-` expected and `+` found; empty where none does.
    var difference: String {
        let (old, new) = (lines(expected), lines(text))
        return new.difference(from: old).prefix(12).map { change in
            switch change {
            case .remove(_, let line, _): "- \(line)"
            case .insert(_, let line, _): "+ \(line)"
            }
        }.joined(separator: "\n")
    }

    private func lines(_ text: String) -> [Substring] { text.split(separator: "\n") }

    private static func line(
        _ sample: MetricsPage.Sample, _ addresses: [String], _ ports: [String]
    ) -> String {
        var labels = sample.labels
        for name in ["address", "port", "resolver", "fingerprint_sha256", "serialnumber", "group"] {
            guard let value = sample.label(name), !value.isEmpty else { continue }
            let placeholder =
                switch name {
                case "address": "ADDRESS-\((addresses.firstIndex(of: value) ?? -1) + 1)"
                case "port":
                    ports.firstIndex(of: value).map { ["443", "993", "465", "25", "143"][$0] }
                        ?? "OTHER"
                case "fingerprint_sha256": "FINGERPRINT"
                case "serialnumber": "SERIAL"
                default: name.uppercased()
                }
            for mark in ["{", ","] {
                labels = labels.replacing(
                    "\(mark)\(name)=\"\(value)\"", with: "\(mark)\(name)=\"\(placeholder)\"")
            }
        }
        return "\(sample.family)\(labels) \(value(sample))"
    }

    private static func value(_ sample: MetricsPage.Sample) -> String {
        let family = sample.family
        if ["_timestamp_seconds", "_expiry"].contains(where: family.hasSuffix) { return "TIME" }
        if ["_duration_seconds", "_time_seconds"].contains(where: family.hasSuffix) {
            return "DURATION"
        }
        // Caches count down.
        if family == "trustpath_dns_resolver_answer_ttl_seconds" { return "TTL" }
        return family.hasSuffix("_hash") ? "HASH" : sample.value
    }

    private static let folder =
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().path + "/Golden"

    /// Every name that a file is there for.
    static var names: Set<String> {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return Set(files.filter { $0.hasSuffix(".txt") }.map { String($0.dropLast(4)) })
    }
}
