"""Certificates and handshakes that people met, through the command line: one run over all of them, a test for each."""

import json
import ssl
from collections.abc import Callable
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from launchguard.cli import main
from tests.pages.conftest import Once
from tests.pages.making import GOOD, TAGGED, leads, said
from tests.probe.authority import DAY, MIDDLE, NOW, OLD_MIDDLE, ROOT, Signed, served, sign
from tests.probe.conftest import Site
from tests.probe.test_probe_certificates import Alternating, old

MANIFEST = """\
launchguard: 1
name: {id}
launch: {launch}
ends: {ends}
pages: [{{url: {url}, contains: ["Spring sale"]}}]
channels: [{{email: {{recipients: 500_000, click_rate: 2%, send_over: 20m}}}}]
"""
Context = Callable[[Path], Any]


def shop(by: Signed = MIDDLE, **given: Any) -> Signed:
    return sign("localhost", by, **{"names": ("localhost",), **given})


def of(leaf: Signed, *chain: Signed) -> Context:
    return lambda folder: served(folder, leaf, *chain)


def oldest(folder: Path) -> ssl.SSLContext:
    context = served(folder, shop(), MIDDLE)
    old(context)
    return context


def http2(folder: Path) -> ssl.SSLContext:
    context = served(folder, shop(), MIDDLE)
    context.set_alpn_protocols(["h2"])
    return context


SETTINGS = b"\x00\x00\x00\x04\x00\x00\x00\x00\x00"
"""The first frame of a server that speaks HTTP/2."""
FINE = of(shop(), MIDDLE)
ENDING = of(shop(begins=-80 * DAY, ends=7 * DAY), MIDDLE)
ENDED = of(shop(begins=-90 * DAY, ends=-1 * DAY), MIDDLE)


@dataclass(frozen=True)
class Chain:
    """What the places on a visitor's way present (None: plain http); the right verdict, and words of what is told."""

    id: str
    verdict: str
    says: str
    places: tuple[Context | None, ...]


CASES = (
    Chain("tls-good", "go", "", (FINE,)),
    Chain("first-hop-expires", "no-go", "expires on", (ENDING, FINE)),
    Chain("last-hop-expires", "no-go", "expires on", (FINE, ENDING)),
    Chain("http-to-https-expires", "no-go", "expires on", (None, ENDING)),
    Chain("one-of-two-expired", "no-go", "expired", (lambda folder: Alternating(FINE(folder), ENDED(folder)),)),
    Chain("incomplete-chain", "no-go", "intermediate", (of(shop()),)),
    Chain("intermediate-expired", "no-go", "intermediate", (of(shop(OLD_MIDDLE), OLD_MIDDLE),)),
    Chain("valid-from-tomorrow", "no-go", "is not valid yet", (of(shop(begins=1 * DAY), MIDDLE),)),
    Chain("wrong-name", "no-go", "wrong name", (of(shop(names=("www.localhost",)), MIDDLE),)),
    Chain("no-san", "no-go", "subjectAltName", (of(shop(names=()), MIDDLE),)),
    Chain("tls10-only", "no-go", "Enable TLS 1.2", (oldest,)),
    Chain("https-http-https", "no-go", "leads from https to http", (FINE, None, FINE)),
    Chain("h2-only", "unknown", "HTTP/2", (http2,)),
)


def site_of(context: Context | None, leading_to: str, folder: Path) -> Site:
    """A server on the way: the page, or a redirect that keeps the parameters."""
    answer = leads(leading_to + TAGGED, status="301 Moved Permanently") if leading_to else said(GOOD)
    answer = SETTINGS if context is http2 else answer
    return Site(lambda conn, head: conn.sendall(answer), context=context and context(folder), host="127.0.0.1", port=0)


def judged(folder: Path) -> dict[str, Any]:
    """The verdicts on all cases, from one call of the command line."""
    days = {"launch": f"{NOW + 5 * DAY:%Y-%m-%d %H:%M} UTC", "ends": f"{NOW + 10 * DAY:%Y-%m-%d %H:%M} UTC"}
    (folder / "campaigns").mkdir()
    with ExitStack() as stack:
        for case in CASES:
            there = ""
            for context in reversed(case.places):
                site = stack.enter_context(closing(site_of(context, there, folder)))
                there = f"{site.named('localhost')}/{case.id}"
            written = MANIFEST.format(id=case.id, url=there + TAGGED, **days)
            (folder / "campaigns" / f"{case.id}.yml").write_text(written, encoding="utf-8")
        told = CliRunner().invoke(main, ["run", "--smoke-only", "--format", "json", str(folder / "campaigns")]).stdout
    return {verdict["campaign"]["name"]: verdict for verdict in json.loads(told)["verdicts"]}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_what_a_handshake_shows_is_judged_as_browsers_do(
    case: Chain, once: Once, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "root.pem").write_bytes(ROOT.pem)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "root.pem"))
    verdict = once("tls", lambda: judged(tmp_path))[case.id]
    stopping = [one for one in verdict["outcomes"] if one["status"] in ("block", "unknown")]
    assert verdict["verdict"] == case.verdict, stopping
    assert case.says in json.dumps(stopping)
    assert "browsers refuse" not in json.dumps(stopping) or case.id != "h2-only"
