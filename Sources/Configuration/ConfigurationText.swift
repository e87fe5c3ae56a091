extension Configuration {
    /// The configuration in force as YAML, defaults and built-in modules written out.
    ///
    /// Read again it gives an equal configuration but for the positions.
    package func yaml() -> String {
        let modules = modules.sorted { $0.key < $1.key }.map { (key: $0.key, value: $0.value.text) }
        let document = YAMLText.mapping([
            ("modules", .mapping(modules)),
            ("targets", .list(targets.map(\.text))),
            ("target_files", list(targetFiles)),
            ("watch", boolean(watch)),
            (
                "limits",
                .mapping([
                    ("concurrent_probes", .literal(String(limits.concurrentProbes))),
                    ("targets", list(limits.targets)),
                ])
            ),
        ])
        return document.lines.map { $0 + "\n" }.joined()
    }
}

extension ConfiguredTarget {
    fileprivate var text: YAMLText {
        var entries: [(key: String, value: YAMLText)] = [
            ("target", .text(target.value)), ("module", .text(module.value)),
        ]
        if !labels.isEmpty {
            let labels = labels.sorted { $0.key < $1.key }
            entries.append(("labels", .mapping(labels.map { ($0.key, .text($0.value)) })))
        }
        return .mapping(entries)
    }
}

extension Module {
    fileprivate var text: YAMLText {
        .present([
            ("timeout", .literal(timeout.configurationText)),
            ("resolvers", list(resolvers)),
            ("authoritative", boolean(authoritative)),
            ("dns_port", .literal(String(dnsPort))),
            ("root_hints", located(rootHints)),
            ("dnssec", dnssec.text),
            ("ports", .list(ports.map(\.text))),
            ("expand", .literal(expand.rawValue)),
            ("tls", tls.text),
            ("mail", .mapping([("dkim_selectors", list(mail.dkimSelectors))])),
            ("expect", expect.text),
            (
                "addresses",
                .mapping([("allow", list(addresses.allow)), ("deny", list(addresses.deny))])
            ),
        ])
    }
}

extension DNSSECSettings {
    fileprivate var text: YAMLText {
        .present([
            ("mode", .literal(mode.rawValue)),
            ("trust_anchors", located(trustAnchors)),
            ("insecure_zones", list(insecureZones)),
        ])
    }
}

extension PortSetting {
    fileprivate var text: YAMLText {
        if !optional && `protocol` == nil { return .literal(String(port)) }
        return .present([
            ("port", .literal(String(port))),
            ("protocol", `protocol`.map { .literal($0) }),
            ("optional", optional ? boolean(true) : nil),
        ])
    }
}

extension TLSSettings {
    fileprivate var text: YAMLText {
        .present([
            ("ca_file", located(caFile)),
            ("intermediates_file", located(intermediatesFile)),
            ("server_name", located(serverName)),
            ("tlsa", boolean(tlsa)),
            ("legacy_scan", boolean(legacyScan)),
            ("both_key_types", boolean(bothKeyTypes)),
            ("fetch_ocsp", boolean(fetchOCSP)),
            ("fetch_crl", boolean(fetchCRL)),
            ("fetch_aia", boolean(fetchAIA)),
        ])
    }
}

extension Expectations {
    fileprivate var text: YAMLText {
        .present([
            ("cname", located(cname)),
            ("addresses", list(addresses)),
            ("issuer", located(issuer)),
            ("mx", list(mx)),
            ("txt", list(txt)),
        ])
    }
}

extension YAMLText {
    /// A mapping of the keys that have a value.
    fileprivate static func present(_ entries: [(key: String, value: YAMLText?)]) -> YAMLText {
        .mapping(entries.compactMap { key, value in value.map { (key, $0) } })
    }
}

private func located(_ value: Located<String>?) -> YAMLText? {
    value.map { .text($0.value) }
}

private func list(_ values: [Located<String>]) -> YAMLText {
    .list(values.map { .text($0.value) })
}

private func boolean(_ value: Bool) -> YAMLText {
    .literal(String(value))
}
