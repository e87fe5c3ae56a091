import Configuration
import Exposition
import HTTPServer
import Probe

/// What is answered on which path.
struct Routes: Sendable {
    let agent: Agent

    func respond(to request: HTTPRequest) async -> HTTPResponse {
        switch (request.method, request.path) {
        case ("GET", "/probe"): await probe(request) { Self.metrics($0, request) }
        case ("GET", "/report"): await probe(request) { Self.page($0, request) }
        case ("GET", "/metrics"): await metrics(request)
        case ("GET", "/"): HTTPResponse(html: LandingPage(agent.recent.newest).html)
        case ("GET", "/config"): await configuration()
        case ("GET", "/-/healthy"): HTTPResponse(text: "Healthy\n")
        case ("GET", "/-/ready"): HTTPResponse(text: "Ready\n")
        case ("POST", "/-/reload"): await reload()
        case (_, let path) where Self.paths.contains(path):
            HTTPResponse(
                text: "\(request.method) is not allowed on \(path)\n", status: 405
            ).with("Allow", path == "/-/reload" ? "POST" : "GET, HEAD")
        default: HTTPResponse(text: "there is nothing here\n", status: 404)
        }
    }

    private static let paths: Set<String> = [
        "/probe", "/report", "/metrics", "/", "/config", "/-/healthy", "/-/ready", "/-/reload",
    ]

    private func probe(
        _ request: HTTPRequest, _ render: (Report) -> HTTPResponse
    ) async -> HTTPResponse {
        let run: ProbeRequest
        do {
            run = try ProbeRequest(request, agent.state, offset: agent.timeoutOffset)
        } catch {
            if error.status == 403 { agent.metrics.noteRefusal(.target) }
            return HTTPResponse(text: error.message + "\n", status: error.status)
        }
        guard agent.metrics.enter(limit: agent.state.configuration.limits.concurrentProbes) else {
            agent.metrics.noteRefusal(.limit)
            return HTTPResponse(text: "too many probes are running\n", status: 503)
                .with("Retry-After", "1")
        }
        defer { agent.metrics.leave() }
        let report = await Probe(run.module)(run.target, run.options, budget: run.budget)
        // The client has gone: what was cut off tells nothing of the target.
        if !Task.isCancelled {
            agent.metrics.note(report)
            agent.recent.add(report)
        }
        return render(report)
    }

    private static func metrics(_ report: Report, _ request: HTTPRequest) -> HTTPResponse {
        let page = Exposition(distinct: report.metricFamilies())
        guard request.values(of: "debug") != ["true"] else {
            return HTTPResponse(
                text: report.text() + "\n" + String(decoding: page.text(), as: UTF8.self))
        }
        let format = Exposition.format(accepting: request.header("Accept"))
        return response(page.page(format), format)
    }

    private static func page(_ report: Report, _ request: HTTPRequest) -> HTTPResponse {
        let accept = request.header("Accept") ?? ""
        let page =
            accept.contains("application/json")
            ? HTTPResponse(report.json(), contentType: "application/json")
            : HTTPResponse(html: report.html())
        return page.with("Vary", "Accept")
    }

    private func metrics(_ request: HTTPRequest) async -> HTTPResponse {
        let state = agent.state
        let budget: Duration?
        do {
            budget = try ProbeRequest.budget(ofScrape: request, offset: agent.timeoutOffset)
        } catch {
            return HTTPResponse(text: error.message + "\n", status: error.status)
        }
        let targets = await state.shared.scrape(agent, state, budget: budget)
        let format = Exposition.format(accepting: request.header("Accept"))
        let own = agent.metrics.families(
            modules: state.moduleNames, exchanges: agent.counts.snapshot,
            keyCache: state.keyCacheStatistics, skipped: targets.skipped)
        // Not on a thread that other probes' sockets wait for: half a millisecond for each target.
        let page = await withTaskExecutorPreference(
            targets.reports.isEmpty ? nil : globalConcurrentExecutor
        ) {
            var page = ExpositionWriter(format)
            page.add(own)
            for (probe, report) in targets.reports {
                page.add(report.metricFamilies(leading: probe.labels))
            }
            return page.finish()
        }
        return Self.response(page, format)
    }

    private static func response(_ page: [UInt8], _ format: Exposition.Format) -> HTTPResponse {
        HTTPResponse(page, contentType: format.contentType).with("Vary", "Accept")
    }

    // Neither runs on a thread that probes' sockets wait for: large files take a while.

    private func configuration() async -> HTTPResponse {
        await withTaskExecutorPreference(globalConcurrentExecutor) {
            HTTPResponse(text: agent.state.configuration.yaml())
        }
    }

    private func reload() async -> HTTPResponse {
        let error = await withTaskExecutorPreference(globalConcurrentExecutor) { agent.reload() }
        guard let error else { return HTTPResponse(text: "reloaded\n") }
        return HTTPResponse(text: "not reloaded: \(error)\n", status: 500)
    }
}

extension HTTPResponse {
    func with(_ name: String, _ value: String) -> HTTPResponse {
        var response = self
        response.headers.append((name, value))
        return response
    }
}
