import OpenSSL
import Sockets
import Synchronization

/// What a server takes of all that there ever was.
package struct Offers: Hashable, Sendable {
    /// One that could not be asked for is absent.
    package var versions: [WireVersion: Bool] = [:]
    /// Of each version that it takes, in the order in which it chose them; SSL 2.0 has none here.
    package var suites: [WireVersion: [CipherSuite]] = [:]
    /// In the order in which it chose them, those of TLS 1.3 first.
    package var groups: [NamedGroup] = []
    /// Nothing was left out for want of time or connections.
    package var isComplete = true

    package init() {}

    package var taken: [WireVersion] { versions.filter(\.value).keys.sorted() }

    /// Those that no client should need any more (RFC 8996).
    var old: [WireVersion] { taken.filter { $0 < .tls12 } }
}

/// Asks a server for every version, cipher suite and group by ClientHellos of our own, as long as time and connections
/// last.
struct OfferScan {
    private var attempt: EndpointAttempt
    private let allowance: Allowance

    /// The scan ends a little before the probe, so that it takes nobody's time.
    init(attempt: EndpointAttempt, allowance: Allowance) {
        (self.attempt, self.allowance) = (attempt, allowance)
        self.attempt.deadline = attempt.deadline + attempt.timer * -0.1
    }

    /// Connections that the scans of one call of the stage may make, beyond one for each version.
    final class Allowance: Sendable {
        private let left: Mutex<Int>

        init(_ count: Int = 400) { left = Mutex(count) }

        func take() -> Bool {
            left.withLock { left in
                guard left > 0 else { return false }
                left -= 1
                return true
            }
        }
    }

    /// `known` is what the first handshake agreed on, by supported_versions (RFC 8446 4.2.1): a server may refuse it to
    /// a ClientHello that is older.
    func run(knowing known: TLSVersion?) async -> Offers {
        let answers = await versions()
        var offers = Offers()
        offers.versions = answers.reduce(into: [:]) { $0[$1.key] = $1.value.version == $1.key }
        if let known, let version = WireVersion(rawValue: known.rawValue) {
            offers.versions[version] = true
        }
        let versions = offers.taken.filter { $0 != .ssl2 }
        await withTaskGroup(of: Part.self) { group in
            for version in versions {
                group.addTask { await suites(of: version, answers[version]?.suite) }
            }
            if versions.contains(.tls13) { group.addTask { await groups() } }
            if let old = versions.last(where: { $0 < .tls13 && $0 >= .tls10 }) {
                group.addTask { await curves(of: old) }
            }
            for await part in group { offers.add(part) }
        }
        return offers
    }

    /// What the server says to each version; one that got no answer is absent.
    private func versions() async -> [WireVersion: HelloAnswer] {
        await withTaskGroup(of: (WireVersion, HelloAnswer?).self) { group in
            for version in WireVersion.allCases {
                group.addTask { (version, await attempt.answer(to: attempt.hello(of: version))) }
            }
            return await group.reduce(into: [:]) { answers, one in
                if let answer = one.1, answer != .silence { answers[one.0] = answer }
            }
        }
    }

    fileprivate struct Part: Sendable {
        var version: WireVersion
        var suites: [CipherSuite] = []
        var groups: [NamedGroup] = []
        var isComplete: Bool
    }

    private func suites(of version: WireVersion, _ first: CipherSuite?) async -> Part {
        let known = [first].compactMap { $0 }
        var hello = attempt.hello(of: version)
        let all = hello.suites.filter { !known.contains($0) }
        let (found, isComplete) = await exhaust(all) { left in
            hello.suites = left
            let answer = await attempt.answer(to: hello)
            return (answer, answer?.version == version ? answer?.suite : nil)
        }
        return Part(version: version, suites: known + found, isComplete: isComplete)
    }

    /// Of TLS 1.3: without a key share the server asks for one of the group that it would have.
    private func groups() async -> Part {
        var hello = attempt.hello(of: .tls13)
        hello.hasKeyShare = false
        let (found, isComplete) = await exhaust(hello.groups) { left in
            hello.groups = left
            let answer = await attempt.answer(to: hello)
            return (answer, answer?.group)
        }
        return Part(version: .tls13, groups: found, isComplete: isComplete)
    }

    /// Of TLS 1.2 and older: the ServerKeyExchange names them.
    private func curves(of version: WireVersion) async -> Part {
        var hello = attempt.hello(of: version)
        hello.suites = hello.suites.filter(\.hasCurve)
        let (found, isComplete) = await exhaust(hello.groups) { left in
            hello.groups = left
            let answer = await attempt.answer(to: hello, readsCurve: true)
            return (answer, answer?.group)
        }
        return Part(version: version, groups: found, isComplete: isComplete)
    }

    /// Asks again and again without what was chosen before, until nothing of what is left is taken.
    private func exhaust<Choice: Equatable>(
        _ all: [Choice], _ ask: ([Choice]) async -> (HelloAnswer?, Choice?)
    ) async -> (found: [Choice], isComplete: Bool) {
        var (left, found) = (all, [Choice]())
        while !left.isEmpty {
            guard allowance.take() else { return (found, false) }
            let (answer, choice) = await ask(left)
            guard let answer, answer != .silence else { return (found, false) }
            guard let choice, let place = left.firstIndex(of: choice) else { break }
            found.append(left.remove(at: place))
        }
        return (found, true)
    }
}

extension Offers {
    fileprivate mutating func add(_ part: OfferScan.Part) {
        if !part.suites.isEmpty { suites[part.version] = part.suites }
        let new = part.groups.filter { !groups.contains($0) }
        groups =
            part.version == .tls13
            ? part.groups + groups.filter { !part.groups.contains($0) } : groups + new
        isComplete = isComplete && part.isComplete
    }
}
