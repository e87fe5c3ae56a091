package import Addresses

/// The data of a record, by its type. What this program has no use for inside stays bytes (RFC
/// 3597).
package enum RecordData: Hashable, Sendable {
    /// 4 bytes for A, 16 for AAAA.
    case address(IPAddress)
    /// CNAME, DNAME, NS and PTR.
    case name(Name)
    case soa(SOA)
    case mx(MX)
    /// One or more character-strings of at most 255 bytes.
    case txt([[UInt8]])
    case srv(SRV)
    case caa(CAA)
    case tlsa(TLSA)
    /// SVCB and HTTPS.
    case service(ServiceBinding)
    /// DS and CDS.
    case ds(DS)
    /// DNSKEY and CDNSKEY.
    case dnskey(DNSKEY)
    case rrsig(RRSIG)
    case nsec(NSEC)
    case nsec3(NSEC3)
    case nsec3param(NSEC3PARAM)
    /// The old types with names inside, which canonical form writes in lower case (RFC 4034 6.2).
    case legacy([LegacyField])
    case unknown([UInt8])
}

package enum LegacyField: Hashable, Sendable {
    case name(Name)
    case bytes([UInt8])
}

package struct SOA: Hashable, Sendable {
    package var primary: Name
    package var mailbox: Name
    package var serial: UInt32
    /// Seconds, as are the other three.
    package var refresh: UInt32
    package var retry: UInt32
    package var expire: UInt32
    /// The ceiling of negative answers' lives (RFC 2308 4).
    package var minimum: UInt32

    package init(
        primary: Name, mailbox: Name, serial: UInt32, refresh: UInt32, retry: UInt32,
        expire: UInt32,
        minimum: UInt32
    ) {
        (self.primary, self.mailbox, self.serial) = (primary, mailbox, serial)
        (self.refresh, self.retry, self.expire, self.minimum) = (refresh, retry, expire, minimum)
    }
}

package struct MX: Hashable, Sendable {
    package var preference: UInt16
    package var exchange: Name

    package init(preference: UInt16, exchange: Name) {
        (self.preference, self.exchange) = (preference, exchange)
    }
}

/// RFC 2782.
package struct SRV: Hashable, Sendable {
    package var priority: UInt16
    package var weight: UInt16
    package var port: UInt16
    package var target: Name

    package init(priority: UInt16, weight: UInt16, port: UInt16, target: Name) {
        (self.priority, self.weight, self.port, self.target) = (priority, weight, port, target)
    }
}

/// RFC 8659 4.
package struct CAA: Hashable, Sendable {
    package var flags: UInt8
    /// `issue`, `issuewild`, `iodef`, …; ASCII letters and digits.
    package var tag: [UInt8]
    package var value: [UInt8]

    package init(flags: UInt8, tag: [UInt8], value: [UInt8]) {
        (self.flags, self.tag, self.value) = (flags, tag, value)
    }

    package var isCritical: Bool { flags & 0x80 != 0 }
}

/// RFC 6698 2.1.
package struct TLSA: Hashable, Sendable {
    package var usage: UInt8
    package var selector: UInt8
    package var matchingType: UInt8
    package var association: [UInt8]

    package init(usage: UInt8, selector: UInt8, matchingType: UInt8, association: [UInt8]) {
        (self.usage, self.selector, self.matchingType) = (usage, selector, matchingType)
        self.association = association
    }
}

/// RFC 9460 2.2.
package struct ServiceBinding: Hashable, Sendable {
    /// 0 is alias mode.
    package var priority: UInt16
    package var target: Name
    /// Key and value, keys ascending.
    package var parameters: [Parameter]

    package struct Parameter: Hashable, Sendable {
        package var key: UInt16
        package var value: [UInt8]

        package init(key: UInt16, value: [UInt8]) {
            (self.key, self.value) = (key, value)
        }
    }

    package init(priority: UInt16, target: Name, parameters: [Parameter]) {
        (self.priority, self.target, self.parameters) = (priority, target, parameters)
    }
}
