import DNS
import DNSSEC
import Lab

extension Planted {
    mutating func mutateDelegation(_ mutation: Mutation, _ draw: inout Draw) throws -> [Question]? {
        let apexQuestions = [Question(apex, .dnskey), Question(apex, .soa), Question(apex, .ds)]
        switch mutation {
        case .corruptDS, .wrongTagDS, .wrongAlgorithmDS, .extraDS, .noDS:
            guard !keyring.delegationSigners.isEmpty else { return nil }
            mutateDelegationSigners(mutation, &draw)
        case .dropKeys, .dropOneKey, .corruptKey, .keysSignedByZoneKey:
            guard let keys = rrsets({ $0.type == .dnskey }).first else { return nil }
            let signatures = keys.signatures.map {
                Record(owner: apex, type: .rrsig, ttl: keys.ttl, data: .rrsig($0))
            }
            let place = draw.number(below: keys.data.count)
            var others = keys.records.sorted { $0.flags < $1.flags }
            switch mutation {
            case .dropKeys: others = []
            case .dropOneKey: others.remove(at: place)
            case .keysSignedByZoneKey:
                let zoneKeys = keyring.signing.filter { !$0.dnskey.isSecureEntryPoint }
                guard !zoneKeys.isEmpty else { return nil }
                replace(keys, by: others + (try self.signatures(over: keys, by: zoneKeys)))
                return apexQuestions
            default:
                guard var key = others[place].dnskey else { return nil }
                key.publicKey[key.publicKey.count / 2] ^= 1
                others[place].data = .dnskey(key)
            }
            let isSigned = mutation != .dropKeys && draw.chance(50)
            let rest = RRset(owner: apex, type: .dnskey, in: others)
            replace(
                keys,
                by: others
                    + (isSigned ? try rest.map { try self.signatures(over: $0) } ?? [] : signatures)
            )
        case .clearZoneFlag, .setRevokedFlag, .wrongProtocol:
            try changeEntryKey { key in
                switch mutation {
                case .clearZoneFlag: key.flags &= ~DNSKEY.zoneKeyFlag
                case .setRevokedFlag: key.flags |= DNSKEY.revokedFlag
                default: key.protocol = 4
                }
            }
        default: return nil
        }
        return apexQuestions
    }

    private mutating func mutateDelegationSigners(_ mutation: Mutation, _ draw: inout Draw) {
        let place = draw.number(below: keyring.delegationSigners.count)
        var ds = keyring.delegationSigners[place]
        switch mutation {
        case .corruptDS: ds.digest[draw.number(below: ds.digest.count)] ^= 1
        case .wrongTagDS: ds.keyTag &+= 1
        case .wrongAlgorithmDS:
            ds.algorithm =
                draw.pick([.rsaSHA256, .ed448, SecurityAlgorithm(rawValue: 12)]) ?? .ed25519
        case .extraDS:
            ds.keyTag &+= 7
            keyring.delegationSigners.append(ds)
            return
        default:
            keyring.delegationSigners = []
            return
        }
        keyring.delegationSigners[place] = ds
    }

    /// Changes the key that the DS names, with all that follows: its DS and every signature it makes.
    private mutating func changeEntryKey(_ change: (inout DNSKEY) -> Void) throws {
        let old = keyring.signing[0].dnskey
        change(&keyring.signing[0].dnskey)
        let new = keyring.signing[0].dnskey
        keyring.delegationSigners = keyring.delegationSigners.map { ds in
            guard ds.keyTag == old.keyTag, ds.algorithm == old.algorithm else { return ds }
            return DS(of: new, zone: apex, digestType: ds.digestType) ?? ds
        }
        for index in records.indices where records[index].dnskey == old {
            records[index].data = .dnskey(new)
        }
        for rrset in signed {
            guard
                rrset.type == .dnskey
                    || rrset.signatures.contains(where: { $0.keyTag == old.keyTag })
            else { continue }
            replace(rrset, by: rrset.records + (try signatures(over: rrset)))
        }
    }
}

extension Record {
    fileprivate var flags: UInt16 { dnskey?.flags ?? 0 }
}
