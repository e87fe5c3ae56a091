import Probe
import Testing

@Suite struct ReportHTMLTests {
    let samples: ReportSamples

    init() throws { samples = try ReportSamples() }

    @Test(arguments: ReportSamples.names)
    func everyPageIsWellFormed(name: String) throws {
        let page = try samples.named(name).html()
        #expect(page.hasPrefix("<!DOCTYPE html>\n<html lang=\"en\">"))
        #expect(page.unicodeScalars.allSatisfy { $0 == "\n" || isHarmless($0) })
        #expect(!page.contains("<script") && !page.contains("onerror"))
        #expect(unbalanced(in: page) == [])
    }

    @Test func theReasonIsOnThePage() throws {
        let page = try samples.expired().html()
        for text in [
            "<title>www.example.test: cert_expired – trustpath</title>",
            "<h1 class=\"bad\">www.example.test: cert_expired</h1>",
            "<dd>the certificate ended at 2027-01-12T08:00:00Z, 3 days ago</dd>",
            "<h3 class=\"bad\">cert_name_mismatch</h3>", "<td>192.0.2.7</td>",
            "DNSSEC: not validated",
        ] {
            #expect(page.contains(text), "\(text)")
        }
        #expect(
            try samples.healthy().html().contains("<h1 class=\"good\">www.example.test: healthy"))
    }

    @Test func foreignTextIsEscaped() throws {
        let page = try samples.hostile().html()
        #expect(page.contains("\\u{1B}[31m&quot;&#39;\\&lt;script&gt;alert(1)&lt;/script&gt;"))
    }

    /// Elements that are not closed in the order they were opened.
    private func unbalanced(in page: String) -> [String] {
        var open: [String] = []
        for part in page.split(separator: "<").dropFirst() {
            let name = part.prefix { $0 == "/" || $0 == "!" || $0.isLetter || $0.isNumber }
            if name.hasPrefix("!") || name == "meta" { continue }
            if !name.hasPrefix("/") { open.append(String(name)); continue }
            guard open.popLast() == String(name.dropFirst()) else { return [String(name)] }
        }
        return open
    }
}
