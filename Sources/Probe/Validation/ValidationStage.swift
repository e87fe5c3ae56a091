package import DNS
package import DNSSEC
package import Sockets
import Synchronization

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
        let silent = SilentServers()
        let validator = Validator(
            anchors: anchors, insecureZones: insecureZones, cache: cache
        ) { question in
            await fetch(question, timer: budget * QuestionTimer.share, by: deadline, silent)
        }
        return await cancelling(at: deadline) { await validator.validate(question, at: now) }
    }

    /// The first resolver's answer; another's only where it gives none or refuses.
    private func fetch(
        _ question: Question, timer: Duration, by deadline: Deadline, _ silent: SilentServers
    ) async -> Result<Message, Validator.FetchFailure> {
        var failures: [String] = []
        var refusal: Message?
        for exchange in silent.without(exchanges) {
            let lookup = await exchange(question, isChecked: false, timer: timer, by: deadline)
            switch lookup.outcome {
            case .success(let message):
                guard Self.refusals.contains(message.responseCode) else { return .success(message) }
                refusal = refusal ?? message
            case .failure(let failure):
                silent.add(exchange.server)
                failures.append("\(exchange.server.label): \(failure)")
            }
        }
        if let refusal { return .success(refusal) }
        let detail =
            failures.isEmpty ? "no resolver is configured" : failures.joined(separator: "; ")
        return .failure(Validator.FetchFailure(detail))
    }

    private static let refusals: Set<ResponseCode> = [
        .serverFailure, .refused, .notImplemented, .notAuthoritative,
    ]
}

/// The servers that gave no answer in this validation: waiting for each again would take all its time.
private final class SilentServers: Sendable {
    private let servers = Mutex<Set<ResolverSpec.Server>>([])

    func add(_ server: ResolverSpec.Server) { servers.withLock { _ = $0.insert(server) } }

    /// All of them where none answers.
    func without(_ exchanges: [Exchange]) -> [Exchange] {
        let silent = servers.withLock { $0 }
        let left = exchanges.filter { !silent.contains($0.server) }
        return left.isEmpty ? exchanges : left
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
