"""Asks a host whether it allows load: its /.well-known/launchguard.txt, else a TXT record of its zone.

Both count only for addresses that present a certificate of the host while they are asked. Otherwise whoever owns a
name could point it at somebody else's servers and let his own word open them.
"""

import socket
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

from launchguard.authorize.proof import Claim, Proof, claim_for
from launchguard.model.visit import Visit
from launchguard.probe import ProbePolicy, VisitRequest, visit_all
from launchguard.probe.txt import txt_records
from launchguard.web.hosts import host_of, twin_of, written
from launchguard.words.hostile import excerpt

PATH = "/.well-known/launchguard.txt"
RECORD = "_launchguard"
MAX_BYTES = 16_384
MAX_ADDRESSES = 4
"""So many of a host's addresses are asked; the load then goes to those of them that proved themselves."""
TIMEOUT_S = 5.0
RETRY_PAUSE_S = 0.2

Prove = Callable[[str, tuple[str, ...], datetime], Proof | str]
"""Takes an origin, its addresses and the moment; answers with a proof, or with a sentence why there is none."""


class Prover:
    """Asks each origin once, so that a run keeps to what it was told at its start."""

    def __init__(
        self,
        repository: str,
        *,
        private_hosts: Sequence[str] = (),
        txt: Callable[[str], list[str]] = txt_records,
    ) -> None:
        """Ask for `repository` (owner/name); `txt` looks up a name's TXT records."""
        self.repository = repository
        self._private_hosts = tuple(private_hosts)
        self._txt = txt
        self._known: dict[str, Proof | str] = {}

    def __call__(self, origin: str, addresses: tuple[str, ...], now: datetime) -> Proof | str:
        """Return the proof of an origin, or a sentence why there is none."""
        base = _https(origin)
        if base is None:
            return "only an https origin, or http on port 80, can speak for itself"
        if base not in self._known:
            self._known[base] = self._ask(base, addresses[:MAX_ADDRESSES], now)
        return self._known[base]

    def _ask(self, base: str, addresses: tuple[str, ...], now: datetime) -> Proof | str:
        url = f"https://{written(base)}{PATH}"
        with ThreadPoolExecutor(len(addresses)) as pool:
            visits = list(pool.map(lambda address: self._visit(url, address), addresses))
        own = {a: visit for a, visit in zip(addresses, visits, strict=True) if visit.tls is not None}
        if not own:
            return f"{url} cannot be read ({_why(visits[0])})"
        try:
            files = {a: self._claim(visit.text.split("\n"), now) for a, visit in own.items() if not _why_no_file(visit)}
        except ValueError as error:
            return f"{url} {error}"
        claims = [claim for claim in files.values() if claim is not None]
        if claims:
            if any(claim != claims[0] for claim in claims):
                return f"{url} says different things at different addresses"
            return Proof(claims[0], url, tuple(a for a, claim in files.items() if claim is not None))
        return self._record(host_of(base), tuple(own), f"{url} says nothing ({_why(next(iter(own.values())))})", now)

    def _record(self, host: str, own: tuple[str, ...], no_file: str, now: datetime) -> Proof | str:
        """The proof of the zone, for addresses that hold a certificate of the host."""
        name = f"{RECORD}.{host}"
        try:
            claim = self._claim(self._txt(name), now)
        except ValueError as error:
            return f"the TXT record {name} {error}"
        if claim is None:
            return f"{no_file}, and there is no TXT record {name}"
        return Proof(claim, f"the TXT record {name}", own)

    def _claim(self, lines: Sequence[str], now: datetime) -> Claim | None:
        return claim_for(lines, self.repository, now.astimezone(UTC).date())

    def _visit(self, url: str, address: str) -> Visit:
        """Fetch the file from this very address; a redirect is no answer."""

        def here(_host: str, port: int, _family: int, kind: int) -> Sequence[tuple[Any, ...]]:
            family = socket.AF_INET6 if ":" in address else socket.AF_INET
            return [(family, kind, socket.IPPROTO_TCP, "", (address, port))]

        policy = ProbePolicy(
            private_hosts=self._private_hosts,
            max_body_bytes=MAX_BYTES,
            max_hops=1,
            deadline_s=TIMEOUT_S,
            connect_timeout_s=TIMEOUT_S,
            retry_pause_s=RETRY_PAUSE_S,
            resolver=here,
        )
        return visit_all([VisitRequest(url, url)], policy=policy)[0]


def _https(origin: str) -> str | None:
    """The https origin that speaks for an origin; None where none does."""
    return origin if origin.startswith("https:") else twin_of(origin)


def _why_no_file(visit: Visit) -> str:
    """Why an answer is not the file of whoever runs the host; "" when it is.

    Whoever may write into a page (a comment, a name, an upload that is shown) can have it say anything, so it has to
    be served as plain text, and to look like that.
    """
    if visit.status != 200:
        return f"status {visit.status}"
    types = {value.partition(";")[0].strip().lower() for value in visit.header_values("content-type")}
    if types != {"text/plain"}:
        return f"it is served as {excerpt(', '.join(sorted(types)) or 'nothing', 60)}, and only text/plain counts"
    return "it holds markup, and only plain text counts" if "<" in visit.text else ""


def _why(visit: Visit) -> str:
    if visit.hops and 300 <= visit.hops[-1].status < 400:
        return "a redirect is not followed"
    if visit.error is not None:
        return visit.error.detail
    return _why_no_file(visit) or "no line begins with launchguard:"
