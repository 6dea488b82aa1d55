"""Certificates and handshakes as public bug reports have them: each reason is named, and the fix fits it."""

import socket
import ssl
import warnings
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from launchguard import Finding
from launchguard.checking.files import built_in_checks
from launchguard.model.visit import Visit, Visits
from launchguard.probe import ProbePolicy, VisitRequest, visit_all, visit_pages
from launchguard.probe.tls import build_context
from launchguard.testing import a_campaign, a_clock, judge_one
from tests.probe.authority import DAY, MIDDLE, NOW, OLD_MIDDLE, ROOT, SOON_MIDDLE, Signed, served, sign

Serve = Callable[..., Any]
CHECKS = {check.id: check for check in built_in_checks()}
SHOP = ("shop.test",)


@pytest.fixture
def policy(tmp_path: Path, resolver: Any) -> ProbePolicy:
    roots = tmp_path / "roots.pem"
    roots.write_bytes(ROOT.pem)
    return ProbePolicy(
        ssl_context=build_context({"SSL_CERT_FILE": str(roots)}),
        resolver=resolver,
        private_hosts=["shop.test", "go.test"],
        unlimited_hosts=["shop.test", "go.test"],
        deadline_s=20,
        retry_pause_s=0,
    )


def look(url: str, policy: ProbePolicy) -> Visit:
    (visit,) = visit_all([VisitRequest("page", url)], policy=policy)
    return visit


def fix_of(visit: Visit) -> str:
    (finding,) = judge_one(CHECKS["tls-valid"], Visits("page", (("plain", visit),)))
    assert isinstance(finding, Finding)
    assert finding.severity is None
    return finding.fix


def shop(**over: Any) -> Signed:
    return sign("shop.test", MIDDLE, **{"names": SHOP, **over})


REFUSED: list[tuple[str, Callable[[], list[Signed]], str, str, str]] = [
    (
        "the intermediate certificate is not sent",
        lambda: [shop()],
        "incomplete-chain",
        "does not send the intermediate certificate of Test Intermediate",
        "Install the whole chain",
    ),
    (
        "expired",
        lambda: [shop(begins=-90 * DAY, ends=-1 * DAY), MIDDLE],
        "expired",
        f"the certificate of shop.test has expired on {NOW - DAY:%Y-%m-%d}",
        "Renew the expired certificate",
    ),
    (
        "the intermediate certificate has expired",
        lambda: [sign("shop.test", OLD_MIDDLE, names=SHOP), OLD_MIDDLE],
        "chain-expired",
        f"the intermediate certificate Old Intermediate in the chain of shop.test has expired on {NOW - DAY:%Y-%m-%d}",
        "Install the chain that your authority issues now",
    ),
    (
        "valid from tomorrow",
        lambda: [shop(begins=1 * DAY), MIDDLE],
        "not-yet-valid",
        f"is not valid yet: it begins on {NOW + DAY:%Y-%m-%d}",
        "check its start date",
    ),
    (
        "another name",
        lambda: [shop(names=("www.shop.test", "*.shop.test")), MIDDLE],
        "wrong-name",
        "(wrong name): www.shop.test, *.shop.test",
        "names shop.test",
    ),
    ("only a common name", lambda: [shop(names=()), MIDDLE], "no-san", "it has no subjectAltName", "subjectAltName"),
    ("signed by itself", lambda: [sign("shop.test", names=SHOP)], "self-signed", "signed by itself", "self-signed"),
    (
        "an authority of their own",
        lambda: [sign("shop.test", own := sign("Own Root", authority=True), names=SHOP), own],
        "unknown-authority",
        "the root of its chain is not trusted",
        "no browser trusts",
    ),
]


@pytest.mark.parametrize(
    ("chain", "reason", "words", "fix"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED]
)
def test_a_refused_certificate_has_its_reason_and_its_fix(
    serve: Serve, answer: Any, policy: ProbePolicy, tmp_path: Path, chain: Any, reason: str, words: str, fix: str
) -> None:
    site: Any = serve(lambda conn, head: answer(b"never"), context=served(tmp_path, *chain()))
    visit = look(site.named("shop.test"), policy)
    assert visit.error is not None
    assert (visit.error.kind, visit.error.reason, site.heads) == ("tls", reason, [])
    assert words in visit.error.detail
    assert fix in fix_of(visit)


@pytest.mark.parametrize("variable", ["", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"])
def test_an_authority_of_ones_own_is_named_by_a_variable_and_the_finding_says_which_bundle_was_used(
    serve: Serve,
    answer: Any,
    policy: ProbePolicy,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    variable: str,
) -> None:
    """Another authority's bundle is refused with its name; that of the site's own root is taken."""
    own = sign("Own Root", authority=True)
    site: Any = serve(lambda conn, head: answer(b"fine"), context=served(tmp_path, sign("shop.test", own, names=SHOP)))
    bundle, right = tmp_path / "company.pem", tmp_path / "right.pem"
    bundle.write_bytes(ROOT.pem)
    right.write_bytes(own.pem)
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    if variable:
        monkeypatch.setenv(variable, str(bundle))
    by_environment = replace(policy, ssl_context=None)
    visit = look(site.named("shop.test"), by_environment)
    assert visit.error is not None
    (finding,) = judge_one(CHECKS["tls-valid"], Visits("page", (("plain", visit),)))
    assert isinstance(finding, Finding)
    assert f"verified against {variable or 'certifi'} " in finding.evidence
    assert str(bundle) in finding.evidence or not variable
    assert "name the file of its certificates in REQUESTS_CA_BUNDLE or SSL_CERT_FILE" in finding.fix
    monkeypatch.setenv(variable or "REQUESTS_CA_BUNDLE", str(right))
    assert look(site.named("shop.test"), by_environment).error is None


def old(context: ssl.SSLContext) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.set_ciphers("ALL:@SECLEVEL=0")
        context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1


def demanding(version: ssl.TLSVersion) -> Callable[[ssl.SSLContext], None]:
    def demand(context: ssl.SSLContext) -> None:
        context.maximum_version = version
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(cadata=ROOT.pem.decode())

    return demand


HANDSHAKES: list[tuple[str, Callable[[ssl.SSLContext], None], str, str, str]] = [
    ("old", old, "old-protocol", "nothing newer than TLS 1.1", "Enable TLS 1.2"),
    ("client 1.2", demanding(ssl.TLSVersion.TLSv1_2), "client-certificate", "asks visitors", "Do not ask visitors"),
    ("client 1.3", demanding(ssl.TLSVersion.TLSv1_3), "client-certificate", "asks visitors", "Do not ask visitors"),
]


@pytest.mark.parametrize(
    ("setup", "reason", "words", "fix"), [row[1:] for row in HANDSHAKES], ids=[row[0] for row in HANDSHAKES]
)
def test_a_failed_handshake_has_its_reason_and_its_fix(
    serve: Serve, answer: Any, policy: ProbePolicy, tmp_path: Path, setup: Any, reason: str, words: str, fix: str
) -> None:
    context = served(tmp_path, shop(), MIDDLE)
    setup(context)
    site: Any = serve(lambda conn, head: answer(b"never"), context=context)
    visit = look(site.named("shop.test"), policy)
    assert visit.error is not None
    assert (visit.error.kind, visit.error.reason, visit.error.code) == ("tls", reason, None)
    assert words in visit.error.detail
    assert fix in fix_of(visit)


def test_the_certificate_of_every_hop_is_looked_at(
    serve: Serve, answer: Any, policy: ProbePolicy, tmp_path: Path
) -> None:
    page: Any = serve(lambda conn, head: answer(b"fine"), context=served(tmp_path, shop(), MIDDLE))
    short = sign("go.test", MIDDLE, begins=-80 * DAY, ends=7 * DAY, names=("go.test",))
    first: Any = serve(
        lambda conn, head: answer(b"", 301, f"Location: {page.named('shop.test')}/"),
        context=served(tmp_path, short, MIDDLE),
    )
    (visits,) = visit_pages([VisitRequest("page", first.named("go.test"))], policy=policy)
    plain = visits.get("plain")
    assert plain is not None
    assert [hop.tls is not None and len(hop.tls.chain) for hop in plain.hops] == [3, 3]
    campaign = a_campaign(launch=f"{NOW + 5 * DAY:%Y-%m-%d %H:%M} UTC", ends=f"{NOW + 10 * DAY:%Y-%m-%d %H:%M} UTC")
    (finding,) = judge_one(CHECKS["tls-expiry"], visits, campaign, a_clock(NOW))
    assert isinstance(finding, Finding)
    assert finding.message.startswith(f"the certificate of go.test expires on {NOW + 7 * DAY:%Y-%m-%d}")


def test_an_intermediate_certificate_that_ends_first_is_named(
    serve: Serve, answer: Any, policy: ProbePolicy, tmp_path: Path
) -> None:
    leaf = sign("shop.test", SOON_MIDDLE, names=SHOP)
    site: Any = serve(lambda conn, head: answer(b"fine"), context=served(tmp_path, leaf, SOON_MIDDLE))
    visits = visit_pages([VisitRequest("page", site.named("shop.test"))], policy=policy)[0]
    campaign = a_campaign(launch=f"{NOW + 5 * DAY:%Y-%m-%d %H:%M} UTC", ends=f"{NOW + 10 * DAY:%Y-%m-%d %H:%M} UTC")
    (finding,) = judge_one(CHECKS["tls-expiry"], visits, campaign, a_clock(NOW))
    assert isinstance(finding, Finding)
    assert (finding.severity, finding.subject) == ("block", "shop.test")
    assert "the intermediate certificate CN=Soon Intermediate of shop.test expires" in finding.message


class Alternating:
    """Two machines behind one address, one of them forgotten at the renewal."""

    def __init__(self, *contexts: ssl.SSLContext) -> None:
        self._contexts = contexts
        self._count = 0

    def wrap_socket(self, sock: socket.socket, **options: Any) -> ssl.SSLSocket:
        self._count += 1
        return self._contexts[self._count % len(self._contexts)].wrap_socket(sock, **options)


@pytest.mark.parametrize("turned", [False, True])
def test_one_of_two_machines_with_an_old_certificate_blocks(
    serve: Serve, answer: Any, policy: ProbePolicy, tmp_path: Path, turned: bool
) -> None:
    machines = [
        served(tmp_path, shop(), MIDDLE),
        served(tmp_path, shop(begins=-90 * DAY, ends=-1 * DAY), MIDDLE),
    ]
    site: Any = serve(lambda conn, head: answer(b"fine"), context=Alternating(*machines[:: -1 if turned else 1]))
    requests = [VisitRequest("page", site.named("shop.test"), variant) for variant in ("plain", "click-id")]
    (visits,) = visit_pages(requests, policy=replace(policy, threads=1))
    (finding,) = judge_one(CHECKS["tls-valid"], visits)
    assert isinstance(finding, Finding)
    assert finding.reason == "openssl-10"


def test_http2_only_is_no_fault_of_the_page(serve: Serve, policy: ProbePolicy, tmp_path: Path) -> None:
    """A server that takes no other protocol says so in the handshake, or with its first bytes, or by hanging up."""
    context = served(tmp_path, shop(), MIDDLE)
    context.set_alpn_protocols(["h2"])
    settings = b"\x00\x00\x00\x04\x00\x00\x00\x00\x00"
    for first in (settings, b""):

        def handler(conn: socket.socket, head: str, first: bytes = first) -> None:
            conn.sendall(first)

        site: Any = serve(handler, context=context)
        visit = look(site.named("shop.test"), policy)
        assert visit.error is not None
        assert (visit.error.kind, visit.error.definite) == ("http2-only", False)
        assert visit.error.detail == "shop.test speaks HTTP/2 only"
