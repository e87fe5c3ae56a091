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

    package init(
        anchors: TrustAnchors, insecureZones: [Name] = [], cache: KeyCache, resolvers: [Resolver]
    ) {
        (self.anchors, self.insecureZones) = (anchors, insecureZones)
        (self.cache, self.resolvers) = (cache, resolvers)
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
        let sources = ValidationSources(
            resolvers, timer: budget * QuestionTimer.share, by: deadline)
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
