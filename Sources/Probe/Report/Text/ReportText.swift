import Addresses
import DNSSEC
import OpenSSL

extension Report {
    /// For a terminal: the verdict, the path stage by stage, then the other findings.
    package func text() -> String {
        var page = TextPage()
        let mark = isSuccess ? "HEALTHY" : "FAILED"
        let rest = verdict == "healthy" ? "" : ": " + verdict
        page.line("\(target.text.plain())\(rest)", hanging: 2, head: "\(mark)  ")
        page.line(circumstances, indent: 2)
        if let primary = diagnosis.primary {
            page.gap()
            page.finding(primary)
        }
        page.gap()
        page.resolution(resolution)
        page.gap()
        page.validation(validation)
        if let mail { page.mail(mail) }
        if !expectations.isEmpty {
            page.gap()
            page.line("Expectations")
            for result in expectations { page.line(result.words, indent: 2, hanging: 6) }
        }
        for host in hosts { page.endpoints(of: host, in: self) }
        if !authorizations.isEmpty {
            page.gap()
            for found in authorizations { page.line(found.words, hanging: 6) }
        }
        if endpoints.isEmpty {
            page.gap()
            page.line(
                "Endpoints: none" + (resolution.addresses.isEmpty ? ", there is no address" : ""))
        }
        for finding in otherFindings {
            page.gap()
            page.line(
                "\(finding.severity == .failure ? "Also" : "Warning"): \(finding.failureClass.rawValue)"
            )
            page.finding(finding)
        }
        return page.text
    }

    /// Every host that was shaken hands with, in the order of the endpoints.
    var hosts: [String] {
        var seen: Set<String> = []
        return endpoints.map(\.endpoint.host).filter { seen.insert($0).inserted }
    }
}

extension TextPage {
    fileprivate mutating func finding(_ finding: Finding) {
        if !finding.places.isEmpty {
            field("where", finding.places.map { $0.plain() }.joined(separator: ", "))
        }
        for (index, evidence) in finding.evidence.enumerated() {
            field(index == 0 ? "evidence" : "", evidence.plain())
        }
        field("certainty", "\(finding.confidence.rawValue), \(finding.confidence.words)")
        if !finding.remedy.isEmpty { field("remedy", finding.remedy) }
        // A link that is broken into two lines leads nowhere.
        record("  runbook   " + finding.failureClass.runbook)
    }

    fileprivate mutating func resolution(_ resolution: Resolution) {
        line("Resolution: \(resolution.summary)", hanging: 2)
        if let change = resolution.changeWords { line(change, indent: 2, hanging: 6) }
        for view in resolution.resolvers {
            line(
                "resolver \(view.resolver.plain()): \(view.answerWords), \(view.duration.words)",
                indent: 2, hanging: 6)
        }
        for view in resolution.zones {
            line("zone \(view.headWords)", indent: 2, hanging: 6)
            for server in view.nameservers {
                line(
                    "\(server.label.plain()): \(server.words), \(server.duration.words)",
                    indent: 4, hanging: 8
                )
            }
        }
        for alias in resolution.aliases { line("alias \(alias.words)", indent: 2, hanging: 6) }
        for address in resolution.addresses {
            line("address \(address)\(resolution.sourceWords(of: address))", indent: 2, hanging: 6)
        }
        if let entry = resolution.hostsEntry {
            let addresses = entry.addresses.map(\.description).joined(separator: ", ")
            line("\(entry.file.plain()) has \(addresses) for it", indent: 2, hanging: 6)
        }
    }

    fileprivate mutating func mail(_ mail: MailReport) {
        gap()
        line("Mail: \(mail.exchanges.summary)", hanging: 2)
        for words in mail.words { line(words, indent: 2, hanging: 6) }
        for path in mail.paths {
            gap()
            line("Mail exchange \(path.resolution.host.plain())")
            resolution(path.resolution)
            validation(path.validation)
        }
    }

    fileprivate mutating func validation(_ validation: DNSSECResult?) {
        guard let validation else {
            line("DNSSEC: not validated")
            return
        }
        let reason = validation.fault.map { ", " + $0.words } ?? ""
        line("DNSSEC: \(validation.status.rawValue)\(reason)", hanging: 2)
        for zone in validation.zones { self.zone(zone) }
        for words in validation.tlsaWords { line(words, indent: 2, hanging: 6) }
        for note in validation.notes { line("note: \(note.plain())", indent: 2, hanging: 6) }
    }

    mutating func zone(_ zone: ZoneReport) {
        line(zone.status.rawValue, indent: 2, head: "\(zone.zone)  ")
        for words in [zone.keyWords, zone.signatureWords, zone.fault?.words] {
            if let words { line(words, indent: 6) }
        }
    }

    fileprivate mutating func endpoints(of host: String, in report: Report) {
        gap()
        line(report.hosts.count == 1 ? "Endpoints" : "Endpoints of \(host.plain())")
        let results = report.endpoints.filter { $0.endpoint.host == host }
        let hasStartTLS = results.contains { $0.startTLS != nil }
        let header =
            ["ADDRESS", "PORT", "CONNECT"] + (hasStartTLS ? ["STARTTLS"] : [])
            + ["HANDSHAKE", "VERSION"]
        var shown: [String: String] = [:]
        let rows = results.map { result in
            (cells: result.cells(hasStartTLS), below: result.below(at: report.at, shown: &shown))
        }
        table([(header, [])] + rows)
    }
}

extension EndpointResult {
    fileprivate func cells(_ hasStartTLS: Bool) -> [String] {
        [endpoint.address.description, portWords, connectWords]
            + (hasStartTLS ? [startTLSWords] : [])
            + [handshakeWords, handshake?.versionWords ?? ""]
    }

    /// What belongs below the row; a certificate that another endpoint showed alike is only named.
    fileprivate func below(at now: Int64, shown: inout [String: String]) -> [String] {
        let lines =
            [trouble ?? "", handshake?.agreedWords ?? ""] + (handshake?.offers?.words ?? [])
        guard let handshake, let certificate = handshake.certificate else { return lines }
        let words =
            [certificate.identityWords(at: now), certificate.judgementWords]
            + [certificate.surplusWords(at: now), certificate.attachmentWords(handshake)]
            .compactMap { $0 }
        let key = certificate.leaf.fingerprintSHA256 + words.dropFirst().joined()
        let records = handshake.recordWords
        if let place = shown[key] { return lines + ["certificate as at \(place)"] + records }
        shown[key] = endpoint.socketAddress.description
        let other = handshake.otherCertificate.map {
            [$0.identityWords(at: now), $0.judgementWords]
        }
        return lines + words + records + (other ?? [])
    }
}
