package import DNS
package import DNSSEC
package import Sockets

/// Validates a name's address records from the trust anchor down, through the module's resolvers.
package struct ValidationStage: Sendable {
    package var anchors: TrustAnchors
    package var insecureZones: [Name]
    package var cache: KeyCache
    package var exchanges: [Exchange]

    package init(
        anchors: TrustAnchors, insecureZones: [Name] = [], cache: KeyCache, exchanges: [Exchange]
    ) {
        (self.anchors, self.insecureZones) = (anchors, insecureZones)
        (self.cache, self.exchanges) = (cache, exchanges)
    }

    /// Both address types at once; they share what leads down to their zone.
    package func callAsFunction(
        _ name: Name, at now: Int64, budget: Duration, by deadline: Deadline
    ) async -> DNSSECResult {
        let validations = await concurrently([RecordType.a, .aaaa]) { type in
            await self(Question(name, type), at: now, budget: budget, by: deadline)
        }
        return DNSSECResult(validations)
    }

    package func callAsFunction(
        _ question: Question, at now: Int64, budget: Duration, by deadline: Deadline
    ) async -> Validation {
        let validator = Validator(
            anchors: anchors, insecureZones: insecureZones, cache: cache
        ) { question in
            await fetch(question, timer: budget * QuestionTimer.share, by: deadline)
        }
        return await cancelling(at: deadline) { await validator.validate(question, at: now) }
    }

    /// The first resolver's answer; another's only where it gives none at all.
    private func fetch(
        _ question: Question, timer: Duration, by deadline: Deadline
    ) async -> Result<Message, Validator.FetchFailure> {
        var failures: [String] = []
        for exchange in exchanges {
            let lookup = await exchange(question, isChecked: false, timer: timer, by: deadline)
            switch lookup.outcome {
            case .success(let message): return .success(message)
            case .failure(let failure): failures.append("\(exchange.server.label): \(failure)")
            }
        }
        let detail =
            failures.isEmpty ? "no resolver is configured" : failures.joined(separator: "; ")
        return .failure(Validator.FetchFailure(detail))
    }
}

/// Runs `body` and cancels it at the deadline: also a wait for somebody else's work ends then.
private func cancelling<Value: Sendable>(
    at deadline: Deadline, _ body: @escaping @Sendable () async -> Value
) async -> Value {
    let task = Task { await body() }
    let timer = Task {
        if (try? await Task.sleep(until: deadline, clock: .continuous)) != nil { task.cancel() }
    }
    defer { timer.cancel() }
    return await withTaskCancellationHandler {
        await task.value
    } onCancel: {
        task.cancel()
    }
}
