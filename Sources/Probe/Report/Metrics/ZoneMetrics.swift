import Addresses
import DNS
import Exposition

extension Report {
    /// What each authoritative server did; a server of several names in the path stands once.
    var nameserverFamilies: [MetricFamily] {
        var seen: Set<Labels> = []
        let views = resolutions.flatMap(\.zones).flatMap { zone in
            zone.nameservers.compactMap { server -> NameserverSample? in
                guard let sample = NameserverSample(server, zone),
                    seen.insert(sample.labels).inserted
                else { return nil }
                return sample
            }
        }
        let sound = views.filter { $0.view.state == .sound }
        return [
            MetricFamily(
                "trustpath_dns_nameserver_up", "Whether the nameserver answers.",
                samples: views.map { Sample($0.isUp, $0.labels) }),
            MetricFamily(
                "trustpath_dns_nameserver_duration_seconds",
                "Time of the slowest of the questions over UDP.",
                samples: views.filter(\.isUp).map { Sample($0.view.duration.seconds, $0.labels) }),
            MetricFamily(
                "trustpath_dns_nameserver_soa_serial", "Serial of the zone at this nameserver.",
                samples: sound.compactMap { item in
                    item.view.serial.map { Sample(Double($0), item.labels) }
                }),
            MetricFamily(
                "trustpath_dns_nameserver_answer_match",
                "Whether its answer is the one of the first sound nameserver.",
                samples: sound.compactMap { item in
                    item.matches.map { Sample($0, item.labels) }
                }),
            MetricFamily(
                "trustpath_dns_nameserver_answer_ttl_seconds",
                "Least TTL of the records asked for at this nameserver.",
                samples: sound.compactMap { item in
                    item.leastTTL.map { Sample(Double($0), item.labels) }
                }),
        ]
    }

    /// How the servers of each zone and the delegation to it compare.
    var zoneFamilies: [MetricFamily] {
        var seen: Set<Name> = []
        let views = resolutions.flatMap(\.zones)
        let zones = views.filter { seen.insert($0.zone).inserted }
        // A zone that several names lead through agrees where it does for all of them.
        let divided = Set(views.filter(\.isDivided).map(\.zone))
        return [
            MetricFamily(
                "trustpath_dns_nameservers_agree",
                "Whether all nameservers of the zone that answer give the same addresses.",
                samples: zones.filter { !$0.sound.isEmpty }.map {
                    Sample(!divided.contains($0.zone), ["dns_zone": $0.zone.text.plain()])
                }),
            MetricFamily(
                "trustpath_dns_delegation_match",
                "Whether parent and zone name the same nameservers, with the same addresses.",
                samples: zones.compactMap { zone in
                    DelegationComparison(zone).matches.map {
                        Sample($0, ["dns_zone": zone.zone.text.plain()])
                    }
                }),
        ]
    }
}

private struct NameserverSample {
    let view: NameserverView
    let labels: Labels
    /// Nil where there is nothing to compare with.
    let matches: Bool?
    let leastTTL: UInt32?

    /// Nil where nothing is known of it.
    init?(_ view: NameserverView, _ zone: ZoneView) {
        guard let address = view.address else { return nil }
        if case .unknown = view.state { return nil }
        self.view = view
        labels = [
            "dns_zone": zone.zone.text.plain(), "nameserver": view.name.text.plain(),
            "address": address.description,
        ]
        matches = zone.sound.first.flatMap { first in
            let each = [RecordType.a, .aaaa].map { type -> Bool? in
                guard let one = first.answer(for: type), let other = view.answer(for: type) else {
                    return nil
                }
                return one == other
            }
            return each.contains(false) ? false : each.contains(nil) ? nil : true
        }
        leastTTL = view.lookups.flatMap { $0.response?.answers ?? [] }.map(\.ttl).min()
    }

    var isUp: Bool {
        switch view.state {
        case .sound, .lame: true
        case .unresponsive, .addressless, .unknown: false
        }
    }
}
