import Lab
import Peers

/// A running lab with its agent, and the page that it gives for each of the lab's names.
final class LabPages: Sendable {
    /// The lab of this process; the pages are asked for once.
    static let shared = Task { try await LabPages() }

    let agent: RunningAgent
    private let pages: [String: String]
    /// What stands for 443, 993, 465, 25 and 143, in this order.
    let ports: [String]

    private init() async throws {
        let agent = try await RunningAgent("lab", "--serve")
        self.agent = agent
        guard
            let found = agent.log.firstMatch(
                of: #/ports +([0-9]+), ([0-9]+) and ([0-9]+) stand for 443, 993 and 465/#),
            let upgraded = agent.log.firstMatch(of: #/([0-9]+) and ([0-9]+) for 25 and 143/#)
        else { throw PeerError("the lab names no ports: \(agent.log)") }
        ports = [found.1, found.2, found.3, upgraded.1, upgraded.2].map { String($0) }
        let names = Lab.names.map(\.name)
        let texts = try await together(names) { try await agent.page("/probe?target=\($0)") }
        pages = Dictionary(uniqueKeysWithValues: zip(names, texts))
    }

    func page(of name: String) -> MetricsPage { MetricsPage(pages[name] ?? "") }
}
