import Synchronization

/// Lets one request pass in each interval on average, and at most `burst` at once.
package final class TokenBucket: Sendable {
    private let interval: Duration
    private let burst: Double
    private let state: Mutex<(tokens: Double, at: ContinuousClock.Instant)>

    package init(interval: Duration, burst: Int) {
        (self.interval, self.burst) = (interval, Double(burst))
        state = Mutex((Double(burst), .now))
    }

    /// Takes a token; false when there is none.
    package func take(at now: ContinuousClock.Instant = .now) -> Bool {
        state.withLock { state in
            state.tokens = min(burst, state.tokens + (now - state.at) / interval)
            state.at = now
            guard state.tokens >= 1 else { return false }
            state.tokens -= 1
            return true
        }
    }
}
