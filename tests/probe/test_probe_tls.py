"""TLS: what was verified is recorded, what is refused is named."""

import datetime as dt
import os
import socket
import ssl
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import trustme

from launchguard.errors import LaunchGuardError
from launchguard.model.parts import Access
from launchguard.model.visit import Visit
from launchguard.probe import Credential, ProbePolicy, VisitRequest, visit_all
from launchguard.probe.tls import build_context

Serve = Callable[..., Any]


@pytest.fixture(scope="module")
def ca() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def policy(ca: trustme.CA, resolver: Any) -> ProbePolicy:
    trusting = ssl.create_default_context()
    ca.configure_trust(trusting)
    return ProbePolicy(
        ssl_context=trusting,
        resolver=resolver,
        private_hosts=["shop.test"],
        unlimited_hosts=["shop.test"],
        deadline_s=20,
        retry_pause_s=0,
    )


def server_context(cert: trustme.LeafCert) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    cert.configure_cert(context)
    return context


def look(url: str, policy: ProbePolicy) -> Visit:
    (visit,) = visit_all([VisitRequest("page", url)], policy=policy)
    return visit


def test_the_verified_chain_is_recorded(serve: Serve, answer: Any, ca: trustme.CA, policy: ProbePolicy) -> None:
    expiry = dt.datetime(2031, 5, 6, 7, 8, 9, tzinfo=dt.UTC)
    cert = ca.create_child_ca().issue_cert("shop.test", not_after=expiry)
    site: Any = serve(lambda conn, head: answer(b"fine"), context=server_context(cert))
    visit = look(site.named("shop.test"), policy)
    assert (visit.error, visit.body) == (None, b"fine")
    assert visit.tls is not None
    assert visit.tls.version == "TLSv1.3"
    assert visit.tls.chain[0].not_after == expiry
    assert visit.tls.chain[0].not_before < dt.datetime.now(dt.UTC)
    issuers = [certificate.issuer for certificate in visit.tls.chain]
    subjects = [certificate.subject for certificate in visit.tls.chain]
    assert len(subjects) == 3
    assert issuers == [*subjects[1:], subjects[-1]]
    times = visit.hops[0].timings
    assert times.tls_ms is not None
    assert times.tls_ms > 0


def test_the_last_hop_says_whether_there_was_tls(
    serve: Serve, answer: Any, ca: trustme.CA, policy: ProbePolicy
) -> None:
    plain = serve(lambda conn, head: answer(b"plain"))
    context = server_context(ca.issue_cert("shop.test"))
    site: Any = serve(lambda conn, head: answer(b"", 302, f"Location: {plain.named('shop.test')}"), context=context)
    visit = look(site.named("shop.test"), policy)
    assert (visit.body, visit.tls) == (b"plain", None)


PAST = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
FUTURE = dt.datetime(2090, 1, 1, tzinfo=dt.UTC)
REFUSED: list[tuple[str, Callable[[trustme.CA], trustme.LeafCert], int, str]] = [
    ("expired", lambda ca: ca.issue_cert("shop.test", not_after=PAST), 10, "has expired"),
    ("too early", lambda ca: ca.issue_cert("shop.test", not_before=FUTURE), 9, "not valid yet"),
    ("wrong name", lambda ca: ca.issue_cert("other.test"), 62, "wrong name"),
    ("unknown issuer", lambda ca: trustme.CA().issue_cert("shop.test"), 20, "unknown issuer"),
]


@pytest.mark.parametrize(("issue", "code", "words"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_a_refused_certificate_is_named(
    serve: Serve, answer: Any, ca: trustme.CA, policy: ProbePolicy, issue: Any, code: int, words: str
) -> None:
    site: Any = serve(lambda conn, head: answer(b"never"), context=server_context(issue(ca)))
    visit = look(site.named("shop.test"), policy)
    assert visit.error is not None
    assert (visit.error.kind, visit.error.code, visit.error.definite) == ("tls", code, True)
    assert "shop.test" in visit.error.detail
    assert words in visit.error.detail
    assert (visit.tls, visit.hops, site.heads) == (None, (), [])


def test_an_address_that_the_certificate_does_not_name(
    serve: Serve, answer: Any, ca: trustme.CA, policy: ProbePolicy
) -> None:
    site: Any = serve(lambda conn, head: answer(b"fine"), context=server_context(ca.issue_cert("shop.test")))
    visit = look(site.url, policy)
    assert visit.error is not None
    assert visit.error.code == 64
    named = serve(lambda conn, head: answer(b"fine"), context=server_context(ca.issue_cert("127.0.0.1")))
    assert look(named.url, policy).body == b"fine"


def test_plain_http_on_a_tls_port(policy: ProbePolicy) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:  # accepts, and says nothing
        mute = look(f"https://127.0.0.1:{listener.getsockname()[1]}/", replace(policy, deadline_s=0.3))
    assert mute.error is not None
    assert mute.error.kind == "silent"

    def hang_up() -> str:
        conn, _ = speaker.accept()
        with conn:
            conn.recv(1)
            conn.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        return ""

    with socket.create_server(("127.0.0.1", 0)) as speaker, ThreadPoolExecutor() as executor:
        waiting = [executor.submit(hang_up) for _ in range(2)]
        visit = look(f"https://127.0.0.1:{speaker.getsockname()[1]}/", policy)
        assert [each.result() for each in waiting] == ["", ""]
    assert visit.error is not None
    assert (visit.error.kind, visit.error.code, visit.error.reason) == ("tls", None, "not-tls")
    assert "handshake" in visit.error.detail


def test_a_secret_does_not_go_from_https_to_http(
    serve: Serve, answer: Any, ca: trustme.CA, policy: ProbePolicy
) -> None:
    plain = serve(lambda conn, head: answer(b"plain"))
    context = server_context(ca.issue_cert("shop.test"))
    site: Any = serve(lambda conn, head: answer(b"", 302, f"Location: {plain.named('shop.test')}"), context=context)
    secret = Credential(Access(host="shop.test", header="X-Preview", from_env="TOKEN"), "token-1")
    look(site.named("shop.test"), replace(policy, access=[secret]))
    assert "X-Preview: token-1" in site.heads[0]
    assert "X-Preview" not in plain.heads[0]
    look(plain.named("shop.test"), replace(policy, access=[secret]))
    assert "X-Preview: token-1" in plain.heads[1]


def test_a_secret_does_not_go_back_to_http_either(
    serve: Serve, answer: Any, ca: trustme.CA, policy: ProbePolicy
) -> None:
    def plainly(conn: socket.socket, head: str) -> Any:
        return answer(b"", 302, f"Location: {safe.named('shop.test')}") if "GET /a" in head else answer(b"plain")

    plain: Any = serve(plainly)
    context = server_context(ca.issue_cert("shop.test"))
    safe: Any = serve(lambda conn, head: answer(b"", 302, f"Location: {plain.named('shop.test')}/b"), context=context)
    hosts = ("shop.test", f"shop.test:{safe.port}")
    secrets = [Credential(Access(host=host, header="X-Preview", from_env="TOKEN"), "token-1") for host in hosts]
    assert look(f"{plain.named('shop.test')}/a", replace(policy, access=secrets)).body == b"plain"
    assert ["X-Preview" in head for head in (*plain.heads, *safe.heads)] == [True, False, True]


@pytest.mark.parametrize("name", ["REQUESTS_CA_BUNDLE", "SSL_CERT_FILE"])
def test_the_environment_can_name_the_roots(
    serve: Serve, answer: Any, ca: trustme.CA, policy: ProbePolicy, tmp_path: Path, monkeypatch: Any, name: str
) -> None:
    site: Any = serve(lambda conn, head: answer(b"fine"), context=server_context(ca.issue_cert("shop.test")))
    bundle = tmp_path / "roots.pem"
    ca.cert_pem.write_to_path(bundle)
    own = replace(policy, ssl_context=None)
    monkeypatch.setenv(name, str(bundle))
    assert look(site.named("shop.test"), own).body == b"fine"
    monkeypatch.delenv(name)
    refused = look(site.named("shop.test"), own)
    assert refused.error is not None
    assert refused.error.kind == "tls"


@pytest.mark.parametrize("content", [None, "no certificate"])
def test_a_bundle_that_cannot_be_used_is_the_users_to_correct(tmp_path: Path, content: str | None) -> None:
    bundle = tmp_path / "roots.pem"
    if content is not None:
        bundle.write_text(content)
    with pytest.raises(LaunchGuardError, match="cannot be used") as caught:
        build_context({"SSL_CERT_FILE": str(bundle)})
    assert "SSL_CERT_FILE" in caught.value.hint


def test_one_context_serves_all_sessions(
    serve: Serve, answer: Any, ca: trustme.CA, policy: ProbePolicy, monkeypatch: Any
) -> None:
    site: Any = serve(lambda conn, head: answer(b"fine"), context=server_context(ca.issue_cert("shop.test")))
    made: list[object] = []
    loaded: list[object] = []
    real_new, real_load = ssl.SSLContext.__new__, ssl.SSLContext.load_verify_locations

    def new(cls: Any, *args: Any, **options: Any) -> Any:
        made.append(args)
        return real_new(cls, *args, **options)

    def load(self: ssl.SSLContext, *args: Any, **options: Any) -> None:
        loaded.append(args)
        real_load(self, *args, **options)

    monkeypatch.setattr(ssl.SSLContext, "__new__", new)
    monkeypatch.setattr(ssl.SSLContext, "load_verify_locations", load)
    requests = [VisitRequest("p", f"{site.named('shop.test')}/{n}") for n in range(20)]
    visits = visit_all(requests, policy=replace(policy, threads=8))
    assert [visit.body for visit in visits] == [b"fine"] * 20
    assert (made, loaded) == ([], [])


def test_the_roots_are_loaded_once_and_again_when_their_file_changes(tmp_path: Path) -> None:
    bundle = tmp_path / "roots.pem"
    trustme.CA().cert_pem.write_to_path(bundle)
    environ = {"SSL_CERT_FILE": str(bundle)}
    first = build_context(environ)
    assert build_context(environ) is first
    trustme.CA().cert_pem.write_to_path(bundle)
    os.utime(bundle, ns=(1, 1))
    assert build_context(environ) is not first
