package import DNS
package import DNSSEC
package import Sockets

/// Validates a name's address records from the trust anchor down, through the module's resolvers.
package struct ValidationStage: Sendable {
    package var anchors: TrustAnchors
    package var insecureZones: [Name]
    package var cache: KeyCache
    /// The first is asked; the others where it does not serve.
    package var resolvers: [Resolver]
    /// Of all validations by this value, which is one probe's.
    private let silent = SilentResolvers()

    package init(
        anchors: TrustAnchors, insecureZones: [Name] = [], cache: KeyCache, resolvers: [Resolver]
    ) {
        (self.anchors, self.insecureZones) = (anchors, insecureZones)
        (self.cache, self.resolvers) = (cache, resolvers)
    }

    /// All types at once; they share what leads down to their zone.
    package func callAsFunction(
        _ name: Name, _ types: [RecordType] = [.a, .aaaa], at now: Int64, budget: Duration,
        by deadline: Deadline
    ) async -> DNSSECResult {
        let results = await concurrently(types) { type in
            await judge(Question(name, type), at: now, budget: budget, by: deadline)
        }
        var result = DNSSECResult(results.map(\.validation))
        result.contradictions = results.compactMap(\.contradiction)
        return result
    }

    /// By the first resolver that serves, as `delv` would.
    package func callAsFunction(
        _ question: Question, at now: Int64, budget: Duration, by deadline: Deadline
    ) async -> Validation {
        let sources = ValidationSources(
            resolvers, except: silent, timer: budget * QuestionTimer.share, by: deadline)
        return await validate(question, from: sources, at: now, by: deadline)
    }

    /// One resolver's data may be bogus where the zone's are not: the others are asked before a zone is called so.
    private func judge(
        _ question: Question, at now: Int64, budget: Duration, by deadline: Deadline
    ) async -> (validation: Validation, contradiction: DNSSECResult.Contradiction?) {
        let sources = ValidationSources(
            resolvers, except: silent, timer: budget * QuestionTimer.share, by: deadline)
        let first = await validate(question, from: sources, at: now, by: deadline)
        guard first.status == .bogus, let fault = first.fault, let split = sources.split else {
            return (first, nil)
        }
        let others = ValidationSources(
            split.others, except: silent, timer: budget * QuestionTimer.share, by: deadline)
        var second = await validate(question, from: others, at: now, by: deadline)
        guard second.status < .indeterminate else { return (first, nil) }
        second.notes.append("by \(split.answering) alone it is bogus: \(fault.detail)")
        return (second, .init(resolver: split.answering, fault: fault))
    }

    private func validate(
        _ question: Question, from sources: ValidationSources, at now: Int64,
        by deadline: Deadline
    ) async -> Validation {
        let validator = Validator(
            anchors: anchors, insecureZones: insecureZones, cache: cache, deadline: deadline,
            control: sources.someoneStrips, fetch: sources.fetch)
        var validation = await validator.validate(question, at: now)
        while validation.isStripped, sources.areLeft {
            validation = await validator.validate(question, at: now)
        }
        validation.notes += sources.stripping.map {
            "\($0) strips DNSSEC records from its answers"
        }
        return validation
    }
}
