import Sockets
import Testing

@testable import Probe

/// The closed list, its document and its remedies hold together.
@Suite struct FailureClassTests {
    @Test func everyClassStandsInTheDocumentInOrder() throws {
        let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        let document = String(
            decoding: try File.read("/\(root)/docs/failure-classes.md", limit: 1 << 20),
            as: UTF8.self)
        // The second cell of a row names one class, or two that share it.
        let named = document.split(separator: "\n").filter {
            $0.hasPrefix("| ●") || $0.hasPrefix("| ○")
        }
        .flatMap { row in
            row.split(separator: "|")[1].split(separator: "`")
                .filter { FailureClass(rawValue: String($0)) != nil }
        }
        .map(String.init)
        #expect(named == FailureClass.allCases.map(\.rawValue))
    }

    @Test func warningsAreMarkedInTheDocument() throws {
        let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        let document = String(
            decoding: try File.read("/\(root)/docs/failure-classes.md", limit: 1 << 20),
            as: UTF8.self)
        for failureClass in FailureClass.allCases {
            let marked = document.contains("`\(failureClass.rawValue)` *w*")
            #expect(marked == failureClass.isOnlyWarning, "\(failureClass)")
        }
    }

    @Test func everyClassHasAStageAndARemedyOfItsOwn() {
        #expect(FailureClass.dnsBlocked.stage == .dnsPath)
        #expect(FailureClass.mailTXTInvalid.stage == .mail)
        for (one, next) in zip(FailureClass.allCases, FailureClass.allCases.dropFirst()) {
            #expect(one < next)
        }
        for failureClass in FailureClass.allCases {
            #expect(failureClass.remedy.hasSuffix("."))
            #expect(!failureClass.remedy.contains("\n"))
        }
    }
}
