import Foundation
import Peers
import Testing

/// Classes, alerts and the pages of docs/runbooks are one list, and every page is whole.
@Suite(.enabled(if: Program.isTrustpathExpected))
struct RunbookTests {
    @Test func everyClassHasItsPageAndNoPageIsWithoutOne() async throws {
        let classes = Set(try await ListedClass.all().map(\.class))
        let pages = Set(RunbookPage.all.map(\.name))
        #expect(classes.subtracting(pages).sorted() == [], "classes without a page")
        let others = try AlertPages().others
        #expect(others.subtracting(pages).sorted() == [], "alerts without a page")
        #expect(
            pages.subtracting(classes).subtracting(others).sorted() == [],
            "pages of neither a class nor an alert")
    }

    @Test func theAlertOfEachClassLinksItsPage() async throws {
        let pages = try AlertPages().pages
        for each in try await ListedClass.all() {
            #expect(each.runbook.hasSuffix("/docs/runbooks/\(each.class).md"))
            #expect(pages[each.alert] == [each.class], "\(each.alert)")
        }
    }

    @Test func everyPageHasTheSameForm() async throws {
        let certainties = try self.certainties
        for page in RunbookPage.all {
            let headings = page.headings.filter { !$0.hasPrefix("### ") }
            #expect(headings == ["# \(page.name)"] + Self.headings, "\(page.name)")
        }
        for each in try await ListedClass.all() {
            guard let page = RunbookPage.all.first(where: { $0.name == each.class }) else {
                continue
            }
            // The sentence is the program's to the letter, since people search for it.
            #expect(page.paragraphs.first == "> \(each.remedy)", "\(each.class)")
            let facts = page.paragraphs.dropFirst().first ?? ""
            let parts = facts.matches(
                of: /^Stage: (.+?)\. Severity: (.+)\. Certainty: (.+?)\. Alert: `(\w+)`\.$/)
            let part = try #require(parts.first, "\(each.class): \(facts)")
            let stage = each.class == "unknown" ? String(part.1) : each.stage
            #expect(part.1 == stage && part.4 == each.alert, "\(each.class)")
            let isOnlyWarning = part.2.hasPrefix("warning")
            #expect(isOnlyWarning == (each.severity == "warning"), "\(each.class)")
            let letters = String(part.3).matches(of: /\b[DCEH]\b/).map { String($0.0) }
            #expect(Set(letters) == certainties[each.class], "\(each.class)")
        }
    }

    @Test func everyClassIsConfirmedByCommandsAndMetrics() async throws {
        let classes = Set(try await ListedClass.all().map(\.class))
        let documented = Set(metrics(in: read("\(RunbookPage.root)/docs/metrics.md")))
        for page in RunbookPage.all {
            let named = Set(page.inlineCode.flatMap { metrics(in: $0) }).subtracting(classes)
            let unknown = named.subtracting(documented)
            #expect(unknown.sorted() == [], "metrics that do not exist, on \(page.name)")
            // What a command searches for may be the beginning of a name.
            let searched = Set(page.blocks.flatMap { metrics(in: $0.text) })
            for beginning in searched {
                let isThere = documented.union(classes).contains { $0.hasPrefix(beginning) }
                #expect(isThere, "\(beginning) on \(page.name)")
            }
            guard classes.contains(page.name) else { continue }
            #expect(
                !named.union(searched).subtracting(classes).isEmpty, "no metric on \(page.name)")
            let isShown = page.blocks.contains {
                $0.language == "sh" && $0.section == "## How to confirm"
            }
            #expect(isShown, "no command on \(page.name)")
        }
    }

    @Test func shellBlocksParseAndUseCommandsThatExist() async throws {
        for page in RunbookPage.all + [.index] {
            let shell = page.blocks.filter { $0.language == "sh" }
            // Under another name a block would not be looked at.
            let languages = page.blocks.map(\.language)
            #expect(
                Set(languages).isDisjoint(with: ["", "bash", "shell", "console"]), "\(page.name)")
            guard !shell.isEmpty else { continue }
            // Blocks of a page may use what an earlier one defines.
            let text = shell.map(\.text).joined(separator: "\n")
            do {
                let unknown = try await ShellBlock.commands(of: text).subtracting(ShellBlock.known)
                #expect(unknown.sorted() == [], "commands that are not known, on \(page.name)")
            } catch {
                Issue.record(error, "a shell block of \(page.name)")
            }
        }
    }

    /// The check above is no use if it lets something through.
    @Test func commandsAreFoundWhereverTheyStand() async throws {
        let commands = try await ShellBlock.commands(
            of: """
                for name in $(one a); do two "$name" 2>/dev/null | sudo -n three; done
                four || five && six >file
                seven() { timeout 3 eight; }; seven; if ! nine; then ten; else eleven; fi
                """)
        #expect(
            commands == [
                "one", "two", "sudo", "three", "four", "five", "six", "timeout", "eight", "nine",
                "ten", "eleven",
            ])
        for wrong in ["for x in a; dig $x", "dig 'a", "/bin/true", "dig a | | head"] {
            await #expect(throws: PeerError.self) { try await ShellBlock.commands(of: wrong) }
        }
    }

    @Test func everyLinkLeadsSomewhere() {
        for page in RunbookPage.all + [.index] {
            let dead = page.links.filter { !$0.hasPrefix("https://") && !isThere($0, from: page) }
            #expect(dead == [], "links of \(page.name)")
        }
    }

    private func isThere(_ link: String, from page: RunbookPage) -> Bool {
        let parts = link.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
        let file = parts[0].isEmpty ? "\(page.name).md" : String(parts[0])
        let path = "\(RunbookPage.folder)/\(file)"
        guard FileManager.default.fileExists(atPath: path) else { return false }
        return parts.count == 1
            || RunbookPage(name: file, text: read(path)).anchors.contains(String(parts[1]))
    }

    @Test func theIndexHasEveryPageInOrderOfPrecedence() async throws {
        let classes = try await ListedClass.all()
        let rows = RunbookPage.index.paragraphs.filter {
            $0.hasPrefix("| [") && !$0.hasPrefix("| [Trustpath")
        }
        let expected = classes.map { each in
            let mark = each.severity == "warning" ? " *w*" : ""
            return "| [\(each.class)](\(each.class).md)\(mark) | \(each.remedy) |"
        }
        #expect(rows == expected)
        let linked = Set(RunbookPage.index.links.map { String($0.split(separator: "#")[0]) })
        let missing = RunbookPage.all.map { "\($0.name).md" }.filter { !linked.contains($0) }
        #expect(missing == [], "pages that the index does not link")
    }

    /// What several pages need stands once, and is linked.
    @Test func noPageRepeatsAnother() {
        var places: [String: [String]] = [:]
        for page in RunbookPage.all {
            for paragraph in page.paragraphs where paragraph.split(separator: " ").count > 18 {
                places[paragraph, default: []].append(page.name)
            }
        }
        for (paragraph, pages) in places where pages.count > 1 {
            Issue.record("on \(pages.joined(separator: ", ")): \(paragraph)")
        }
    }

    /// The letters of docs/failure-classes.md, by class.
    private var certainties: [String: Set<String>] {
        get throws {
            var letters: [String: Set<String>] = [:]
            let table = read("\(RunbookPage.root)/docs/failure-classes.md").split(separator: "\n")
            for row in table where row.hasPrefix("| ●") {
                let cells = row.split(separator: "|").map {
                    $0.trimmingCharacters(in: .whitespaces)
                }
                let certainty = Set(try #require(cells.last).components(separatedBy: ", "))
                for match in cells[1].matches(of: /`(\w+)`/) {
                    letters[String(match.1)] = certainty
                }
            }
            return letters
        }
    }

    /// Names of metrics; `trustpath_certificate_*` is none.
    private func metrics(in text: String) -> [String] {
        text.matches(of: /\b(?:trustpath|probe)_[a-z0-9_]*[a-z0-9](?![a-z0-9_*])/).map {
            String($0.0)
        }
    }

    private static let headings = [
        "## What it means", "## How users see it", "## Likely causes", "## How to confirm",
        "## How to fix", "## How to prevent",
    ]
}
