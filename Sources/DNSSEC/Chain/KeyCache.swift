import DNS
import Synchronization

/// Validated key sets of zones, each for at most its TTL. Nothing else is kept, no failure, no answer.
/// Askers for the same zone at the same time share one fetch. One cache serves one set of trust anchors.
package final class KeyCache: Sendable {
    private struct State {
        var zones: [Name: SecureZone] = [:]
        var waiting: [Name: [UInt64: CheckedContinuation<Void, Never>]] = [:]
        var busy: Set<Name> = []
        var nextTicket: UInt64 = 0
        var (hits, misses) = (0, 0)
    }

    private let state = Mutex(State())
    /// Zones held at most; an agent that watches more simply asks again.
    private static let capacity = 10_000
    /// Seconds that keys are held at the most, so that a broken roll-over shows soon whatever the TTL.
    private static let longestLife: Int64 = 900

    package init() {}

    /// How often a zone's keys were found here, and not.
    package var statistics: (hits: Int, misses: Int) { state.withLock { ($0.hits, $0.misses) } }

    /// The deepest zone held that is at or above `name` and at or below `top`.
    func deepest(above name: Name, within top: Name, at now: Int64) -> SecureZone? {
        state.withLock { state in
            var candidate: Name? = name
            while let name = candidate, name.isWithin(top) {
                if let zone = Self.held(name, in: &state, at: now) { return zone }
                candidate = name.parent
            }
            return nil
        }
    }

    func forget(_ zone: Name) {
        state.withLock { $0.zones[zone] = nil }
    }

    /// Gives what is held, or runs `establish`, once for all who ask meanwhile. A failure is given to the one
    /// who ran it only: the others then try for themselves, all at once, or their waits would add up.
    func zone(
        _ name: Name, at now: Int64, by deadline: ContinuousClock.Instant?,
        establish: () async -> ZoneState
    ) async -> ZoneState {
        switch claim(name, at: now) {
        case .held(let zone): return .secure(zone)
        case .mine:
            let result = await establish()
            release(name, result, at: now)
            return result
        case .busy:
            await turn(name, by: deadline)
            guard !Task.isCancelled, deadline.map({ $0 > .now }) ?? true else {
                return .unproven(
                    .undecided(in: name, "there was no time left to ask for its keys"), trail: [])
            }
            let zone = state.withLock { Self.held(name, in: &$0, at: now) }
            if let zone { return .secure(zone) }
            let result = await establish()
            state.withLock { Self.keep(result, as: name, in: &$0, at: now) }
            return result
        }
    }

    private enum Claim {
        case held(SecureZone), mine, busy
    }

    private func claim(_ name: Name, at now: Int64) -> Claim {
        state.withLock { state in
            if let zone = Self.held(name, in: &state, at: now) { return .held(zone) }
            guard state.busy.insert(name).inserted else { return .busy }
            state.misses += 1
            return .mine
        }
    }

    private static func held(_ name: Name, in state: inout State, at now: Int64) -> SecureZone? {
        guard let zone = state.zones[name], zone.validity.contains(now) else { return nil }
        state.hits += 1
        return zone
    }

    private func release(_ name: Name, _ result: ZoneState, at now: Int64) {
        let waiters = state.withLock { state in
            state.busy.remove(name)
            Self.keep(result, as: name, in: &state, at: now)
            return state.waiting.removeValue(forKey: name) ?? [:]
        }
        for waiter in waiters.values { waiter.resume() }
    }

    private static func keep(
        _ result: ZoneState, as name: Name, in state: inout State, at now: Int64
    ) {
        guard case .secure(let zone) = result, zone.validity.contains(now) else { return }
        if state.zones.count >= capacity {
            state.zones = state.zones.filter { $0.value.validity.contains(now) }
        }
        if state.zones.count < capacity { state.zones[name] = zone }
    }

    /// Waits until whoever is busy with the zone is done, the deadline has come or this task is cancelled.
    private func turn(_ name: Name, by deadline: ContinuousClock.Instant?) async {
        let ticket = state.withLock { state in
            state.nextTicket += 1
            return state.nextTicket
        }
        // A timer only here, where one is needed: it costs as much as a validation.
        let timer = deadline.map { deadline in
            Task {
                try? await Task.sleep(until: deadline, clock: .continuous)
                resume(name, ticket)
            }
        }
        defer { timer?.cancel() }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    guard state.busy.contains(name), !Task.isCancelled,
                        deadline.map({ $0 > .now }) ?? true
                    else { return true }
                    state.waiting[name, default: [:]][ticket] = continuation
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            resume(name, ticket)
        }
    }

    private func resume(_ name: Name, _ ticket: UInt64) {
        state.withLock { $0.waiting[name]?.removeValue(forKey: ticket) }?.resume()
    }

    /// When a zone may be used, all that it rests on being good for `validities`.
    static func validity(_ validities: [Range<Int64>], from now: Int64) -> Range<Int64> {
        validities.reduce(.min..<(now + longestLife)) { $0.clamped(to: $1) }
    }
}
