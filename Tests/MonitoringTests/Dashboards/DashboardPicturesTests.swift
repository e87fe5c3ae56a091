import Foundation
import Peers
import Testing

/// The pictures of the dashboards: drawn now from the lab's data, and those in the documents.
@Suite(
    .enabled(
        if: Program.isRequired
            || Repository.hasPython && Program.arePresent("prometheus", "dig")
                && Program.isTrustpathExpected
    ), .timeLimit(.minutes(5)))
struct DashboardPicturesTests {
    @Test func areDrawnFromTheDataOfALab() async throws {
        let lab = try await MonitoredLab.shared.value
        let directory = try await Ground.shared.value.newDirectory("pictures")
        let drawn = try await Repository.script(
            "pictures", lab.prometheus.address, directory, "--at", "\(lab.moment)",
            "--minutes", "2", "--rate-interval", "1m", "--target", "mail-tlsa.test")
        try #require(drawn.status == 0, "\(drawn.errors)")
        // This target is not revoked, and nobody asks it for old versions.
        let empty = Set(drawn.output.split(separator: "\n").map { String($0) })
        #expect(
            empty == [
                "trustpath-target: OCSP staples: no data",
                "trustpath-target: Versions offered: no data",
            ])
        for name in Dashboard.names {
            let picture = try await Picture(of: "\(directory)/dashboard-\(name).png")
            #expect(picture.width > 1500 && picture.height > 1500, "\(name): \(picture)")
            #expect(picture.colors > 100, "\(name) has \(picture.colors) colours")
        }
    }

    /// An older picture may differ from what is drawn now, but not in its size: then a panel came or went.
    @Test func standInTheDocuments() async throws {
        let document = read("\(Repository.root)/docs/dashboards.md")
        for name in Dashboard.names {
            let path = "images/dashboard-\(name).png"
            #expect(document.contains("](\(path))"), "docs/dashboards.md does not show \(path)")
            let picture = try await Picture(of: "\(Repository.root)/docs/\(path)")
            let lines =
                try Dashboard.read(name).panels.map { $0.gridPos.y + $0.gridPos.h }.max() ?? 0
            #expect(picture.height == lines * 38 + 54, "\(path) is old: run scripts/dashboards")
        }
    }
}

/// What a PNG holds.
private struct Picture {
    let width, height, colors: Int

    init(of path: String) async throws {
        let script = """
            import sys
            from PIL import Image
            image = Image.open(sys.argv[1]).convert("RGB")
            print(*image.size, len(image.getcolors(1 << 24)))
            """
        let text = try await check(Repository.python, ["-c", script, path])
        let numbers = text.split(whereSeparator: \.isWhitespace).compactMap { Int($0) }
        guard numbers.count == 3 else { throw PeerError("\(path) is no picture: \(text)") }
        (width, height, colors) = (numbers[0], numbers[1], numbers[2])
    }
}
