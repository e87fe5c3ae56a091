import Foundation

/// One page of docs/runbooks, taken apart.
struct RunbookPage: Sendable {
    struct Block: Sendable {
        let language: String
        let text: String
        /// The `##` heading that it stands below.
        let section: String
    }

    /// The file's name without `.md`.
    let name: String
    /// All headings, with their number signs.
    private(set) var headings: [String] = []
    private(set) var blocks: [Block] = []
    /// Paragraphs and list items outside of code, each on one line.
    private(set) var paragraphs: [String] = []

    init(name: String, text: String) {
        self.name = name
        var (section, language, code) = ("", String?.none, "")
        var paragraph: [Substring] = []
        func end() {
            if !paragraph.isEmpty { paragraphs.append(paragraph.joined(separator: " ")) }
            paragraph = []
        }
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            let trimmed = line.drop { $0 == " " }
            if trimmed.hasPrefix("```") {
                end()
                if let inside = language {
                    blocks.append(Block(language: inside, text: code, section: section))
                    (language, code) = (nil, "")
                } else {
                    language = String(trimmed.dropFirst(3))
                }
            } else if language != nil {
                code += line + "\n"
            } else if line.hasPrefix("#") {
                end()
                headings.append(String(line))
                if line.hasPrefix("## ") { section = String(line) }
            } else if trimmed.isEmpty {
                end()
            } else {
                if trimmed.hasPrefix("- ") || trimmed.hasPrefix("|") { end() }
                paragraph.append(trimmed)
            }
        }
        end()
        if language != nil { headings.append("a code block that does not end") }
    }

    /// The targets of its links.
    var links: [String] {
        paragraphs.flatMap { paragraph in
            Self.withoutCode(paragraph).matches(of: /\]\(([^)]*)\)/).map { String($0.1) }
        }
    }

    /// What follows `#` in links to its headings, as GitHub makes it.
    var anchors: Set<String> {
        Set(
            headings.map { heading in
                let words = heading.drop { $0 == "#" || $0 == " " }.lowercased()
                return String(
                    words.filter { $0.isLetter || $0.isNumber || " -_".contains($0) }
                        .map { $0 == " " ? "-" : $0 })
            })
    }

    /// What stands between backquotes within its sentences.
    var inlineCode: [String] {
        paragraphs.flatMap { $0.matches(of: /`([^`]+)`/).map { String($0.1) } }
    }

    private static func withoutCode(_ text: String) -> String {
        text.replacing(/`[^`]*`/, with: "")
    }

}

extension RunbookPage {
    static let root = URL(filePath: #filePath).appending(path: "../../../..").standardized.path
    static let folder = "\(root)/docs/runbooks"

    /// Every page but the index.
    static let all: [RunbookPage] = names.filter { $0 != "README" }.map { named($0) }
    static let index = named("README")

    private static var names: [String] {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return files.filter { $0.hasSuffix(".md") }.map { String($0.dropLast(3)) }.sorted()
    }

    private static func named(_ name: String) -> RunbookPage {
        let data = FileManager.default.contents(atPath: "\(folder)/\(name).md") ?? Data()
        return RunbookPage(name: name, text: String(decoding: data, as: UTF8.self))
    }
}
