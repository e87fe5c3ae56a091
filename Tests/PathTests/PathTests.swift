import Peers
import Testing

/// The built program before resolvers and authorities that others wrote.
@Suite(
    .enabled(if: Program.isTrustpathExpected, "needs the trustpath binary"),
    .enabled(
        if: Program.arePresent(
            "named", "nsd", "unbound", "kresd", "pdns_recursor", "dnsdist", "dnsmasq", "dig",
            "nginx", "ip"),
        "needs root, bind9, bind9-dnsutils, nsd, unbound, knot-resolver, pdns-recursor, dnsdist, dnsmasq-base, nginx"
    ))
enum PathTests {}
