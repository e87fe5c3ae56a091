"""Expressions that several panels share. `where` holds the label matchers, without braces."""

FAMILY = "trustpath_certificate_not"
# What a client has to get past: the certificate itself and the chain that it builds. That a server also sends an expired
# cross-signature harms nobody.
NEEDED = 'certificate=~"leaf|verified_chain"'


def certificate_days(where: str, by: str) -> str:
    """Days until the first certificate ends that clients need."""
    return f"min by ({by}) ({FAMILY}_after_timestamp_seconds{{{NEEDED}, {where}}} - time()) / 86400"


def certificate_life(where: str, by: str, which: str = NEEDED) -> str:
    """Share of a certificate's lifetime that is left; 0 when it is over."""
    after = f"{FAMILY}_after_timestamp_seconds{{{which}, {where}}}"
    before = f"{FAMILY}_before_timestamp_seconds{{{which}, {where}}}"
    return f"clamp_min(min by ({by}) (({after} - time()) / ({after} - {before})), 0)"


def signature_days(where: str, by: str) -> str:
    """Days until the first signature ends."""
    return f"min by ({by}) (trustpath_dnssec_signature_expiry_timestamp_seconds{{{where}}} - time()) / 86400"


def signature_life(where: str, by: str) -> str:
    """Share of the validity of the signature that ends first that is left; 0 when it is over."""
    end = f"trustpath_dnssec_signature_expiry_timestamp_seconds{{{where}}}"
    start = f"trustpath_dnssec_signature_inception_timestamp_seconds{{{where}}}"
    return f"clamp_min(min by ({by}) (({end} - time()) / ({end} - {start})), 0)"


def dnssec_code(family: str, where: str, by: str) -> str:
    """One number for the state: 1 secure, 2 insecure, 3 indeterminate, 4 bogus; of several the worst."""
    states = ["secure", "insecure", "indeterminate", "bogus"]
    numbers = [
        f'{family}{{status="{state}", {where}}} * {code}' for code, state in enumerate(states, start=1)
    ]
    return f"max by ({by}) ({' or '.join(numbers)})"


def or_zero(expression: str) -> str:
    """A count that is 0 where nothing is counted."""
    return f"{expression} or vector(0)"
