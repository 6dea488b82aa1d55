"""The liar's gallery: servers that make a load test say the wrong thing, and the verdict that is right for each."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import trustme

from launchguard.site import landing_site

RAMP_S, WARM_UP_S, HOLD_S, TIMEOUT_S = 0.5, 1.0, 4.0, 3.0
DURATION_S = RAMP_S + WARM_UP_S + HOLD_S
RATE = 100
"""Visits per second: the hold has more than the 299 that a limit of 1 % on failures needs."""

MANIFEST = """
launchguard: 1
name: Gallery
launch: 2099-03-02 09:00 Europe/Madrid
ends: 2099-03-04 23:59 Europe/Madrid
pages: [{{url: {url}, contains: ["Spring sale"]}}]
channels: [{{rate: {rate}/s}}]
limits: {{p95: {p95}, errors: 1%}}
load: {{ramp: {ramp}s, warm_up: {warm_up}s, hold: {hold}s, drain: 2s, timeout: {timeout}s, returning: {returning}}}
"""


@dataclass(frozen=True)
class Case:
    """One server: what it does, the right verdict, and words that the report has to contain for it."""

    id: str
    does: str
    verdict: str
    says: str = ""
    behaviour: dict[str, Any] = field(default_factory=dict)
    certificate: str = ""
    elsewhere: bool = False
    returning: str = "0%"


CASES = (
    Case("steady", "answers every visit at once", "go"),
    Case("hangs", "never answers one visit in five", "no-go", "never got an answer", {"hang_ratio": 0.2}),
    Case("freezes", "stops every answer once, for 3 s", "no-go", "waited", {"freeze_at_s": 2.0, "freeze_s": 3.0}),
    Case("queues", "serves 20 visits/s from one queue", "no-go", "waited", {"capacity_per_s": 20.0}),
    Case("drips", "sends the page a byte a second", "no-go", "waited", {"drip": True}),
    Case("says-200", 'answers 200 with "queue is full"', "no-go", "does not contain", {"body": "<p>queue is full</p>"}),
    Case(
        "cold",
        "answers half of the visits with 503, in the warm-up only",
        "go",
        "",
        {"fail_ratio": 0.5, "until_s": 1.0},
    ),
    Case(
        "peak",
        "answers one visit in ten with 503, at the peak only",
        "no-go",
        "answered 503",
        {"fail_ratio": 0.1, "from_s": 1.6},
    ),
    Case("resets", "closes one connection in five without an answer", "no-go", "reset", {"reset_ratio": 0.2}),
    Case(
        "hangs-up",
        "closes every kept connection after its answer, unannounced",
        "go",
        "",
        {"close_silently": True},
        returning="100%",
    ),
    Case("expired", "presents a certificate that has expired", "no-go", "expired", certificate="expired"),
    Case("wrong-name", "presents the certificate of another host", "no-go", "mismatch", certificate="wrong-name"),
    Case("limits", "answers 429, too many requests", "unknown", "allow-list", {"fail_ratio": 1.0, "fail_status": 429}),
    Case("redirects", "redirects to a host that nobody authorized", "unknown", "not authorized", elsewhere=True),
)


@contextmanager
def serving(case: Case, folder: Path) -> Iterator[str]:
    """Run a case's server; gives the address of its page. With TLS its authority is in `folder`/ca.pem."""
    with ExitStack() as stack:
        behaviour = dict(case.behaviour)
        if case.elsewhere:
            behaviour["redirect_to"] = stack.enter_context(landing_site()).url + "/spring"
        if case.certificate:
            behaviour["cert_file"] = _certificate(case.certificate, folder)
        yield stack.enter_context(landing_site(**behaviour)).url + "/spring"


def manifest_of(case: Case, url: str, p95: str = "2s") -> str:
    """The campaign that asks for this page."""
    timing = {"ramp": RAMP_S, "warm_up": WARM_UP_S, "hold": HOLD_S, "timeout": TIMEOUT_S}
    return MANIFEST.format(url=url, rate=RATE, p95=p95, returning=case.returning, **timing)


def _certificate(kind: str, folder: Path) -> Path:
    authority, now = trustme.CA(), datetime.now(UTC)
    authority.cert_pem.write_to_path(str(folder / "ca.pem"))
    if kind == "expired":
        made = authority.issue_cert("localhost", not_before=now - timedelta(days=9), not_after=now - timedelta(days=1))
    else:
        made = authority.issue_cert("other.example")
    made.private_key_and_cert_chain_pem.write_to_path(str(folder / "server.pem"))
    return folder / "server.pem"
