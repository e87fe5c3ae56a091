import DNS
import DNSSEC
import Sockets
import Synchronization

/// Where one validation gets its records: the module's resolvers in their order, each until it proves to be of no use.
final class ValidationSources: Sendable {
    private let resolvers: [Resolver]
    private let timer: Duration
    private let deadline: Deadline
    private let silent: SilentResolvers
    private let state = Mutex(State())

    /// Resolvers by their places in the order.
    private struct State {
        /// Answered without OPT or without the DO bit, though both were sent.
        var withoutDNSSEC: Set<Int> = []
        /// Whose answers were taken.
        var answering: Set<Int> = []
        var stripping: [Int] = []
        /// Whose datagrams do not arrive, while TCP works: waiting for them at each question would take all the time.
        var withoutUDP: Set<Int> = []
    }

    init(
        _ resolvers: [Resolver], except silent: SilentResolvers, timer: Duration,
        by deadline: Deadline
    ) {
        (self.resolvers, self.silent) = (resolvers, silent)
        (self.timer, self.deadline) = (timer, deadline)
    }

    /// The first resolver's answer; another's only where it gives none or refuses.
    func fetch(_ question: Question) async -> Result<Message, Validator.FetchFailure> {
        var failures: [String] = []
        var refusal: Message?
        for place in usable {
            let resolver = resolvers[place]
            let lookup = await ask(question, at: place)
            switch lookup.outcome {
            case .success(let message):
                guard !Self.refusals.contains(message.responseCode) else {
                    refusal = refusal ?? message
                    continue
                }
                note(message, from: place)
                return .success(message)
            case .failure(let failure):
                silent.insert(resolver.label)
                failures.append("\(resolver.label): \(failure)")
            }
        }
        if let refusal { return .success(refusal) }
        let detail =
            failures.isEmpty ? "no resolver is configured" : failures.joined(separator: "; ")
        return .failure(Validator.FetchFailure(detail))
    }

    /// Whether somebody whose answer was taken strips DNSSEC records. Each is put the control question itself: what
    /// one takes away is not made good by another's answer. Who does is not asked again.
    func someoneStrips() async -> Bool {
        let known = state.withLock { $0 }
        var found: [Int] = []
        for place in known.answering.subtracting(known.stripping).sorted() {
            if known.withoutDNSSEC.contains(place) {
                found.append(place)
                continue
            }
            let control = await ask(Question(.root, .dnskey), at: place)
            if control.response?.showsStripping == true { found.append(place) }
        }
        state.withLock { $0.stripping += found }
        return !found.isEmpty
    }

    private func ask(_ question: Question, at place: Int) async -> Lookup {
        let isWithoutUDP = state.withLock { $0.withoutUDP.contains(place) }
        if isWithoutUDP, let exchange = resolvers[place].overTCP {
            return await exchange(question, as: .validator, timer: timer, by: deadline)
        }
        let lookup = await resolvers[place](
            question, as: .validator, timer: timer, by: deadline)
        if lookup.udpWorks == false, lookup.tcpWorks == true {
            state.withLock { _ = $0.withoutUDP.insert(place) }
        }
        return lookup
    }

    /// The first whose answers were taken, and all others that were not asked or are still of use.
    var split: (answering: String, others: [Resolver])? {
        let known = state.withLock { $0 }
        guard let first = known.answering.min() else { return nil }
        let others = resolvers.indices.filter {
            !known.answering.contains($0) && !known.stripping.contains($0)
        }
        return others.isEmpty ? nil : (resolvers[first].label, others.map { resolvers[$0] })
    }

    /// Whether there is anybody left to ask.
    var areLeft: Bool { state.withLock { $0.stripping.count < resolvers.count } }

    /// The labels of those that strip, in the order found.
    var stripping: [String] { state.withLock { $0.stripping }.map { resolvers[$0].label } }

    /// Without those that strip; and without the silent ones as long as another answers.
    private var usable: [Int] {
        let stripping = state.withLock { $0.stripping }
        let sound = resolvers.indices.filter { !stripping.contains($0) }
        let answering = sound.filter { !silent.contains(resolvers[$0].label) }
        return answering.isEmpty ? sound : answering
    }

    private func note(_ message: Message, from place: Int) {
        state.withLock { state in
            state.answering.insert(place)
            if message.edns?.dnssecOK != true { state.withoutDNSSEC.insert(place) }
        }
    }

    private static let refusals: Set<ResponseCode> = [
        .serverFailure, .refused, .notImplemented, .notAuthoritative, .formatError,
    ]
}

/// Who gave no answer in the validations of one probe, by label: waiting for each again would take all its time.
package final class SilentResolvers: Sendable {
    private let labels = Mutex<Set<String>>([])

    package init() {}

    func insert(_ label: String) { labels.withLock { _ = $0.insert(label) } }

    /// The label is not even written where all answered.
    func contains(_ label: @autoclosure () -> String) -> Bool {
        labels.withLock { !$0.isEmpty && $0.contains(label()) }
    }
}
