import DNS
import OpenSSL

/// How the renderings say things, the same in all of them.
extension Duration {
    /// To the microsecond.
    var seconds: Double { (self / .microseconds(1)).rounded() / 1e6 }

    /// `0.4 ms`, `12 ms`, `3.02 s`.
    var words: String {
        let microseconds = Int64(max(0, self / .microseconds(1)).rounded())
        if microseconds < 9_950 { return Self.decimal(microseconds, unit: 1000, digits: 1) + " ms" }
        if microseconds < 999_500 { return "\((microseconds + 500) / 1000) ms" }
        return Self.decimal(microseconds, unit: 1_000_000, digits: 2) + " s"
    }

    private static func decimal(_ number: Int64, unit: Int64, digits: Int) -> String {
        let scale: Int64 = digits == 1 ? 10 : 100
        let rounded = (number * scale + unit / 2) / unit
        let fraction = String(rounded % scale)
        return "\(rounded / scale)."
            + String(repeating: "0", count: digits - fraction.count) + fraction
    }
}

extension Int64 {
    /// RFC 3339.
    var timeText: String { CivilTime(secondsSince1970: self).rfc3339 }

    /// What is left until this moment, or how long ago it was: `28 days left`, `ended 3 hours ago`.
    func remaining(at now: Int64) -> String {
        let (seconds, isOver) = (self >= now ? self - now : now - self, self < now)
        let (count, unit): (Int64, String) =
            switch seconds {
            case 172_800...: (seconds / 86400, "day")
            case 7200...: (seconds / 3600, "hour")
            default: (seconds / 60, "minute")
            }
        let words = "\(count) \(unit)\(count == 1 ? "" : "s")"
        return isOver ? "ended \(words) ago" : "\(words) left"
    }
}

/// A version as blackbox_exporter and people write it: `TLSv1.3` is `TLS 1.3`, `TLSv1` `TLS 1.0`.
func versionText(_ name: String) -> String {
    switch name {
    case "TLSv1": "TLS 1.0"
    case "SSLv3": "SSL 3.0"
    default: name.hasPrefix("TLSv") ? "TLS " + name.dropFirst(4) : name
    }
}

extension EndpointResult.Connection {
    /// The state's name in JSON.
    var state: String {
        switch self {
        case .connected: "connected"
        case .failed: "failed"
        case .forbidden: "forbidden"
        case .noRouteForFamily: "no_route"
        case .cutShort: "cut_short"
        }
    }

    /// Time until the connection stood, or failed; nil where it was not tried to the end.
    var duration: Duration? {
        switch self {
        case .connected(let duration), .failed(_, after: let duration): duration
        default: nil
        }
    }

    /// Why there is no connection, one clause; nil where there is one.
    var trouble: String? {
        switch self {
        case .connected: nil
        case .failed(let error, _): "\(error)"
        case .forbidden: "the address policy forbids it"
        case .noRouteForFamily: "this host has no route to addresses of this family"
        case .cutShort: "the probe's time was over before it connected"
        }
    }

    /// TCP stands or not; nil where that is not known.
    var isUp: Bool? {
        switch self {
        case .connected: true
        case .failed: false
        case .forbidden, .noRouteForFamily, .cutShort: nil
        }
    }
}

extension StartTLS.Outcome {
    /// The outcome's name in JSON.
    var state: String {
        switch self {
        case .ready: "ready"
        case .failed(let failure): failure.kind.rawValue
        case .cutShort: "cut_short"
        case .unavailable: "unavailable"
        }
    }

    /// Whether the server lets TLS begin; nil where that is not known.
    var isSuccess: Bool? {
        switch self {
        case .ready: true
        case .failed: false
        case .cutShort, .unavailable: nil
        }
    }

    /// Why TLS could not begin, one clause; nil where it could.
    var trouble: String? {
        switch self {
        case .ready: nil
        case .failed(let failure): failure.detail
        case .cutShort: "the probe's time was over before STARTTLS was through"
        case .unavailable(let detail): detail
        }
    }
}

extension Handshake.Outcome {
    /// The state's name in JSON.
    var state: String {
        switch self {
        case .completed: "completed"
        case .failed: "failed"
        case .disconnected: "disconnected"
        case .timedOut: "timed_out"
        case .cutShort: "cut_short"
        case .unavailable: "unavailable"
        }
    }

    /// Why the handshake did not complete, one clause; nil where it did.
    var trouble: String? {
        switch self {
        case .completed: nil
        case .failed(let failure): "\(failure)"
        case .disconnected(let error): "\(error)"
        case .timedOut: "no handshake within its time"
        case .cutShort: "the probe's time was over before the handshake"
        case .unavailable(let detail): detail
        }
    }

    /// Whether the server shakes hands; nil where that is not known.
    var isSuccess: Bool? {
        switch self {
        case .completed: true
        case .failed, .disconnected, .timedOut: false
        case .cutShort, .unavailable: nil
        }
    }
}

extension Resolution.Outcome {
    /// The outcome's name in JSON.
    var state: String {
        switch self {
        case .addresses: "addresses"
        case .nameError: "name_error"
        case .noAddress: "no_address"
        case .brokenAlias: "broken_alias"
        case .failed: "failed"
        case .cutShort: "cut_short"
        case .unavailable: "unavailable"
        }
    }

    /// Why there is no address, one clause; nil where there is one.
    var trouble: String? {
        switch self {
        case .addresses: nil
        case .nameError: "the name does not exist"
        case .noAddress: "the name has no address"
        case .brokenAlias(let detail), .unavailable(let detail): detail
        case .failed: "no resolver gave an answer that decides"
        case .cutShort: "the probe's time was over before an answer came"
        }
    }

    /// The zone's own data said so, and not the lack of an answer.
    var isAnswered: Bool {
        switch self {
        case .addresses, .nameError, .noAddress, .brokenAlias: true
        case .failed, .cutShort, .unavailable: false
        }
    }
}

extension Finding.Confidence {
    var words: String {
        switch self {
        case .oneObservation: "one observation decides"
        case .comparison: "observations compared"
        case .expectation: "against the configuration's expectation"
        case .heuristic: "heuristic"
        }
    }
}

extension TLSAMatch {
    /// The state's name in JSON.
    var state: String {
        switch self {
        case .unusable: "unusable"
        case .differs: "differs"
        case .matches: "matches"
        }
    }

    /// The matching certificate's place, 0 is the leaf.
    var depth: Int? { if case .matches(let depth) = self { depth } else { nil } }
}
