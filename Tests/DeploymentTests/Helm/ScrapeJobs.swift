import Peers

// What the Prometheus operator makes of its resources, in the order in which it makes it: first the labels that it sets
// itself, then the relabelling of the resource. Discoveries that need a cluster are a list of what they would find.

/// The scrape jobs of the Probe resources that values render to.
func jobs(ofProbes values: [String]) async throws -> [JSON] {
    try await Chart.resources(setting: values).all("Probe").map { probe in
        let spec = probe.spec
        let isStatic = spec["targets"]["staticConfig"] != nil
        let targets = spec["targets"][isStatic ? "staticConfig" : "ingress"]
        let own = relabelings(targets["relabelingConfigs"])
        let first: [JSON] =
            isStatic
            ? [["source_labels": ["__address__"], "target_label": "__param_target"]] : ingress
        var labels = targets["labels"].mapping
        labels["namespace"] = probe.json[path: "metadata.namespace"]
        return [
            "job_name": .text("probe/\(probe.name)"),
            "metrics_path": spec["prober"]["path"], "scheme": spec["prober"]["scheme"],
            "scrape_interval": spec["interval"], "scrape_timeout": spec["scrapeTimeout"],
            "params": ["module": [spec["module"]]],
            "static_configs": isStatic
                ? [["targets": targets["static"], "labels": .mapping(labels)]] : found,
            "relabel_configs": .list(
                [["target_label": "job", "replacement": spec["jobName"]]] + first + [
                    ["source_labels": ["__param_target"], "target_label": "instance"],
                    ["target_label": "__address__", "replacement": spec["prober"]["url"]],
                ] + own),
        ]
    }
}

/// The scrape jobs of the PodMonitors that values render to, before one pod.
func jobs(ofPods values: [String]) async throws -> [JSON] {
    let monitors = try await Chart.resources(setting: values).all("PodMonitor")
    return monitors.flatMap { monitor in
        monitor.spec["podMetricsEndpoints"].list.enumerated().map { number, endpoint in
            [
                "job_name": .text("pods/\(monitor.name)/\(number)"),
                "metrics_path": endpoint["path"], "scheme": endpoint["scheme"],
                "scrape_interval": endpoint["interval"],
                "scrape_timeout": endpoint["scrapeTimeout"], "params": endpoint["params"],
                "static_configs": [
                    [
                        "targets": ["agent:10853"],
                        "labels": [
                            "__meta_kubernetes_namespace": .text(Chart.namespace),
                            "__meta_kubernetes_pod_name": "agent-1",
                            "__meta_kubernetes_node_label_topology_kubernetes_io_zone": "zone-c",
                        ],
                    ]
                ],
                "relabel_configs": .list(
                    [
                        [
                            "source_labels": ["__meta_kubernetes_namespace"],
                            "target_label": "namespace",
                        ],
                        ["source_labels": ["__meta_kubernetes_pod_name"], "target_label": "pod"],
                    ] + relabelings(endpoint["relabelings"])),
            ]
        }
    }
}

/// The scrape jobs of the ScrapeConfigs that values render to.
func jobs(ofDiscovery values: [String]) async throws -> [JSON] {
    try await Chart.resources(setting: values).all("ScrapeConfig").map { config in
        [
            "job_name": .text("scrapeConfig/\(config.name)"),
            "metrics_path": config.spec["metricsPath"],
            "scheme": .text(config.spec["scheme"].text?.lowercased() ?? ""),
            "scrape_interval": config.spec["scrapeInterval"],
            "scrape_timeout": config.spec["scrapeTimeout"], "params": config.spec["params"],
            "static_configs": config.spec["staticConfigs"],
            "relabel_configs": .list(relabelings(config.spec["relabelings"])),
        ]
    }
}

extension JSON {
    /// The same job, its requests going to another place in the end.
    func asking(_ place: String) -> JSON {
        let last: JSON = ["target_label": "__address__", "replacement": .text(place)]
        let relabelings = self["relabel_configs"].list + [last]
        return replacing(["relabel_configs"], with: .list(relabelings))
    }
}

/// In the file that Prometheus reads, the keys have underscores.
private func relabelings(_ relabelings: JSON) -> [JSON] {
    let names = ["sourceLabels": "source_labels", "targetLabel": "target_label"]
    return relabelings.list.map { relabeling in
        let pairs = relabeling.mapping.map { (names[$0] ?? $0, $1) }
        return .mapping(Dictionary(uniqueKeysWithValues: pairs))
    }
}

/// What the discovery of Ingresses finds: a host with two paths, and one without TLS.
private let found: JSON = .list(
    [
        ("healthy.test", "https", "/"), ("healthy.test", "https", "/cart"),
        ("plain.test", "http", "/"),
    ]
    .map { host, scheme, path in
        [
            "targets": [.text(host)],
            "labels": [
                "__meta_kubernetes_ingress_scheme": .text(scheme),
                "__meta_kubernetes_ingress_path": .text(path),
                "__meta_kubernetes_namespace": "shops",
                "__meta_kubernetes_ingress_name": "shop",
            ],
        ]
    })

private let ingress: [JSON] = [
    [
        "source_labels": [
            "__meta_kubernetes_ingress_scheme", "__address__", "__meta_kubernetes_ingress_path",
        ],
        "separator": ";", "regex": "(.+);(.+);(.+)", "target_label": "__param_target",
        "replacement": "${1}://${2}${3}", "action": "replace",
    ],
    ["source_labels": ["__meta_kubernetes_namespace"], "target_label": "namespace"],
    ["source_labels": ["__meta_kubernetes_ingress_name"], "target_label": "ingress"],
    ["source_labels": ["__address__"], "target_label": "__tmp_ingress_address"],
]
