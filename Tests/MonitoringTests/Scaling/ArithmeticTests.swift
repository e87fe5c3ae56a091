import Foundation
import Peers
import Testing

/// The document's numbers follow from those of its first table, which are measured: whoever measures anew changes that one,
/// and is told here what else has to change.
struct ArithmeticTests {
    private let text = read(repository + "/docs/scaling.md")
    /// The cells of every table's rows.
    private var rows: [[String]] {
        text.split(separator: "\n").filter { $0.hasPrefix("|") }.map { line in
            line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
        }
    }

    @Test func coresFollowFromTheCost() throws {
        let seconds = try measured("CPU of a target with three ports")
        let rows = rows.filter { $0.count == 5 && $0[0].contains(#/^[0-9]+ (s|min)$/#) }
        #expect(rows.count == 3)
        for row in rows {
            let perCore = 0.5 * (try quantity(row[0])) / seconds
            try expect(row[1], perCore)
            for (cell, targets) in zip(row[2...], [1e4, 1e5, 1e6]) {
                try expect(cell, targets / perCore)
            }
        }
    }

    /// The table of a million targets has the interval and the series that the example before it has.
    @Test func aMillionFollowsFromTheExample() throws {
        let example = try #require(
            DocumentedFile.all.first {
                $0.document == "scaling" && $0.text.contains("metric_relabel_configs")
            }?.text.firstMatch(of: #/scrape_interval: ([0-9]+)m\n/#)?.1)
        let stated = try #require(
            text.firstMatch(of: #/At ([0-9]+) min, with ([0-9]+) series of each page kept/#))
        #expect(stated.1 == example)
        let interval = try #require(Double(example)) * 60
        let series = try #require(Double(stated.2)) * 1e6
        let rate = 1e6 / interval
        let cell = { (name: String) in try #require(row(name)?.last) }
        try expect(cell("probes per second"), rate)
        try expect(
            cell("cores of agents"), rate * measured("CPU of a target with three ports") / 0.5)
        try expect(cell("series"), series)
        try expect(number(cell("Prometheus")), series / 5e6)
        try expect(number(cell("samples")), series / interval)
        let agents = try quantity(number(cell("agents, by names")))
        #expect(agents == 1e6 / 8e3)
        let idle =
            try agents * measured("memory of an agent after its first probe")
            + 1e6 * measured("memory of each name probed within two days")
        let probe = try measured("memory of each probe that is under way")
        let memory = try cell("memory of agents").components(separatedBy: "; ")
        try #require(memory.count == 2)
        for (sum, duration) in zip(memory, [0.3, 9.5]) {
            try expect(sum, idle + rate * duration * probe)
        }
    }

    /// What the chart and the page on Kubernetes say is the same measurement.
    @Test func kubernetesFollowsFromTheCost() throws {
        let page = read(repository + "/docs/kubernetes.md").replacing("\n", with: " ")
        let chart = read(repository + "/helm/trustpath/values.yaml")
        let names = [
            "CPU of a target with three ports", "memory of an agent after its first probe",
            "memory of each probe that is under way",
        ]
        for text in [page, chart] {
            for name in names { #expect(text.contains(try #require(row(name)?[1])), "\(name)") }
            let full = try #require(text.firstMatch(of: #/: ([0-9]+ MB) with 256/#)?.1)
            try expect(String(full), measured(names[1]) + 256 * measured(names[2]))
        }
        #expect(page.contains(try #require(row("memory of each name probed within two days")?[1])))
        let perCore = try #require(page.firstMatch(of: #/([0-9,]+) targets per core/#)?.1)
        try expect(String(perCore), 0.5 * 60 / measured(names[0]))
        let asked = try #require(
            page.firstMatch(of: #/ask for ([0-9]+)m, which is ([0-9]+) targets a minute/#))
        let share = try #require(Double(asked.1)) / 1000
        #expect(chart.contains("cpu: \(asked.1)m\n"))
        try expect(String(asked.2), share * 0.5 * 60 / measured(names[0]))
        // The limit holds an agent of as many silent targets as the document plans for.
        let limit = try #require(chart.firstMatch(of: #/limits:\n +memory: ([0-9]+)Mi\n/#)?.1)
        #expect(text.contains("allow \(limit) MiB"))
        #expect(text.contains("limits: {memory: \(limit)Mi}"))
        let silent = text.matches(of: #/memory +=.* = ([0-9]+ MB)\n/#).map { String($0.1) }
        try #expect(quantity(#require(silent.last)) < #require(Double(limit)) * 1_048_576)
    }

    /// A series is gone after five minutes: two scrapes have to fit into that, in whatever a document proposes.
    @Test(arguments: ["scaling", "kubernetes", "alerting", "dashboards"])
    func intervalsAreShort(document: String) throws {
        let page = read(repository + "/docs/\(document).md")
        for interval in page.matches(of: #/(?:scrape_?)?[iI]nterval: ([0-9]+)(s|m)\b/#) {
            let seconds = try #require(Int(interval.1)) * (interval.2 == "m" ? 60 : 1)
            #expect(seconds <= 120, "\(interval.output.0)")
        }
    }

    @Test func memoryFollowsFromTheCost() throws {
        let base = try measured("memory of an agent after its first probe")
        let probe = try measured("memory of each probe that is under way")
        let name = try measured("memory of each name probed within two days")
        let sums = text.matches(of: #/memory +=.* = ([0-9]+ MB)\n/#).map { String($0.1) }
        try #require(sums.count == 2)
        for (sum, duration) in zip(sums, [0.3, 9.5]) {
            try expect(sum, base + 8e3 / 60 * duration * probe + 8e3 * name)
        }
    }

    @Test func prometheusFollowsFromSeries() throws {
        let series = try measured("memory of a series")
        let rows = rows.filter { $0.count == 5 && $0[0].contains(#/^1[0,]+$/#) }
        #expect(rows.count == 4)
        for row in rows {
            let count = try quantity(row[0]) * 200
            try expect(row[1], count)
            try expect(row[2], count * series)
            try expect(row[3], count / 60)
            try expect(row[4], count / 60 * 15 * 86_400 * 1.5)
        }
    }

    /// The number that a cell begins with.
    private func number(_ cell: String) -> String {
        String(cell.prefix { $0.isNumber || $0 == "," })
    }

    private func measured(_ name: String) throws -> Double {
        try quantity(#require(row(name)?[1]))
    }

    private func row(_ name: String) -> [String]? {
        rows.first { $0.first == name }
    }

    /// Both to two places that count.
    private func expect(
        _ cell: String, _ value: Double, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let written = try quantity(cell)
        #expect(
            abs(written - value) <= value * 0.04, "\(cell) should be \(value)",
            sourceLocation: sourceLocation)
    }

    /// "5.4 GB" in bytes, "3.9 ms" in seconds, "1.8 million".
    private func quantity(_ text: String) throws -> Double {
        let words = text.split(separator: " ")
        let number = try #require(Double(String(words[0].filter { $0 != "," })))
        guard words.count > 1 else { return number }
        let units = [
            "ms": 1e-3, "s": 1, "min": 60, "kB": 1e3, "MB": 1e6, "GB": 1e9, "TB": 1e12,
            "million": 1e6,
        ]
        return try number * #require(units[String(words[1])])
    }
}
