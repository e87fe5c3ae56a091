package import DNS

extension Validation {
    /// What asking `other` would give, where the records that prove this negative answer prove that one too (RFC 8198 5);
    /// nil where somebody must be asked.
    package func denial(of other: Question) -> Validation? {
        let zone = zones.map(\.zone).filter { question.name.isWithin($0) }
            .max { $0.labelCount < $1.labelCount }
        guard status == .secure, denied == question, let zone, other.name.isWithin(zone) else {
            return nil
        }
        let work = Work(WorkLimits())
        // A proof that costs too much is none.
        let denial = try? Denial(denial, in: zone, work.limits)
        switch try? denial?.proof(of: other.name, other.type, work) {
        case .nameError, .noData: break
        default: return nil
        }
        var validation = self
        (validation.question, validation.denied, validation.notes) = (other, other, [])
        return validation
    }
}
