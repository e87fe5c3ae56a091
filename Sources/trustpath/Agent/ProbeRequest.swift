import HTTPServer
import Probe

/// What a request asks to probe, understood and permitted.
struct ProbeRequest {
    let target: Target
    let module: PreparedModule
    let options: Probe.Options
    /// The time that the probe may take in all.
    let budget: Duration

    /// Why it cannot be run, as one sentence.
    struct Refusal: Error {
        let status: Int
        let message: String

        init(_ status: Int, _ message: String) { (self.status, self.message) = (status, message) }
    }

    init(_ request: HTTPRequest, _ state: AgentState, offset: Duration) throws(Refusal) {
        guard let text = try Self.single("target", request), !text.isEmpty else {
            throw Refusal(400, "the parameter \"target\" is missing")
        }
        // An empty field of the form means the usual module.
        let moduleName = try Self.single("module", request).flatMap { $0.isEmpty ? nil : $0 }
        do throws(InputError) {
            target = try Target(parsing: text)
            module = try state.module(moduleName, for: target)
        } catch {
            throw Refusal(400, error.message)
        }
        guard state.rule.permits(target) else {
            throw Refusal(
                403, "the target \"\(text)\" is not among those that limits.targets allows")
        }
        let (ports, hostname) = (
            try Self.single("ports", request), try Self.single("hostname", request)
        )
        do throws(InputError) {
            options = try Probe.Options(
                ports: ports, hostname: hostname, addresses: request.values(of: "address"))
        } catch {
            throw Refusal(400, error.message)
        }
        budget = min(
            module.timeout, try Self.budget(ofScrape: request, offset: offset) ?? module.timeout)
    }

    private static func single(
        _ name: String, _ request: HTTPRequest
    ) throws(Refusal) -> String? {
        let values = request.values(of: name)
        guard values.count <= 1 else {
            throw Refusal(400, "the parameter \"\(name)\" stands twice")
        }
        return values.first
    }

    /// What Prometheus will wait, less the offset but never below half of it; nil where it does not say.
    static func budget(
        ofScrape request: HTTPRequest, offset: Duration
    ) throws(Refusal) -> Duration? {
        let field = "X-Prometheus-Scrape-Timeout-Seconds"
        guard let text = request.header(field) else { return nil }
        guard let seconds = Double(text), seconds > 0, seconds <= 86400 else {
            throw Refusal(
                400, "the header \(field) \"\(text)\" is not a positive number of seconds")
        }
        let scrape = Duration.seconds(seconds)
        return max(scrape - offset, scrape / 2)
    }
}
