import Addresses
import DNSSEC
import OpenSSL

extension Report {
    /// A whole page without scripts: the verdict, the primary finding, a table for each stage.
    package func html() -> String {
        let name = target.text.plain()
        var page = HTMLPage(title: "\(name): \(verdict) – trustpath")
        page.heading(1, "\(name): \(verdict)", isSuccess ? .good : .bad)
        page.paragraph(circumstances)
        if let primary = diagnosis.primary {
            page.section("finding") { $0.finding(primary) }
        }
        page.section("resolution") { $0.resolution(resolution) }
        page.section("dnssec") { $0.validation(validation) }
        if let mail { page.section("mail") { $0.mail(mail) } }
        page.section("endpoints") { page in
            page.endpoints(self)
            for found in authorizations { page.paragraph(found.words) }
        }
        if !expectations.isEmpty {
            page.section("expectations") { page in
                page.heading(2, "Expectations")
                page.table(
                    ["What", "Expected", "Found"],
                    expectations.map { result in
                        [
                            HTMLPage.Cell(result.kind.rawValue),
                            HTMLPage.Cell(result.expected.plain(limit: 1024)),
                            HTMLPage.Cell(
                                result.found?.plain(limit: 1024) ?? "not known",
                                result.matches.map { $0 ? .good : .bad }),
                        ]
                    })
            }
        }
        if !otherFindings.isEmpty {
            page.section("findings") { page in
                page.heading(2, "Other findings")
                for finding in otherFindings {
                    page.heading(
                        3, finding.failureClass.rawValue,
                        finding.severity == .failure ? .bad : .warning)
                    page.finding(finding)
                }
            }
        }
        return page.text
    }
}

extension HTMLPage {
    fileprivate mutating func finding(_ finding: Finding) {
        terms([
            ("Where", finding.places.map { $0.plain() }),
            ("Evidence", finding.evidence.map { $0.plain() }),
            ("What to do", finding.remedy.isEmpty ? [] : [finding.remedy]),
            ("Certainty", ["\(finding.confidence.words) (\(finding.confidence.rawValue))"]),
        ])
        list([
            .init("Runbook of \(finding.failureClass.rawValue)", link: finding.failureClass.runbook)
        ])
    }

    fileprivate mutating func resolution(_ resolution: Resolution) {
        heading(2, "Resolution: \(resolution.summary)")
        if let change = resolution.changeWords { paragraph(change) }
        terms([
            (
                "Addresses",
                resolution.addresses.map { "\($0)\(resolution.sourceWords(of: $0))" }
            ),
            ("Aliases", resolution.aliases.map(\.words)),
            (
                "Hosts file",
                resolution.hostsEntry.map { entry in
                    [
                        entry.file.plain() + ": "
                            + entry.addresses.map(\.description).joined(separator: ", ")
                    ]
                } ?? []
            ),
        ])
        guard !resolution.resolvers.isEmpty else { return }
        table(
            ["Resolver", "Answer", "Time"],
            resolution.resolvers.map { view in
                [
                    Cell(view.resolver.plain()),
                    Cell(view.answerWords, view.isUp ? nil : .bad), Cell(view.duration.words),
                ]
            })
        for view in resolution.zones {
            heading(3, "Zone \(view.headWords)")
            table(
                ["Nameserver", "Answer", "Time"],
                view.nameservers.map { server in
                    [
                        Cell(server.label.plain()),
                        Cell(server.words, server.mark),
                        Cell(server.duration.words),
                    ]
                })
        }
    }

    fileprivate mutating func mail(_ mail: MailReport) {
        heading(2, "Mail: \(mail.exchanges.summary)")
        terms([("Records", mail.words)])
        for path in mail.paths {
            heading(2, "Mail exchange \(path.resolution.host.plain())")
            resolution(path.resolution)
            validation(path.validation)
        }
    }

    fileprivate mutating func validation(_ validation: DNSSECResult?) {
        guard let validation else {
            heading(2, "DNSSEC: not validated")
            return
        }
        heading(2, "DNSSEC: \(validation.status.rawValue)", validation.status.mark)
        if let fault = validation.fault { paragraph(fault.words) }
        guard !validation.zones.isEmpty else { return }
        table(
            ["Zone", "Status", "Keys", "Signature that ends first"],
            validation.zones.map { zone in
                [
                    Cell("\(zone.zone)"), Cell(zone.status.rawValue, zone.status.mark),
                    Cell(zone.keyWords ?? zone.fault?.words ?? ""), Cell(zone.signatureWords ?? ""),
                ]
            })
        for words in validation.tlsaWords { paragraph(words) }
        for note in validation.notes { paragraph("Note: \(note.plain())") }
    }

    fileprivate mutating func endpoints(_ report: Report) {
        heading(2, "Endpoints")
        guard !report.endpoints.isEmpty else {
            paragraph(report.resolution.addresses.isEmpty ? "None, there is no address." : "None.")
            return
        }
        let hasHosts = report.hosts.count > 1
        let hasStartTLS = report.endpoints.contains { $0.startTLS != nil }
        table(
            (hasHosts ? ["Host"] : []) + [
                "Address", "Port", "Connect",
            ] + (hasStartTLS ? ["STARTTLS"] : []) + [
                "Handshake", "TLS", "Certificate", "Trust and name",
            ],
            report.endpoints.map { result in
                (hasHosts ? [Cell(result.endpoint.host.plain())] : [])
                    + result.row(at: report.at, hasStartTLS)
            })
    }
}

extension EndpointResult {
    fileprivate func row(at now: Int64, _ hasStartTLS: Bool) -> [HTMLPage.Cell] {
        let certificate = handshake?.certificate
        let isSound = certificate.map { $0.nameMatches && $0.verification.isTrusted }
        let agreed =
            [handshake?.versionWords ?? "", handshake?.agreedWords ?? ""]
            + (handshake?.offers?.words.prefix(1) ?? [])
        let before: [HTMLPage.Cell] = [
            .init(endpoint.address.description), .init(portWords),
            .init(
                [connectWords, connection.trouble?.plain()].compactMap { $0 }
                    .joined(separator: ": "),
                connection.isUp == false && endpoint.port.isRequired ? .bad : nil),
        ]
        let startTLSCell = HTMLPage.Cell(
            [startTLSWords, startTLS?.outcome.trouble?.plain()].compactMap { $0 }
                .joined(separator: ": "), startTLS?.outcome.isSuccess == false ? .bad : nil)
        return before + (hasStartTLS ? [startTLSCell] : []) + [
            .init(
                [handshakeWords, handshake?.outcome.trouble?.plain()].compactMap { $0 }
                    .joined(separator: ": "),
                handshake?.outcome.isSuccess == false ? .bad : nil),
            .init(agreed.filter { !$0.isEmpty }.joined(separator: ", ")),
            .init(certificate?.identityWords(at: now) ?? ""),
            .init(
                ([
                    certificate?.judgementWords, certificate?.surplusWords(at: now),
                    handshake.flatMap { certificate?.attachmentWords($0) },
                ]
                .compactMap { $0 } + (handshake?.recordWords ?? [])).joined(separator: "; "),
                isSound.map { $0 && handshake?.dane?.matches != false ? .good : .bad }),
        ]
    }
}

extension NameserverView {
    fileprivate var mark: HTMLPage.Cell.Mark? {
        switch state {
        case .sound: nil
        case .unknown: .warning
        case .lame, .unresponsive, .addressless: .bad
        }
    }
}

extension Status {
    fileprivate var mark: HTMLPage.Cell.Mark? {
        switch self {
        case .secure: .good
        case .insecure: nil
        case .indeterminate: .warning
        case .bogus: .bad
        }
    }
}
