import Exposition
import Testing

@Suite struct ExpositionTests {
    static let families = [
        MetricFamily("probe_success", "Whether \"all\" is well.\nReally \\o/.", value: 1),
        MetricFamily("empty", "Nothing.", samples: []),
        MetricFamily(
            "expiry_timestamp_seconds", "When it ends.",
            samples: [
                Sample(1_793_664_000, ["host": "a.example", "zone": "ü\\\"\n\0"]),
                Sample(0.1 + 0.2, ["host": "b.example"]),
                Sample(7, ["zone": "ü\\\"\n\0", "host": "a.example"]),
            ]),
        MetricFamily(
            "probes_total", "Probes.", kind: .counter,
            samples: [
                Sample(3, ["outcome": "success"]),
                Sample(4, ["outcome": "failure"], suffix: .total),
            ]),
        MetricFamily(
            "probe_success", "Other words.", samples: [Sample(false), Sample(2, ["a": "b"])]),
    ]

    @Test func textIsExact() {
        let page = String(decoding: Exposition(Self.families).text(), as: UTF8.self)
        #expect(
            page == #"""
                # HELP probe_success Whether "all" is well.\nReally \\o/.
                # TYPE probe_success gauge
                probe_success 1
                probe_success{a="b"} 2
                # HELP expiry_timestamp_seconds When it ends.
                # TYPE expiry_timestamp_seconds gauge
                expiry_timestamp_seconds{host="a.example",zone="ü\\\"\n�"} 1793664000
                expiry_timestamp_seconds{host="b.example"} 0.30000000000000004
                # HELP probes_total Probes.
                # TYPE probes_total counter
                probes_total{outcome="success"} 3
                probes_total{outcome="failure"} 4

                """#)
    }

    @Test func openMetricsIsExact() {
        let page = String(decoding: Exposition(Self.families).openMetrics(), as: UTF8.self)
        #expect(
            page == #"""
                # TYPE probe_success gauge
                # HELP probe_success Whether \"all\" is well.\nReally \\o/.
                probe_success 1
                probe_success{a="b"} 2
                # TYPE expiry_timestamp_seconds gauge
                # UNIT expiry_timestamp_seconds seconds
                # HELP expiry_timestamp_seconds When it ends.
                expiry_timestamp_seconds{host="a.example",zone="ü\\\"\n�"} 1793664000
                expiry_timestamp_seconds{host="b.example"} 0.30000000000000004
                # TYPE probes counter
                # HELP probes Probes.
                probes_total{outcome="success"} 3
                probes_total{outcome="failure"} 4
                # EOF

                """#)
    }

    @Test func nothingIsAnEmptyPage() {
        #expect(Exposition([]).text().isEmpty)
        #expect(Exposition([]).openMetrics() == Array("# EOF\n".utf8))
    }

    /// Prometheus refuses a whole page where a series stands twice; what only looks alike is two.
    @Test func firstSampleOfASeriesCounts() {
        let labels: [Labels] = [
            ["a": "1", "b": "2"], ["b": "2", "a": "1"],
            ["a": "1", "b": "2", "c": ""],
            ["a": "2", "b": "1"], ["a": "1", "c": "2"], ["a": "1"],
            ["a": "1", "b": ""],
            [:], ["a": ""], ["a": "é"], ["a": "e\u{301}"],
        ]
        let samples = labels.enumerated().map { Sample(Double($0), $1) }
        let page = Exposition([MetricFamily("m", "", samples: samples)]).text()
        #expect(
            String(decoding: page, as: UTF8.self).split(separator: "\n").dropFirst(2) == [
                #"m{a="1",b="2"} 0"#, #"m{a="2",b="1"} 3"#, #"m{a="1",c="2"} 4"#, #"m{a="1"} 5"#,
                "m 7", #"m{a="é"} 9"#, "m{a=\"e\u{301}\"} 10",
            ])
    }

    @Test func histogramsCumulate() {
        var histogram = Histogram(bounds: [1, 0.005, .infinity])
        for value in [0.005, 0.25, 1, 30] { histogram.observe(value) }
        let family = MetricFamily(
            "duration_seconds", "How long.", kind: .histogram,
            samples: histogram.samples(["module": "web"]))
        #expect(
            String(decoding: Exposition([family]).text(), as: UTF8.self) == """
                # HELP duration_seconds How long.
                # TYPE duration_seconds histogram
                duration_seconds_bucket{module="web",le="0.005"} 1
                duration_seconds_bucket{module="web",le="1"} 3
                duration_seconds_bucket{module="web",le="+Inf"} 4
                duration_seconds_sum{module="web"} 31.255
                duration_seconds_count{module="web"} 4

                """)
        let openMetrics = String(decoding: Exposition([family]).openMetrics(), as: UTF8.self)
        #expect(openMetrics.contains(#"le="1.0"} 3"#) && openMetrics.contains(#"le="+Inf"} 4"#))
        #expect(histogram.count == 4)
    }

    @Test(
        arguments: [
            (1, "1"), (-3, "-3"), (1_700_000_000, "1700000000"), (4_294_967_295, "4294967295"),
            (9_007_199_254_740_992, "9007199254740992"), (0.0015, "0.0015"), (1.5e-05, "1.5e-05"),
            (.infinity, "+Inf"), (-.infinity, "-Inf"), (.nan, "NaN"), (1e300, "1e+300"),
            (1_700_000_000.25, "1700000000.25"),
        ] as [(Double, String)])
    func numbers(value: Double, text: String) {
        let page = Exposition([MetricFamily("m", "", value: value)]).text()
        #expect(String(decoding: page, as: UTF8.self).hasSuffix("\nm \(text)\n"))
        if value.isFinite { #expect(Double(text) == value) }
    }

    /// Source by source gives the page that all of them at once give, in whatever order their families come.
    @Test(arguments: [Exposition.Format.text, .openMetrics])
    func writerGivesTheSamePage(_ format: Exposition.Format) {
        func source(_ name: String) -> [MetricFamily] {
            Self.families.map { family in
                var family = family
                for index in family.samples.indices {
                    family.samples[index].labels = ["target": name] + family.samples[index].labels
                }
                return family
            }
        }
        let own = MetricFamily("own", "Only in one.", value: 1)
        let sources = [[own] + source("a"), source("b").reversed(), [], source("c")]
        var writer = ExpositionWriter(format)
        for source in sources { writer.add(source) }
        let whole = Exposition(sources.flatMap { $0 }).page(format)
        #expect(
            String(decoding: writer.finish(), as: UTF8.self)
                == String(decoding: whole, as: UTF8.self))
        #expect(ExpositionWriter(format).finish() == Exposition([]).page(format))
    }
}
