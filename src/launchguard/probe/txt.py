"""TXT records of a name, for what a host says about itself in its zone."""

TIMEOUT_S = 5.0


def txt_records(name: str, *, nameserver: str = "", port: int = 53) -> list[str]:
    """The texts of a name's TXT records, each joined from its strings (RFC 7208, section 3.3); [] without any.

    `nameserver` is asked instead of those that the system is configured with. An answer that did not come counts as
    none, because nothing is decided in favour of load without one.
    """
    import dns.exception
    import dns.resolver

    try:
        resolver = dns.resolver.Resolver(configure=not nameserver)
        if nameserver:
            resolver.nameservers, resolver.port = [nameserver], port
        answer = resolver.resolve(f"{name}.", "TXT", lifetime=TIMEOUT_S, search=False)
        return [b"".join(record.strings).decode("utf-8", "replace") for record in answer]
    except (dns.exception.DNSException, OSError):
        return []
