"""Sentences with measured values for the descriptions: each asks Prometheus when the alert is sent."""

from dataclasses import dataclass

# The probe that an alert is about; a label that is absent is an empty one.
PROBE = "job=%[1]q,instance=%[2]q,target=%[3]q,module=%[4]q,vantage=%[5]q"
LABELS = "$labels.job $labels.instance $labels.target $labels.module $labels.vantage"


@dataclass(frozen=True)
class Measure:
    """A sentence around the value of a query; left out where the query has no result."""

    sentence: str
    query: str
    format: str
    # For the rule's test: samples of the target under test, metric and labels to value, and the sentence then.
    samples: dict
    reading: str

    def template(self):
        query = self.query.replace("PROBE", PROBE)
        value = "{{ . | first | value | " + self.format + " }}"
        asked = '{{ with printf "' + query.replace('"', '\\"') + '" ' + LABELS + " | query }}"
        return asked + " " + self.sentence.replace("VALUE", value) + "{{ end }}"


def measure(sentence, query, format, samples, reading):
    return Measure(sentence, query, format, samples, " " + sentence.replace("VALUE", reading))


def of(metric, labels=""):
    return metric + "{" + ",".join(part for part in (labels, "PROBE") if part) + "}"


UP = "trustpath_endpoint_up"
END = "trustpath_certificate_not_after_timestamp_seconds"
BEGINNING = "trustpath_certificate_not_before_timestamp_seconds"
TRUST = "trustpath_certificate_trusted"
HANDSHAKE = "trustpath_tls_handshake_success"
RESOLVER = "trustpath_dns_resolver_up"
NAMESERVER = "trustpath_dns_nameserver_up"
SERIAL = "trustpath_dns_nameserver_soa_serial"
SIGNATURE = "trustpath_dnssec_earliest_signature_expiry_timestamp_seconds"
PLACE = 'address="192.0.2.%d"'


def failing(metric):
    """How many series of a gauge are 0; a number also where all of them are 1."""
    return f"count({of(metric)}) - sum({of(metric)})"


MEASURES = {
    "duration": measure(
        "It took VALUE.", of("probe_duration_seconds"), "humanizeDuration",
        {"probe_duration_seconds{}": 9.5}, "9.5s"),
    "resolvers": measure(
        "Resolvers that do not answer: VALUE.", failing(RESOLVER), "humanize",
        {RESOLVER + '{resolver="192.0.2.53"}': 0, RESOLVER + '{resolver="192.0.2.54"}': 1}, "1"),
    "mismatches": measure(
        "Resolvers that differ from the nameservers: VALUE.",
        failing("trustpath_dns_resolver_answer_match"), "humanize",
        {'trustpath_dns_resolver_answer_match{resolver="192.0.2.53"}': 0}, "1"),
    "nameservers": measure(
        "Nameservers that do not answer: VALUE.", failing(NAMESERVER), "humanize",
        {NAMESERVER + '{nameserver="ns1.test"}': 0, NAMESERVER + '{nameserver="ns2.test"}': 0}, "2"),
    "serials": measure(
        "The serials are VALUE apart.", f"max({of(SERIAL)}) - min({of(SERIAL)})", "humanize",
        {SERIAL + '{nameserver="ns1.test"}': 7, SERIAL + '{nameserver="ns2.test"}': 4}, "3"),
    "signature": measure(
        "The first one ends in VALUE.", of(SIGNATURE) + " - time()", "humanizeDuration",
        {SIGNATURE + "{}": "END"}, "1d 0h 0m 0s"),
    "addresses": measure(
        "Certificates that do not name the host: VALUE.",
        failing("trustpath_certificate_name_match"), "humanize",
        {"trustpath_certificate_name_match{" + PLACE % 1 + "}": 0,
         "trustpath_certificate_name_match{" + PLACE % 2 + "}": 1}, "1"),
    "names": measure(
        "Certificates that do not name the host: VALUE.",
        failing("trustpath_certificate_name_match"), "humanize",
        {"trustpath_certificate_name_match{" + PLACE % 1 + "}": 0}, "1"),
    "endpoints": measure(
        "Endpoints without a connection: VALUE.", failing(UP), "humanize",
        {UP + "{" + PLACE % 1 + "}": 0, UP + "{" + PLACE % 2 + "}": 1}, "1"),
    "handshakes": measure(
        "Endpoints without a handshake: VALUE.", failing(HANDSHAKE), "humanize",
        {HANDSHAKE + "{" + PLACE % 1 + "}": 0, HANDSHAKE + "{" + PLACE % 2 + "}": 0}, "2"),
    "untrusted": measure(
        "Certificates that are not trusted: VALUE.", failing(TRUST), "humanize",
        {TRUST + "{" + PLACE % 1 + "}": 0, TRUST + "{" + PLACE % 2 + "}": 1}, "1"),
    "expired": measure(
        "It ended VALUE ago.", "time() - min(" + of(END, "certificate='leaf'") + ")",
        "humanizeDuration", {END + '{certificate="leaf"}': "BEGINNING"}, "1d 0h 0m 0s"),
    "chain_expired": measure(
        "The chain ended VALUE ago.", "time() - min(" + of(END, "certificate='sent_chain'") + ")",
        "humanizeDuration", {END + '{certificate="sent_chain"}': "BEGINNING"}, "1d 0h 0m 0s"),
    "expiring": measure(
        "It ends in VALUE.", "min(" + of(END, "certificate='leaf'") + ") - time()",
        "humanizeDuration", {END + '{certificate="leaf"}': "END"}, "1d 0h 0m 0s"),
    "begins": measure(
        "It begins in VALUE.", "max(" + of(BEGINNING, "certificate='leaf'") + ") - time()",
        "humanizeDuration", {BEGINNING + '{certificate="leaf"}': "END"}, "1d 0h 0m 0s"),
}
