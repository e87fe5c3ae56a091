import HTTPServer
import Synchronization

/// What the health port answers: whether the agent runs, and whether it takes new work.
final class HealthRoutes: Sendable {
    private let isStopping = Atomic(false)

    /// From now on the agent is healthy but not ready, so that nothing new is sent to it.
    func beginStop() { isStopping.store(true, ordering: .relaxed) }

    func respond(to request: HTTPRequest) -> HTTPResponse {
        switch (request.method, request.path) {
        case ("GET", "/-/healthy"): HTTPResponse(text: "Healthy\n")
        case ("GET", "/-/ready"):
            isStopping.load(ordering: .relaxed)
                ? HTTPResponse(text: "Stopping\n", status: 503) : HTTPResponse(text: "Ready\n")
        case (_, "/-/healthy"), (_, "/-/ready"):
            HTTPResponse(
                text: "\(request.method) is not allowed on \(request.path)\n", status: 405
            ).with("Allow", "GET, HEAD")
        default: HTTPResponse(text: "there is nothing here\n", status: 404)
        }
    }
}
