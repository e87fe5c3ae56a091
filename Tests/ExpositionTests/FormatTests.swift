import Exposition
import Testing

@Suite struct FormatTests {
    @Test(arguments: [
        nil, "", "*/*", "text/plain", "text/plain;version=0.0.4", "garbage", ";;,,",
        "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
        "application/openmetrics-text;q=0", "application/openmetrics-text;q=x",
        "application/openmetrics-text;version=1.0.0;q=0.3,text/plain;q=0.5",
        "application/openmetrics-text;version=0.0.1", "application/json",
        "application/openmetrics-text;q=0.2,*/*",
    ])
    func text(header: String?) {
        #expect(Exposition.format(accepting: header) == .text)
    }

    @Test(arguments: [
        "application/openmetrics-text",
        "application/openmetrics-text; version=1.0.0; charset=utf-8",
        // What Prometheus 2.42 and 3.0 send.
        """
        application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,\
        text/plain;version=0.0.4;q=0.5,*/*;q=0.1
        """,
        """
        application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,\
        application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;\
        escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2
        """,
        "Application/OpenMetrics-Text ; Version=\"1.0.0\" , text/plain",
    ])
    func openMetrics(header: String) {
        #expect(Exposition.format(accepting: header) == .openMetrics)
    }

    @Test func contentTypes() {
        #expect(Exposition.Format.text.contentType == "text/plain; version=0.0.4; charset=utf-8")
        #expect(
            Exposition.Format.openMetrics.contentType
                == "application/openmetrics-text; version=1.0.0; charset=utf-8")
    }
}
