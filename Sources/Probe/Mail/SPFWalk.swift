import DNS

/// Follows an SPF record through its includes, as far as a receiver may have to (RFC 7208 4.6.4).
///
/// What a macro names hangs on the mail and is counted, but not asked for.
struct SPFWalk: Sendable {
    typealias Ask = @Sendable (Name, RecordType) async -> RecordLookup.Answer

    private(set) var lookups = 0
    private(set) var voids = 0
    /// A clause each.
    private(set) var faults: [String] = []
    /// Names that nobody tells of, with the reason.
    private(set) var unknown: [String] = []
    private let ask: Ask
    /// From the domain down to the record that is being read.
    private var path: [Name] = []

    init(_ ask: @escaping Ask) { self.ask = ask }

    /// `texts` are the domain's TXT records.
    mutating func run(_ domain: Name, _ texts: [String]) async {
        let records = texts.filter(SPFRecord.isOne)
        guard records.count <= 1 else {
            return note("\(domain.text) has \(records.count) SPF records, and may have one")
        }
        guard let text = records.first else { return }
        await follow(SPFRecord(text), of: domain)
        if lookups > Self.mostLookups {
            note(
                "the SPF record of \(domain.text) takes more than \(Self.mostLookups) DNS lookups")
        }
        if voids > Self.mostVoids {
            note(
                "\(voids) lookups of the SPF record of \(domain.text) find nothing, and "
                    + "\(Self.mostVoids) may")
        }
    }

    private mutating func follow(_ record: SPFRecord, of domain: Name) async {
        for fault in record.faults.prefix(Self.mostFaults) {
            note("the SPF record of \(domain.text): \(fault)")
        }
        path.append(domain)
        defer { path.removeLast() }
        for term in record.asking {
            lookups += 1
            // Beyond the limit nobody asks any more.
            guard lookups <= Self.mostLookups else { return }
            switch term {
            case .include(let target): await include(target, from: domain, "include")
            case .redirect(let target): await include(target, from: domain, "redirect")
            case .a(let target): await address(target, of: domain)
            case .mx(let target): await exchanges(target, of: domain)
            case .ptr, .exists, .all, .other: break
            }
        }
    }

    private mutating func include(_ target: String, from domain: Name, _ term: String) async {
        guard !SPFMacro.isMacro(target), let name = Name(target) else { return }
        guard !path.contains(name) else {
            return note("the SPF record of \(domain.text) includes \(name.text), which includes it")
        }
        let answer = await ask(name, .txt)
        if answer.isVoid { voids += 1 }
        if case .unknown(let clause) = answer {
            return unknown.append("\(name.text) TXT: \(clause)")
        }
        let records = answer.texts.filter(SPFRecord.isOne)
        switch records.count {
        case 0:
            note(
                "the SPF record of \(domain.text) has \(term) for \(name.text), which has no SPF "
                    + "record")
        case 1: await follow(SPFRecord(records[0]), of: name)
        default: note("\(name.text) has \(records.count) SPF records, and may have one")
        }
    }

    /// A sender has one family of addresses: the name is void only where it has neither.
    private mutating func address(_ target: String?, of domain: Name) async {
        guard let name = name(target, domain) else { return }
        guard await ask(name, .a).isVoid, await ask(name, .aaaa).isVoid else { return }
        voids += 1
    }

    private mutating func exchanges(_ target: String?, of domain: Name) async {
        guard let name = name(target, domain) else { return }
        let answer = await ask(name, .mx)
        if answer.isVoid { voids += 1 }
        guard case .records(let data) = answer, data.count > Self.mostLookups else { return }
        note(
            "the SPF record of \(domain.text) has mx for \(name.text), which has \(data.count) MX "
                + "records, and \(Self.mostLookups) may be looked up")
    }

    private func name(_ target: String?, _ domain: Name) -> Name? {
        guard let target else { return domain }
        return SPFMacro.isMacro(target) ? nil : Name(target)
    }

    private mutating func note(_ clause: String) {
        if !faults.contains(clause), faults.count < Self.mostFaults { faults.append(clause) }
    }

    private static let mostLookups = 10
    private static let mostVoids = 2
    private static let mostFaults = 16
}
