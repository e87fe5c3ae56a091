import Foundation
import Peers
import Testing

/// A Secret that changes under a running agent, in the way in which the kubelet changes it: files are links into
/// `..data`, itself a link to a folder, which is exchanged by one rename.
struct MountedSecretTests {
    @Test func agentReadsAChangedSecret() async throws {
        let place = try await Ground.shared.value.newDirectory("mount")
        let first = try await files(concurrency: 7)
        try mount(first, as: "..2026_11_21_01", at: place)
        for name in first.keys {
            try FileManager.default.createSymbolicLink(
                atPath: "\(place)/\(name)", withDestinationPath: "..data/\(name)")
        }
        let agent = try await RunningAgent("serve", "--config.file", place + "/trustpath.yaml")
        #expect(try await concurrency(of: agent) == 7)

        try mount(try await files(concurrency: 9), as: "..2026_11_21_02", at: place)
        try FileManager.default.removeItem(atPath: place + "/..2026_11_21_01")
        let deadline = ContinuousClock.now + .seconds(60)
        while try await concurrency(of: agent) != 9 {
            try #require(ContinuousClock.now < deadline, "\(agent.log)")
            try await Task.sleep(for: .milliseconds(100))
        }
        await agent.stop()
    }

    /// The files of the Secret that the chart makes.
    private func files(concurrency: Int) async throws -> [String: String] {
        let content = #"{"watch": true, "limits": {"concurrent_probes": \#(concurrency)}}"#
        let secret = try await Chart.resources(setting: ["config.content=\(content)"]).one("Secret")
        return try secret.json["data"].texts.mapValues {
            String(decoding: try #require(Data(base64Encoded: $0)), as: UTF8.self)
        }
    }

    private func mount(_ files: [String: String], as folder: String, at place: String) throws {
        try FileManager.default.createDirectory(
            atPath: "\(place)/\(folder)", withIntermediateDirectories: false)
        for (name, text) in files { try write(text, to: "\(place)/\(folder)/\(name)") }
        try FileManager.default.createSymbolicLink(
            atPath: place + "/..data_tmp", withDestinationPath: folder)
        #expect(rename(place + "/..data_tmp", place + "/..data") == 0)
    }

    private func concurrency(of agent: RunningAgent) async throws -> Double? {
        try await Chart.parsed(agent.page("/config"))[0]["limits"]["concurrent_probes"].number
    }
}
