"""Where what was confided to a host may go: the one rule of the probe, the load, its workers and journeys."""

from launchguard.web.hosts import DEFAULT_PORTS, host_of, port_of, split_host


def may_hear(url: str, host: str, *, began_at: str, after_https: bool) -> bool:
    """Whether a request for `url` may carry what was declared for `host` ("a.example" or "a.example:8443").

    The request belongs to a visit that began at the address `began_at` ("": nobody knows where) and has been on https
    before (`after_https`); both addresses are in the one spelling that requests are sent in. Only the declared host
    hears it, on its written port, else on that of https or of the page itself: behind a port that a redirect brought in
    may be a neighbour. In clear it goes nowhere but to the origin that the visit began at, and not after https.
    """
    wanted, port = split_host(host)
    if _place(url)[1:] != (wanted, port or port_of(url)):
        return False
    at_home = _place(url) == _place(began_at)
    if not url.startswith("https:"):
        return at_home and not after_https
    return at_home or port is not None or port_of(url) == DEFAULT_PORTS["https"]


def _place(url: str) -> tuple[str, str, int]:
    return url.partition(":")[0], host_of(url).rstrip("."), port_of(url)
