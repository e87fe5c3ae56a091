import DNS

extension PlannedZone {
    /// Questions of every kind that the zone can be asked.
    var questions: [Question] {
        var all = records.filter { !$0.owner.isWildcard }.map { Question($0.owner, $0.type) }
        func ask(_ owner: String, _ types: RecordType...) {
            all += types.map { Question(apex.down(owner), $0) }
        }
        ask("", .soa, .ns, .dnskey, .ds, .ptr, .a)
        ask("www", .a, .mx, .ds, .dnskey, .cname)
        ask("ns", .a, .aaaa)
        ask("ent", .a, .ds)
        ask("x.ent", .txt, .ds)
        ask("nowhere", .a, .ds, .dnskey)
        ask("below.www", .a)
        ask("no.x.ent", .a, .txt)
        ask("no.where", .a, .txt)
        ask("q.wild", .a, .txt, .ds)
        ask("r.q.wild", .a)
        ask("a.wild", .a, .txt)
        ask("b.a.wild", .a)
        ask("wild", .a)
        ask("*.wild", .a, .txt)
        ask("q.cn", .a, .cname, .ds)
        ask("alias", .a, .txt, .cname, .ds)
        ask("out", .a, .mx)
        ask("dn", .dname, .a, .ds)
        ask("t.dn", .a, .cname)
        ask("www.dn", .a)
        ask("Mixed", .a, .txt)
        ask("zzz", .a)
        ask("\\000", .a)
        for child in children {
            let label = child.apex
            all += [
                Question(label, .ds), Question(label, .ns), Question(label.down("ns"), .a),
                Question(label.down("nowhere"), .a), Question(label.parent ?? label, .a),
            ]
        }
        return all
    }
}
