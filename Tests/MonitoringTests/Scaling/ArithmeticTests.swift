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
        let million = try #require(row("cores of agents"))
        try expect(million[2], 1e6 / (0.5 * 300 / seconds))
    }

    @Test func memoryFollowsFromTheCost() throws {
        let base = try measured("memory of an agent before its first probe")
        let probe = try measured("memory of each probe that is under way")
        let name = try measured("memory of each name probed within two days")
        let sums = text.matches(of: #/memory +=.* = ([0-9]+ MB)\n/#).map { String($0.1) }
        try #require(sums.count == 2)
        for (sum, duration) in zip(sums, [0.3, 9.5]) {
            try expect(sum, base + 1e4 / 60 * duration * probe + 1e4 * name)
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
