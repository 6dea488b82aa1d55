"""Hosts that speak for themselves: a file over HTTPS, a TXT record, and every way in which they do not."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import dns.message
import dns.rrset
import pytest
import trustme

from launchguard.authorize import Claim, Grant, Proof, Prover, Refusal
from launchguard.model.campaign import RepositoryConfig
from launchguard.probe.txt import txt_records
from launchguard.site import Behaviour, Site, landing_site
from tests.authorize.deciding import NOON, decide, names, plan_of

HOST = "shop.example.test"
PATH = "/.well-known/launchguard.txt"
LINE = "launchguard: v=1; repository=acme/shop; max_rate=50/s"
PRIVATE = RepositoryConfig(private_hosts=(HOST,))
Serve = Callable[..., Any]


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> trustme.CA:
    made = trustme.CA()
    made.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    return made


@pytest.fixture
def serve(authority: trustme.CA, tmp_path: Path) -> Serve:
    """A site over TLS that answers the file as the keywords say, and its origin under the shop's name."""

    @contextmanager
    def serving(*, name: str = HOST, **file: Any) -> Iterator[tuple[Site, str]]:
        pem = tmp_path / "server.pem"
        authority.issue_cert(name).private_key_and_cert_chain_pem.write_to_path(str(pem))
        with landing_site(cert_file=pem, paths={PATH: Behaviour(**{"content_type": "text/plain"} | file)}) as site:
            yield site, f"https://{HOST}:{site.url.rpartition(':')[2]}"

    return serving


@contextmanager
def name_server(*records: str, name: str = f"_launchguard.{HOST}.") -> Iterator[Callable[[str], list[str]]]:
    """A DNS server on loopback with these TXT records; gives the look-up that asks it."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.bind(("127.0.0.1", 0))

    def answer() -> None:
        while True:
            packet, client = sock.recvfrom(4096)
            if not packet:
                return
            query = dns.message.from_wire(packet)
            response = dns.message.make_response(query)
            if records and query.question[0].name.to_text().lower() == name:
                quoted = [" ".join(f'"{record[i : i + 40]}"' for i in range(0, len(record), 40)) for record in records]
                response.answer.append(dns.rrset.from_text(name, 60, "IN", "TXT", *quoted))
            sock.sendto(response.to_wire(), client)

    thread = threading.Thread(target=answer)
    thread.start()
    address, port = sock.getsockname()
    try:
        yield lambda asked: txt_records(asked, nameserver=address, port=port)
    finally:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as last:
            last.sendto(b"", (address, port))
        thread.join()
        sock.close()


def prover(txt: Callable[[str], list[str]] = lambda _: []) -> Prover:
    return Prover("acme/shop", private_hosts=[HOST], txt=txt)


def asked(origin: str, prove: Prover, **options: Any) -> Grant | Refusal:
    given: dict[str, Any] = {"resolver": names(shop_example_test="127.0.0.1"), "production_allowed": True} | options
    return decide(plan_of(f"{origin}/spring"), PRIVATE, prove=prove, **given)[0]


def test_a_host_that_names_the_repository_is_granted_with_its_cap(serve: Serve) -> None:
    with serve(body=f"# load tests\n{LINE}; hours=01:00-23:00 UTC\n") as (site, origin):
        grant = asked(origin, prover())
        seen = site.counts()
    assert isinstance(grant, Grant)
    assert (grant.addresses, grant.max_rate_per_s, grant.production) == (("127.0.0.1",), 50, True)
    assert grant.hours == "01:00-23:00 UTC"
    assert grant.why == f"{origin}{PATH}, which names acme/shop"
    assert {path: count["arrivals"] for path, count in seen.items()} == {PATH: 1}
    assert "LaunchGuard/" in {k.lower(): v for k, v in seen[PATH]["headers"].items()}["user-agent"]


def test_its_own_word_binds_as_a_rule_does(serve: Serve) -> None:
    with serve(body=f"{LINE}; hours=01:00-06:00 UTC") as (site, origin):
        prove = prover()
        early = asked(origin, prove)
        calm = asked(origin, prove, now=NOON.replace(hour=2), production_allowed=False)
        answer = decide(
            plan_of(f"{origin}/", rate=51), PRIVATE, prove=prove, resolver=names(shop_example_test="127.0.0.1")
        )[0]
        assert site.arrivals(PATH) == 1  # a run asks once and keeps to the answer
    assert isinstance(early, Refusal) and "only in 01:00-06:00 UTC" in early.reason
    assert isinstance(calm, Refusal) and "is a production host" in calm.reason
    assert isinstance(answer, Refusal) and "more than the 50/s" in answer.reason
    assert f"max_rate in {origin}{PATH}" in answer.fix


@pytest.mark.parametrize(
    ("file", "says"),
    [
        ({"body": LINE.replace("acme/shop", "acme/other")}, "names acme/other, not acme/shop"),
        ({"body": LINE.replace("; max_rate=50/s", "")}, "has no max_rate"),
        ({"body": f"{LINE}; until=2027-02-28"}, "until 2027-02-28 only"),
        ({"body": f"# {LINE}"}, "no line begins with launchguard:"),
        ({"body": f"# a comment\u2028{LINE}"}, "no line begins with launchguard:"),
        ({"body": f"<p>\n{LINE}\n</p>"}, "it holds markup, and only plain text counts"),
        ({"body": LINE, "content_type": "text/html; charset=utf-8"}, "it is served as text/html, and only text/plain"),
        ({"body": LINE, "content_type": "application/octet-stream"}, "it is served as application/octet-stream"),
        ({"body": LINE, "status": 404}, "status 404"),
        ({"body": f"{LINE}\n" + "#" * 20_000}, "16,384 bytes"),
        ({"redirect_to": "https://evil.test/"}, "a redirect is not followed"),
        ({"redirect_to": "/elsewhere"}, "a redirect is not followed"),
    ],
)
def test_a_file_that_does_not_allow_it_says_why(serve: Serve, file: dict[str, Any], says: str) -> None:
    with serve(**file) as (site, origin):
        answer = asked(origin, prover())
        assert set(site.counts()) == {PATH}
    assert isinstance(answer, Refusal)
    assert answer.reason.startswith(f"{HOST} is not authorized to receive load: ")
    assert says in answer.reason
    assert "hosts: {'shop.example.test" in answer.fix


def test_a_certificate_of_another_name_proves_nothing_whatever_the_zone_says(serve: Serve) -> None:
    with name_server(LINE) as txt, serve(name="other.test", body=LINE) as (site, origin):
        answer = asked(origin, prover(txt))
        assert site.arrivals(PATH) == 0
    assert isinstance(answer, Refusal)
    assert "cannot be read (the certificate of shop.example.test was issued for another name" in answer.reason


def test_only_addresses_that_prove_themselves_are_loaded(serve: Serve) -> None:
    """A name may point at somebody else's address, too; that one presents no certificate of the name."""
    with serve(body=LINE) as (_, origin):
        proof = prover()(origin, ("127.0.0.2", "127.0.0.1"), NOON)
    assert isinstance(proof, Proof)
    assert proof.addresses == ("127.0.0.1",)


def test_a_record_of_the_zone_counts_where_there_is_no_file(serve: Serve) -> None:
    long = f"{LINE}; until=2027-12-31; hours=01:00-23:00 Europe/Madrid"
    with name_server("v=spf1 -all", long) as txt, serve(status=404) as (_, origin):
        grant = asked(origin, prover(txt))
    assert isinstance(grant, Grant)
    assert grant.why == f"the TXT record _launchguard.{HOST}, which names acme/shop"
    assert (grant.addresses, grant.max_rate_per_s) == (("127.0.0.1",), 50)


@pytest.mark.parametrize(
    ("records", "says"),
    [
        ([], f"there is no TXT record _launchguard.{HOST}"),
        (["v=spf1 -all"], "there is no TXT record"),
        ([LINE.replace("acme/", "evil/")], "names evil/shop, not acme/shop"),
        ([LINE, LINE.replace("50", "60")], "more than once"),
    ],
)
def test_a_record_that_does_not_allow_it(serve: Serve, records: list[str], says: str) -> None:
    with name_server(*records) as txt, serve(status=404) as (_, origin):
        answer = asked(origin, prover(txt))
    assert isinstance(answer, Refusal)
    assert says in answer.reason


def test_a_file_that_refuses_is_not_overruled_by_the_zone(serve: Serve) -> None:
    with name_server(LINE) as txt, serve(body=LINE.replace("acme/", "evil/")) as (_, origin):
        answer = asked(origin, prover(txt))
    assert isinstance(answer, Refusal)


def test_nobody_is_asked_where_the_answer_could_not_count() -> None:
    def never(*_: Any) -> Proof | str:
        raise AssertionError("asked")

    config = RepositoryConfig.model_validate({"load": {"hosts": {"shop.example.com": {"max_rate": "5/s"}}}})
    for url in ("http://127.0.0.1:3000/", "https://93.184.216.34/", "https://shop.example.com/", "https://no.test/"):
        assert decide(plan_of(url), config, prove=never)
    # A name that leads inside is not asked either, though its owner might say yes.
    inside = decide(plan_of("https://in.test/"), prove=never, resolver=names(in_test="10.0.0.1"))[0]
    assert isinstance(inside, Refusal) and "private address" in inside.reason


def test_plain_http_is_spoken_for_by_https_and_other_ports_by_nobody() -> None:
    assert prover()("http://shop.example.test:8080", ("127.0.0.1",), NOON) == (
        "only an https origin, or http on port 80, can speak for itself"
    )
    answer = prover()(f"http://{HOST}:80", ("127.0.0.1",), NOON)
    assert isinstance(answer, str)
    assert answer.startswith(f"https://{HOST}{PATH} cannot be read")


def test_a_proven_host_may_redirect_its_plain_http_to_its_https() -> None:
    def prove(origin: str, addresses: tuple[str, ...], now: datetime) -> Proof | str:
        return Proof(Claim("acme/shop", 50), "the file", addresses)

    resolver = names(shop_example_com="93.184.216.34")
    answers = decide(plan_of("http://shop.example.com/"), prove=prove, resolver=resolver, production_allowed=True)
    assert [(a.origin, a.by_redirect) for a in answers if isinstance(a, Grant)] == [
        ("http://shop.example.com:80", False),
        ("https://shop.example.com:443", True),
    ]
    # Loopback that nobody named is no place to go on to.
    assert len(decide(plan_of("http://127.0.0.1/"), prove=prove)) == 1


def test_a_load_goes_to_the_addresses_that_proved_themselves_and_to_no_others() -> None:
    def prove(origin: str, addresses: tuple[str, ...], now: datetime) -> Proof | str:
        assert addresses == ("93.184.216.34", "93.184.216.35")
        return Proof(Claim("acme/shop", 50), "the file", addresses[1:])

    resolver = names(shop_example_com=["93.184.216.34", "93.184.216.35"])
    grant = decide(plan_of("https://shop.example.com/"), prove=prove, resolver=resolver, production_allowed=True)[0]
    assert isinstance(grant, Grant)
    assert grant.addresses == ("93.184.216.35",)
