/// What one endpoint's conversation before TLS shows.
struct StartTLSRules {
    private let result: EndpointResult

    init(_ result: EndpointResult) { self.result = result }

    var findings: [Finding] {
        switch result.startTLS?.outcome {
        case .failed(let failure): [finding(failure.kind.failureClass, failure.detail)]
        case .unavailable(let detail): [finding(.unknown, detail)]
        case .ready, .cutShort, nil: []
        }
    }

    private func finding(_ failureClass: FailureClass, _ evidence: String) -> Finding {
        Finding(
            failureClass, confidence: .oneObservation, at: [result.place],
            ["\(result.place): \(evidence)"])
    }
}

extension StartTLSFailure.Kind {
    fileprivate var failureClass: FailureClass {
        switch self {
        case .banner: .protocolBannerError
        case .notOffered: .starttlsNotOffered
        case .rejected: .starttlsRejected
        }
    }
}
