import Addresses
import DNS
import Exposition

extension Report {
    /// What each resolver did.
    var resolverFamilies: [MetricFamily] {
        let views = resolutions.flatMap { resolution in
            resolution.resolvers.map { view in
                (
                    view: view, matches: resolution.authorityAnswers?.matches(view),
                    labels: [
                        "host": resolution.host, "resolver": view.resolver.plain(),
                    ] as Labels
                )
            }
        }
        let answering = views.filter(\.view.isUp)
        return [
            MetricFamily(
                "trustpath_dns_resolver_up", "Whether the resolver answers.",
                samples: views.filter { $0.view.isJudged }.map { Sample($0.view.isUp, $0.labels) }),
            MetricFamily(
                "trustpath_dns_resolver_duration_seconds",
                "Time of the slower of the questions for A and AAAA.",
                samples: answering.map { Sample($0.view.duration.seconds, $0.labels) }),
            MetricFamily(
                "trustpath_dns_resolver_answer_match",
                "Whether the resolver's addresses are those that an authority gives.",
                samples: answering.compactMap { item in
                    item.matches.map { Sample($0, item.labels) }
                }),
            MetricFamily(
                "trustpath_dns_resolver_answer_ttl_seconds",
                "Least time for which the resolver may keep the addresses.",
                samples: answering.compactMap { item in
                    item.view.leastTTL.map { Sample(Double($0), item.labels) }
                }),
            MetricFamily(
                "trustpath_dns_resolver_response_info",
                "The resolver's response code and extended errors (RFC 8914).",
                samples: answering.compactMap { item in
                    item.view.responseCode.map {
                        Sample(
                            true,
                            item.labels + [
                                "rcode": $0.description,
                                "extended_error": item.view.extendedErrorCodes,
                            ])
                    }
                }),
        ]
    }

    /// What the configuration expects of it.
    var expectationFamilies: [MetricFamily] {
        [
            MetricFamily(
                "trustpath_dns_expected_match",
                "Whether what the configuration expects of the name is so.",
                samples: expectations.compactMap { result in
                    result.matches.map {
                        Sample(
                            $0,
                            [
                                "host": resolution.host, "expectation": result.kind.rawValue,
                            ])
                    }
                })
        ]
    }

    /// What the name has, as its clients see it.
    var nameFamilies: [MetricFamily] {
        let named = resolutions.filter { $0.name != nil && $0.outcome.isAnswered }
        return [
            MetricFamily(
                "trustpath_dns_cname_hops", "Aliases between the name and its addresses.",
                samples: named.map { Sample(Double($0.aliases.count), ["host": $0.host]) }),
            MetricFamily(
                "trustpath_dns_addresses", "Addresses of the name.",
                samples: named.flatMap { resolution in
                    IPAddress.Family.allCases.filter { resolution.isKnown($0) }.map { family in
                        let count = resolution.addresses.count { $0.family == family }
                        return Sample(
                            Double(count), ["host": resolution.host, "family": family.rawValue])
                    }
                }),
            MetricFamily(
                "trustpath_dns_answer_hash",
                "32 bits of the sorted addresses of a type, to see them change.",
                samples: named.flatMap { resolution in
                    (resolution.resolvers.first?.lookups ?? []).compactMap { lookup in
                        lookup.answerHash.map {
                            Sample(
                                Double($0),
                                [
                                    "host": resolution.host,
                                    "type": lookup.question.type.description,
                                ])
                        }
                    }
                }),
        ]
    }
}

extension Resolution {
    /// A resolver said what addresses of the family there are, or nobody was asked.
    fileprivate func isKnown(_ family: IPAddress.Family) -> Bool {
        resolvers.isEmpty
            || resolvers.contains { view in
                view.lookups.contains {
                    $0.question.type == family.recordType && $0.response?.isDecisive == true
                }
            }
    }
}

extension IPAddress.Family {
    fileprivate var recordType: RecordType { self == .ipv4 ? .a : .aaaa }
}

extension Lookup {
    /// Nil where no answer decides; TTLs and aliases do not count.
    fileprivate var answerHash: UInt32? {
        guard let response, response.isDecisive else { return nil }
        let addresses = response.answers.filter { $0.type == question.type }.compactMap(\.address)
        return fnv1a(Set(addresses).sorted().flatMap(\.bytes))
    }
}

extension ResolverView {
    /// The resolver had its full time, and our own host sent the question.
    fileprivate var isJudged: Bool {
        lookups.contains { lookup in
            switch lookup.outcome {
            case .failure(.cutShort), .failure(.noRoute), .failure(.local): false
            case .success, .failure: true
            }
        }
    }

    /// The codes, each once and ascending, with commas; empty where there are none.
    fileprivate var extendedErrorCodes: String {
        Set(extendedErrors.map(\.code)).sorted().prefix(16).map { String($0) }
            .joined(separator: ",")
    }
}
