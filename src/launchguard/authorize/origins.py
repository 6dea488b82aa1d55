"""Origins (scheme, host, port) in one spelling, and what a plan brings to each."""

from urllib.parse import urlsplit

from launchguard.model.load import LoadPlan
from launchguard.model.web import normalize_host, parse_url

DEFAULT_PORTS = {"http": 80, "https": 443}


def origin_of(url: str) -> str:
    """scheme://host:port of a URL, in one spelling (lower case, IDNA, no trailing dot, the port always there).

    Raises ValueError for what is no plain http(s) URL, and for a URL with a user name.
    """
    parts = urlsplit(parse_url(url))
    host = normalize_host(f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname or "")
    return f"{parts.scheme}://{host}:{parts.port or DEFAULT_PORTS[parts.scheme]}"


def canonical_url(url: str) -> str:
    """The URL on its origin in that one spelling: what was authorized is what is asked for."""
    parts = urlsplit(parse_url(url))
    return f"{origin_of(url)}{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}"


def origins_of(plan: LoadPlan) -> list[str]:
    """The origins that a plan sends visits to, each once. Raises ValueError like `origin_of`."""
    return list(dict.fromkeys(origin_of(target.url) for target in plan.targets))


def host_of(origin: str) -> str:
    """The host of an origin, without port and brackets."""
    return urlsplit(origin).hostname or ""


def written(origin: str) -> str:
    """An origin as `load.hosts` and a browser write it: without the scheme's own port."""
    parts = urlsplit(origin)
    own = parts.port == DEFAULT_PORTS[parts.scheme]
    return parts.netloc.rpartition(":")[0] if own else parts.netloc


def peak_of(plan: LoadPlan, origin: str) -> float:
    """The visits per second that a plan brings to an origin's host at its highest: the caps are per host."""
    host = host_of(origin)
    share = sum(target.share for target in plan.targets if host_of(origin_of(target.url)) == host)
    return plan.peak_per_s * share / sum(target.share for target in plan.targets)
