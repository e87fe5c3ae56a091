import Foundation
import Peers

/// The steps of a Dockerfile, stage by stage.
struct Dockerfile {
    struct Step {
        let word: String
        let rest: String

        /// The words of the form `["a", "b"]`.
        var list: [String] {
            get throws { try JSONDecoder().decode([String].self, from: Data(rest.utf8)) }
        }
    }

    struct Stage {
        let image: String
        let name: String?
        var steps: [Step] = []

        func all(_ word: String) -> [Step] { steps.filter { $0.word == word } }

        /// The one step of that word.
        func one(_ word: String) throws -> Step {
            guard all(word).count == 1 else {
                throw PeerError("\(image) has \(all(word).count) times \(word)")
            }
            return all(word)[0]
        }
    }

    let stages: [Stage]

    init(_ text: String) throws {
        var stages: [Stage] = []
        let whole = text.split(separator: "\n").filter { !$0.hasPrefix("#") }
            .joined(separator: "\n").replacing("\\\n", with: " ")
        for line in whole.split(separator: "\n") {
            let word = String(line.prefix { $0 != " " })
            let rest = line.dropFirst(word.count).trimmingCharacters(in: .whitespaces)
            if word == "FROM" {
                let words = rest.components(separatedBy: " ")
                stages.append(Stage(image: words[0], name: words.count == 3 ? words[2] : nil))
            } else {
                guard !stages.isEmpty else { throw PeerError("\(word) stands before any FROM") }
                stages[stages.count - 1].steps.append(Step(word: word, rest: rest))
            }
        }
        self.stages = stages
    }
}
