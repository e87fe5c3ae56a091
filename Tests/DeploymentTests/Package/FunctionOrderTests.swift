import Peers
import Testing

/// Where the release build lays the functions of a probe; see scripts/function-order.
@Suite(
    .enabled(if: Program.isTrustpathExpected, "needs the trustpath binary"),
    .enabled(if: Program.arePresent("nm"), "needs binutils"))
struct FunctionOrderTests {
    /// Of an order whose names are no more the program would only be larger in memory: nothing else tells.
    @Test func namesFunctionsThatAreThere() async throws {
        let order = Set(read("\(repository)/packaging/function-order").split(separator: "\n"))
        #expect(order.count > 2000)
        let symbols = try await check("nm", ["--defined-only", try trustpathBinary()])
        let present = Set(
            symbols.split(separator: "\n").compactMap { $0.split(separator: " ").last })
        let known = order.count { present.contains($0) }
        #expect(
            known * 10 >= order.count * 8,
            "\(known) of \(order.count) are in the program: run scripts/function-order")
    }

    /// A function without a name has no place in the order; where they stand apart, each brings 64 kB into memory.
    @Test func functionsWithoutNamesStandTogether() async throws {
        let sections = try await check("readelf", ["--sections", "--wide", try trustpathBinary()])
        let line = sections.split(separator: "\n").first { $0.contains(" .text.private ") }
        let fields = try #require(line).split(separator: " ").drop { $0 != "PROGBITS" }
        let size = try #require(Int(fields.dropFirst(3).first ?? "", radix: 16))
        #expect((10_000..<100_000).contains(size))
    }

    /// The C++ library and Swift's are inside, each as far as it is used.
    @Test func needsNoLibraryOfALanguage() async throws {
        let needed = try await check("ldd", [try trustpathBinary()])
        #expect(!needed.contains("libstdc++") && !needed.contains("libswift"))
    }
}
