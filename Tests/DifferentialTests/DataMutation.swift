import Addresses
import DNS
import DNSSEC
import Lab

extension Planted {
    /// RRsets that answer ordinary questions.
    private var data: [RRset] {
        let kept: Set<RecordType> = [.soa, .dnskey, .ds, .nsec3param, .nsec, .nsec3]
        return signed.filter { !kept.contains($0.type) }
    }

    mutating func mutateData(_ mutation: Mutation, _ draw: inout Draw) throws -> [Question]? {
        guard let rrset = draw.pick(data) else { return nil }
        let question = Question(rrset.owner, rrset.type)
        let address = RecordData.address(IPAddress(ipv4: 0xC633_6401))
        switch mutation {
        case .dropRecord:
            guard let several = draw.pick(data.filter { $0.data.count > 1 }),
                let place = records.firstIndex(where: {
                    $0.owner == several.owner && $0.type == several.type
                })
            else { return nil }
            records.remove(at: place)
            return [Question(several.owner, several.type)]
        case .dropRRset:
            guard rrset.type != .ns else { return nil }
            replace(rrset, by: [])
        case .addRecord:
            guard let addresses = draw.pick(data.filter { $0.type == .a }) else { return nil }
            records.append(Record(owner: addresses.owner, type: .a, ttl: 300, data: address))
            return [Question(addresses.owner, .a)]
        case .addRRset:
            guard rrset.type != .cname else { return nil }
            records.append(
                Record(owner: rrset.owner, type: .txt, ttl: 300, data: .txt([[0x21]])))
            return [Question(rrset.owner, .txt)]
        case .addName:
            let owner = apex.down(
                draw.pick(["new", "new.ent", "q.wild", "new.wild", "*.new"]) ?? "")
            records.append(Record(owner: owner, type: .a, ttl: 300, data: address))
            return [Question(owner.isWildcard ? apex.down("x.new") : owner, .a)]
        case .duplicateRecord:
            records += rrset.records
        case .changeCase:
            let others = (rrset.records + signatureRecords(rrset)).map { record in
                var record = record
                record.owner = record.owner.withCase(from: &draw)
                switch record.data {
                case .name(let name): record.data = .name(name.withCase(from: &draw))
                case .rrsig(var signature):
                    signature.signer = signature.signer.withCase(from: &draw)
                    record.data = .rrsig(signature)
                default: break
                }
                return record
            }
            replace(rrset, by: others)
        case .raiseTTL:
            let others = (rrset.records + signatureRecords(rrset)).map { record in
                var record = record
                record.ttl = 7200
                return record
            }
            replace(rrset, by: others)
        case .addNameBelowCut, .signDelegation:
            guard let child = draw.pick(plan.children) else { return nil }
            let owner = mutation == .signDelegation ? child.apex : child.apex.down("www")
            let below = rrsets { $0.owner == owner && $0.type == .ns }
            if let servers = below.first {
                replace(servers, by: servers.records + (try signatures(over: servers)))
            } else {
                records.append(Record(owner: owner, type: .a, ttl: 300, data: address))
            }
            return [Question(child.apex, .ds), Question(child.apex.down("www"), .a)]
        default: return nil
        }
        return [question]
    }

    private func signatureRecords(_ rrset: RRset) -> [Record] {
        rrset.signatures.map {
            Record(owner: rrset.owner, type: .rrsig, ttl: rrset.ttl, data: .rrsig($0))
        }
    }

    mutating func mutateDenial(_ mutation: Mutation, _ draw: inout Draw) throws -> [Question]? {
        let chain = signed.filter { $0.type.isDenial }
        guard let rrset = draw.pick(chain), let data = rrset.data.first else { return nil }
        switch mutation {
        case .dropDenial: replace(rrset, by: [])
        case .dropDenialSignature: replace(rrset, by: rrset.records)
        case .dropAllDenial: for rrset in chain { replace(rrset, by: []) }
        case .wrongNextName:
            guard let other = draw.pick(chain) else { return nil }
            try resign(rrset, data: [data.leading(to: other)])
        case .wideSpan: try resign(rrset, data: [data.leading(to: chain[0])])
        case .claimType:
            let type = draw.pick([RecordType.a, .txt, .cname, .dname, .ns, .soa, .ds]) ?? .a
            try resign(rrset, data: [data.withTypes { $0.union([type]) }])
        case .denyType:
            guard let type = draw.pick(data.bitmap.types) else { return nil }
            try resign(rrset, data: [data.withTypes { $0.subtracting([type]) }])
        case .flipOptOut, .otherIterations:
            guard case .nsec3(var nsec3) = data else { return nil }
            if mutation == .flipOptOut { nsec3.flags ^= 1 } else { nsec3.iterations += 1 }
            if mutation == .flipOptOut, draw.chance(50) {
                let record = Record(
                    owner: rrset.owner, type: .nsec3, ttl: rrset.ttl, data: .nsec3(nsec3))
                replace(rrset, by: [record] + signatureRecords(rrset))
            } else {
                try resign(rrset, data: [.nsec3(nsec3)])
            }
        case .dropParameters:
            guard let parameters = rrsets({ $0.type == .nsec3param }).first else { return nil }
            replace(parameters, by: [])
        default: return nil
        }
        guard rrset.type == .nsec else { return [] }
        return [Question(rrset.owner, .ptr), Question(rrset.owner.down("0"), .a)]
    }
}

extension RecordData {
    /// Of NSEC and NSEC3.
    fileprivate var bitmap: TypeBitmap {
        switch self {
        case .nsec(let nsec): nsec.types
        case .nsec3(let nsec3): nsec3.types
        default: TypeBitmap([])
        }
    }

    fileprivate func withTypes(_ change: (Set<RecordType>) -> Set<RecordType>) -> RecordData {
        let types = TypeBitmap(change(Set(bitmap.types)))
        switch self {
        case .nsec(var nsec):
            nsec.types = types
            return .nsec(nsec)
        case .nsec3(var nsec3):
            nsec3.types = types
            return .nsec3(nsec3)
        default: return self
        }
    }

    /// With another record of the chain as its next.
    fileprivate func leading(to other: RRset) -> RecordData {
        switch self {
        case .nsec(var nsec):
            nsec.nextName = other.owner
            return .nsec(nsec)
        case .nsec3(var nsec3):
            nsec3.nextHash = other.owner.labels.first.flatMap(NSEC3.hash) ?? nsec3.nextHash
            return .nsec3(nsec3)
        default: return self
        }
    }
}
