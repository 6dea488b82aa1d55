"""The addresses of an origin, looked up once: load goes to these and to no others."""

import socket
from collections.abc import Callable, Sequence
from typing import Any

from launchguard.authorize.answers import Refusal
from launchguard.web.addresses import is_loopback_host, kind_of, may_be_loopback, parse_address, refusal
from launchguard.web.hosts import host_of, normalize_host, port_of

Resolver = Callable[[str, int, int, int], Sequence[tuple[Any, ...]]]


def pinned(origin: str, resolver: Resolver, private_hosts: Sequence[str]) -> tuple[str, ...] | Refusal:
    """Every address of an origin, IPv4 first; a name that leads astray even once is refused."""
    host = host_of(origin)
    addresses = _resolve(host, port_of(origin), resolver)
    if not addresses:
        return Refusal(origin, f"{host} does not resolve", "Check the host's DNS record.")
    private = [normalize_host(known) for known in private_hosts]
    for address in addresses:
        wrong = refusal(host, address, loopback=is_loopback_host(host), private_hosts=private)
        if not wrong and may_be_loopback(host) and not is_loopback_host(address):
            wrong = f"{host} leads to {address}, which is not this machine"
        if wrong:
            return Refusal(origin, wrong, _fix(host, address))
    return addresses


def _fix(host: str, address: str) -> str:
    """What would let load go to this address of the host, or send it elsewhere."""
    if is_loopback_host(host):
        return f"Let {host} lead to 127.0.0.1 or ::1 on this machine, in its hosts file or resolver."
    parsed = parse_address(address)
    kind = kind_of(parsed) if parsed is not None else "reserved"
    if kind == "reserved":
        return f"Correct the DNS record of {host}: no site can answer at such an address."
    if kind in ("link-local", "metadata") and parse_address(host) is None:
        return f"Correct the DNS record of {host}: a name may never lead to such an address."
    return f"If that is meant, add to .launchguard.yml:\nprivate_hosts: [{host}]"


def _resolve(host: str, port: int, resolver: Resolver) -> tuple[str, ...]:
    """The host's addresses, each once; empty when it does not resolve."""
    literal = parse_address(host)
    if literal is not None:
        return (str(literal),)
    try:
        answers = resolver(host, port, 0, socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return ()
    ordered = sorted(answers, key=lambda answer: answer[0] != socket.AF_INET)
    return tuple(dict.fromkeys(str(answer[4][0]).partition("%")[0] for answer in ordered))
