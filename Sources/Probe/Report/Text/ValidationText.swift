import DNS
package import DNSSEC

extension Validation {
    /// For a terminal: `STATUS NAME TYPE CLASS: reason`, the chain from the root, then the answer.
    package func text() -> String {
        var page = TextPage()
        page.verdict(self)
        if !zones.isEmpty { page.gap() }
        for zone in zones { page.zone(zone) }
        if !answer.isEmpty { page.gap() }
        for record in answerRecords { page.record(record) }
        return page.text
    }
}

extension TextPage {
    /// One line however long, so that scripts can read it.
    fileprivate mutating func verdict(_ validation: Validation) {
        let fault = validation.fault.flatMap { $0.failureClass == nil ? nil : $0.words }
        record(
            "\(validation.status.rawValue) \(validation.question)" + (fault.map { " " + $0 } ?? ""))
    }
}
