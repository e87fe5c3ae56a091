extension Message {
    /// The wire form, at most 65,535 bytes. Where it is longer than `limit`, the sections are left
    /// out and TC is set (RFC 2181 9).
    package func encoded(limit: Int = 65535) -> [UInt8] {
        let whole = written()
        guard whole.count > limit else { return whole }
        var truncated = self
        truncated.flags.insert(.truncated)
        (truncated.answers, truncated.authorities, truncated.additionals) = ([], [], [])
        return truncated.written()
    }

    private func written() -> [UInt8] {
        let records = answers + authorities + additionals
        // A question alone holds nothing twice.
        var writer = Writer(compressing: !records.isEmpty || questions.count > 1)
        writer.uint16(id)
        writer.uint16(flags.rawValue & ~0x000f | responseCode.rawValue & 0x000f)
        let extra = edns == nil ? 0 : 1
        for count in [questions.count, answers.count, authorities.count, additionals.count + extra]
        {
            writer.uint16(UInt16(clamping: count))
        }
        for question in questions {
            writer.compressibleName(question.name)
            writer.uint16(question.type.rawValue)
            writer.uint16(question.class.rawValue)
        }
        for record in records { record.write(to: &writer) }
        edns?.write(to: &writer, responseCode: responseCode)
        return writer.bytes
    }
}

extension Record {
    fileprivate func write(to writer: inout Writer) {
        writer.compressibleName(owner)
        writer.uint16(type.rawValue)
        writer.uint16(`class`.rawValue)
        writer.uint32(ttl)
        let compresses = Self.compressedTypes.contains(type)
        writer.counted { writer in
            if compresses {
                data.write(to: &writer, isCanonical: false)
            } else {
                writer.raw(data.wire)
            }
        }
    }

    /// Only the data of RFC 1035's own types may hold compressed names (RFC 3597 4).
    private static let compressedTypes: Set<RecordType> = [.ns, .cname, .soa, .ptr, .mx]
}

extension EDNS {
    fileprivate func write(to writer: inout Writer, responseCode: ResponseCode) {
        writer.name(.root)
        writer.uint16(RecordType.opt.rawValue)
        writer.uint16(udpPayloadSize)
        writer.raw([UInt8(truncatingIfNeeded: responseCode.rawValue >> 4), version])
        writer.uint16(dnssecOK ? Self.dnssecOKBit : 0)
        writer.counted { writer in
            for option in options {
                writer.uint16(option.code)
                writer.counted { $0.raw(option.data) }
            }
        }
    }
}
