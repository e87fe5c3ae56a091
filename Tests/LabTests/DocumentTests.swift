import Glibc
import Lab
import Sockets
import Testing

/// docs/lab.md shows the table that the program prints.
@Suite struct DocumentTests {
    @Test func theTableIsTheProgramsOwn() throws {
        let document = try document("docs/lab.md")
        let table = Lab.table.split(separator: "\n").map(trimmed)
        let lines = document.split(separator: "\n").map(trimmed)
        let start = try #require(lines.firstIndex { $0.hasPrefix("NAME ") })
        let end = try #require(lines[start...].firstIndex(of: "```"))
        #expect(Array(lines[start..<end]) == table)
    }

    private func trimmed(_ line: Substring) -> String {
        var line = line
        while line.last == " " { line.removeLast() }
        return String(line)
    }

    private func document(_ path: String) throws -> String {
        let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        return String(decoding: try File.read("/\(root)/\(path)", limit: 1 << 20), as: UTF8.self)
    }
}
