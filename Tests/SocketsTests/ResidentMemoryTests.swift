import Sockets
import Testing

@Suite struct ResidentMemoryTests {
    /// Pages of files that this process holds in memory, kilobytes.
    private static func filePages() throws -> Int {
        let status = String(
            decoding: try File.read("/proc/self/status", limit: 1 << 16), as: UTF8.self)
        let line = status.split(separator: "\n").first { $0.hasPrefix("RssFile:") }
        return try #require(
            line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) })
    }

    /// Everything goes on as before: what is needed again comes again.
    @Test func whatTheStartNeededIsGivenBack() throws {
        let before = try Self.filePages()
        ResidentMemory.giveBackStart()
        let after = try Self.filePages()
        #expect(after < before / 2, "\(before) kB, then \(after) kB")
        #expect((1...1000).map { "\($0)" }.joined().count == 2893)
    }
}
