"""What a kind of failure means, in words."""

_KINDS = {
    "dns": "host not found",
    "connect": "no connection",
    "tls": "TLS refused",
    "timeout": "time-out",
    "reset": "connection cut",
    "status": "wrong status",
    "content": "wrong content",
    "redirect": "redirect not followed",
    "other": "other",
    "rate-limited": "turned away (429)",
    "too-large": "a body too large to read",
    "unauthorized": "redirected to an origin that may not get this load",
    "unanswered": "never answered",
}


def failure_kind(kind: str) -> str:
    """What a kind of failure means, in words."""
    return _KINDS.get(kind.lower(), kind)
