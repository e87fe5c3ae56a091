import Addresses
import DNS

/// What was seen of one name in the last two days; times in seconds since 1970.
package struct RememberedAnswers: Hashable, Sendable {
    /// An address set that the authorities gave.
    struct Answer: Hashable, Sendable {
        var addresses: Set<IPAddress>
        /// Of the zone while it was given; at most a few.
        var serials: Set<UInt32>
        /// The serial with which it was first given, or came back.
        var firstSerial: UInt32?
        var firstSeen, lastSeen: Int64
        /// It was given again after another one had taken its place: a rotation, which proves nothing.
        var hasReturned = false
    }

    var answers: [RecordType: [Answer]] = [:]
    /// Since when the servers of a zone have given different answers.
    var dividedSince: [Name: Int64] = [:]
    /// When an address last presented a certificate for the name.
    var presented: [IPAddress: Int64] = [:]
    var lastNoted: Int64 = 0

    package init() {}

    package static let life: Int64 = 2 * 86_400
    private static let mostAnswers = 8
    private static let mostAddresses = 64
    private static let mostSerials = 8
    /// A record changes once or twice; what gives so many different answers in an hour gives them in turn.
    private static let rotation = (answers: 3, time: Int64(3600))
}

extension RememberedAnswers {
    /// An answer that the authorities gave under another serial, and do not give any more.
    func superseded(
        _ addresses: Set<IPAddress>, _ type: RecordType, now serials: [UInt32]
    ) -> Answer? {
        isRotating(type)
            ? nil
            : answers[type]?.first {
                $0.addresses == addresses && !$0.hasReturned && !$0.serials.isEmpty
                    && $0.serials.isDisjoint(with: serials)
            }
    }

    /// Whether the zone had today's answer at a serial already, or has answers in turn: an older serial is then no
    /// sign of an older answer.
    func explains(_ serial: UInt32, today sets: [RecordType: Set<Set<IPAddress>>]) -> Bool {
        let isOld = { (answer: Answer) in
            answer.firstSerial.map { $0 == serial || serial.isNewerSerial(than: $0) } ?? false
        }
        return sets.allSatisfy { type, sets in
            isRotating(type)
                || sets.allSatisfy { set in
                    answers[type]?.contains { $0.addresses == set && isOld($0) } ?? false
                }
        }
    }

    private func isRotating(_ type: RecordType) -> Bool {
        let recent = answers[type]?.count { lastNoted - $0.lastSeen <= Self.rotation.time } ?? 0
        return recent >= Self.rotation.answers
    }

    /// Takes address sets with the serials of the servers that gave them.
    mutating func note(_ given: [RecordType: [Set<IPAddress>: Set<UInt32>]], at now: Int64) {
        for (type, sets) in given {
            var known = answers[type] ?? []
            for (set, serials) in sets where set.count <= Self.mostAddresses {
                // Where servers are not of one state yet, the newer one is surely no older than the answer.
                let newest = serials.max { $1.isNewerSerial(than: $0) }
                if let index = known.firstIndex(where: { $0.addresses == set }) {
                    if known[index].lastSeen < lastNoted {
                        known[index].hasReturned = true
                        known[index].firstSerial = newest
                    }
                    known[index].lastSeen = now
                    known[index].serials.formUnion(serials)
                    if known[index].serials.count > Self.mostSerials {
                        known[index].serials = Set(serials.prefix(Self.mostSerials))
                    }
                } else {
                    known.append(
                        Answer(
                            addresses: set, serials: Set(serials.prefix(Self.mostSerials)),
                            firstSerial: newest, firstSeen: now, lastSeen: now))
                }
            }
            answers[type] = Array(
                known.sorted { $0.lastSeen > $1.lastSeen }.prefix(Self.mostAnswers))
        }
        lastNoted = now
    }

    mutating func note(divided: Set<Name>, at now: Int64) {
        dividedSince = dividedSince.filter { divided.contains($0.key) }
        for zone in divided where dividedSince[zone] == nil { dividedSince[zone] = now }
    }

    mutating func note(presenting addresses: [IPAddress], at now: Int64) {
        for address in addresses.prefix(Self.mostAddresses) { presented[address] = now }
        guard presented.count > Self.mostAddresses else { return }
        let kept = presented.sorted { $0.value > $1.value }.prefix(Self.mostAddresses)
        presented = Dictionary(uniqueKeysWithValues: kept.map { ($0.key, $0.value) })
    }

    /// Without what is older than two days. A division stays as long as somebody looks: its age is what counts.
    func recent(at now: Int64) -> RememberedAnswers {
        var recent = self
        recent.answers = answers.mapValues { $0.filter { now - $0.lastSeen <= Self.life } }
        recent.presented = presented.filter { now - $0.value <= Self.life }
        if now - lastNoted > Self.life { recent.dividedSince = [:] }
        return recent
    }
}
