import Foundation
import FuzzBodies
import Testing

/// Every input that the fuzzers found worth keeping, through the same bodies: a broken promise traps.
struct FuzzTests {
    @Test(arguments: FuzzBody.all.keys.sorted())
    func corpus(_ name: String) async throws {
        let body = try #require(FuzzBody.all[name])
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("Corpus/\(name)")
        let files = try FileManager.default.contentsOfDirectory(
            at: folder, includingPropertiesForKeys: nil)
        #expect(files.count > 10)
        let inputs = try files.map { Array(try Data(contentsOf: $0)) }
        await onThreadOfItsOwn { inputs.forEach(body) }
    }

    /// Inputs that nobody chose, the same in every run.
    @Test(arguments: FuzzBody.all.keys.sorted())
    func noise(_ name: String) async throws {
        let body = try #require(FuzzBody.all[name])
        await onThreadOfItsOwn {
            var state: UInt64 = 42
            for length in 0..<400 {
                body(
                    (0..<length).map { _ in
                        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                        return UInt8(truncatingIfNeeded: state >> 33)
                    })
            }
        }
    }

    /// A body may block its thread until a task is done, which needs another.
    private func onThreadOfItsOwn(_ body: @escaping @Sendable () -> Void) async {
        await withCheckedContinuation { continuation in
            Thread {
                body()
                continuation.resume()
            }.start()
        }
    }
}
