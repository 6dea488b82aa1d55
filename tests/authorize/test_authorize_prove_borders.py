"""What a host is asked, how often and of which addresses, with answers that are given here and not over a network."""

import socket
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from launchguard.authorize import Claim, Proof, Prover
from launchguard.model.visit import Hop, Tls, Visit
from launchguard.model.visit_error import VisitError
from launchguard.probe import ProbePolicy, VisitRequest
from tests.authorize.deciding import NOON

ORIGIN = "https://shop.example.com:443"
URL = "https://shop.example.com/.well-known/launchguard.txt"
LINE = "launchguard: v=1; repository=acme/shop; max_rate=50/s"
NO_RECORD = "and there is no TXT record _launchguard.shop.example.com"
TLS = Tls("TLSv1.3", ())
PROVED = Claim("acme/shop", 50)

Seen = list[tuple[VisitRequest, ProbePolicy, tuple[Any, ...]]]
Answering = Callable[[dict[str, Visit]], Seen]


@pytest.fixture
def answering(monkeypatch: pytest.MonkeyPatch) -> Answering:
    """Lets each address give its visit; gives the requests that were made, with what their look-up led to."""

    def give(visits: dict[str, Visit]) -> Seen:
        seen: Seen = []

        def visit_all(requests: Sequence[VisitRequest], *, policy: ProbePolicy) -> list[Visit]:
            (request,) = requests
            (found,) = policy.resolver("shop.example.com", 443, 0, socket.SOCK_STREAM)
            seen.append((request, policy, found))
            return [visits[found[4][0]]]

        monkeypatch.setattr("launchguard.authorize.prove.visit_all", visit_all)
        return seen

    return give


@pytest.fixture(params=["UTC", "Pacific/Auckland", "America/Los_Angeles"])
def machine_zone(request: pytest.FixtureRequest) -> Iterator[None]:
    """The zone that this machine's clock is set to."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TZ", request.param)
        time.tzset()
        yield
    time.tzset()


def visit(body: str = "", status: int = 200, tls: Tls | None = TLS, error: VisitError | None = None) -> Visit:
    return Visit(
        URL, URL, hops=(Hop(URL, status, (("Content-Type", "text/plain"),), tls=tls),), body=body.encode(), error=error
    )


def typed(*types: str) -> Visit:
    """An answer with a line that would count, of these types."""
    hop = Hop(URL, 200, tuple(("Content-Type", value) for value in types), tls=TLS)
    return Visit(URL, URL, hops=(hop,), body=LINE.encode())


def failed(detail: str, *hops: Hop) -> Visit:
    return Visit(URL, URL, hops=hops, error=VisitError("other", detail, URL))


def prover(*records: str, looked_up: list[str] | None = None) -> Prover:
    def txt(name: str) -> list[str]:
        if looked_up is not None:
            looked_up.append(name)
        return list(records)

    return Prover("acme/shop", private_hosts=["in.example.com"], txt=txt)


def test_a_file_is_the_proof_and_the_zone_is_not_asked(answering: Answering) -> None:
    seen, looked_up = answering({"192.0.2.1": visit(f"# us\n{LINE}\n")}), list[str]()
    prove = prover(LINE, looked_up=looked_up)
    assert prove(ORIGIN, ("192.0.2.1",), NOON) == Proof(PROVED, URL, ("192.0.2.1",))
    assert looked_up == []
    assert prove(ORIGIN, ("192.0.2.1",), NOON) == prove("http://shop.example.com:80", ("192.0.2.1",), NOON)
    assert len(seen) == 1  # asked once, for both schemes


def test_the_request_goes_to_this_very_address_and_is_bounded(answering: Answering) -> None:
    seen = answering({"192.0.2.1": visit(LINE), "2001:db8::1": visit(LINE)})
    assert isinstance(prover()(ORIGIN, ("192.0.2.1", "2001:db8::1"), NOON), Proof)
    by_address = {found[4][0]: (request, policy, found) for request, policy, found in seen}
    assert {address: found for address, (_, _, found) in by_address.items()} == {
        "192.0.2.1": (socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", ("192.0.2.1", 443)),
        "2001:db8::1": (socket.AF_INET6, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", ("2001:db8::1", 443)),
    }
    for request, policy, _ in by_address.values():
        assert request == VisitRequest(URL, URL)
        assert (policy.max_hops, policy.max_body_bytes, list(policy.private_hosts)) == (1, 16_384, ["in.example.com"])
        assert (policy.deadline_s, policy.connect_timeout_s, policy.retry_pause_s) == (5.0, 5.0, 0.2)


def test_only_the_first_four_addresses_are_asked_and_loaded(answering: Answering) -> None:
    addresses = tuple(f"192.0.2.{i}" for i in range(1, 6))
    seen = answering({address: visit(LINE) for address in addresses})
    assert prover()(ORIGIN, addresses, NOON) == Proof(PROVED, URL, addresses[:4])
    assert sorted(found[4][0] for _, _, found in seen) == list(addresses[:4])


def test_the_port_of_an_https_origin_is_asked(answering: Answering) -> None:
    answering({"192.0.2.1": visit(LINE)})
    proof = prover()("https://shop.example.com:8443", ("192.0.2.1",), NOON)
    assert proof == Proof(PROVED, "https://shop.example.com:8443/.well-known/launchguard.txt", ("192.0.2.1",))


def test_an_origin_that_nobody_speaks_for_is_not_asked(answering: Answering) -> None:
    seen = answering({})
    no = "only an https origin, or http on port 80, can speak for itself"
    assert prover()("http://shop.example.com:8080", ("192.0.2.1",), NOON) == no
    assert seen == []


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (visit(status=404), "status 404"),
        (visit(status=201), "status 201"),
        (visit(status=299), "status 299"),
        (visit(status=300), "a redirect is not followed"),
        (visit(status=399), "a redirect is not followed"),
        (visit(status=400), "status 400"),
        (visit("hello"), "no line begins with launchguard:"),
        (visit(f"<p>\n{LINE}"), "it holds markup, and only plain text counts"),
        (visit(f"hello\x0b{LINE}\x85{LINE}\u2028{LINE}"), "no line begins with launchguard:"),
        (typed("text/html"), "it is served as text/html, and only text/plain counts"),
        (typed("text/plain", "text/html"), "it is served as text/html, text/plain, and only text/plain counts"),
        (typed(), "it is served as nothing, and only text/plain counts"),
        (failed("it broke", Hop(URL, 200, tls=TLS)), "it broke"),
        (failed("too many hops", Hop(URL, 302, tls=TLS)), "a redirect is not followed"),
        (visit(LINE, status=404), "status 404"),
        (visit(LINE, status=203), "status 203"),
    ],
)
def test_without_a_file_the_zone_is_asked_and_both_are_told(answering: Answering, answer: Visit, why: str) -> None:
    looked_up = list[str]()
    answering({"192.0.2.1": answer})
    told = prover(looked_up=looked_up)(ORIGIN, ("192.0.2.1",), NOON)
    assert told == f"{URL} says nothing ({why}), {NO_RECORD}"
    assert looked_up == ["_launchguard.shop.example.com"]
    proof = prover("v=spf1 -all", LINE)(ORIGIN, ("192.0.2.1",), NOON)
    assert proof == Proof(PROVED, "the TXT record _launchguard.shop.example.com", ("192.0.2.1",))


def test_a_record_that_does_not_hold_says_why(answering: Answering) -> None:
    answering({"192.0.2.1": visit(status=404)})
    told = prover(LINE, LINE)(ORIGIN, ("192.0.2.1",), NOON)
    assert told == "the TXT record _launchguard.shop.example.com names acme/shop more than once"


def test_a_zone_that_cannot_be_asked_says_why(answering: Answering) -> None:
    def lost(_: str) -> list[str]:
        raise ValueError("cannot be looked up")

    answering({"192.0.2.1": visit(status=404)})
    told = Prover("acme/shop", txt=lost)(ORIGIN, ("192.0.2.1",), NOON)
    assert told == "the TXT record _launchguard.shop.example.com cannot be looked up"


def test_a_file_that_does_not_hold_is_the_last_word(answering: Answering) -> None:
    looked_up = list[str]()
    answering({"192.0.2.1": visit(LINE.replace("50/s", "0/s"))})
    told = prover(LINE, looked_up=looked_up)(ORIGIN, ("192.0.2.1",), NOON)
    assert told == f"{URL} allows nothing: max_rate='0/s'"
    assert looked_up == []


def test_addresses_without_the_hosts_certificate_prove_nothing(answering: Answering) -> None:
    answering({"192.0.2.1": failed("no certificate"), "192.0.2.2": failed("refused")})
    told = prover(LINE)(ORIGIN, ("192.0.2.1", "192.0.2.2"), NOON)
    assert told == f"{URL} cannot be read (no certificate)"
    answering({"192.0.2.1": visit(LINE, tls=None), "192.0.2.2": visit(status=404)})
    proof = prover(LINE)(ORIGIN, ("192.0.2.1", "192.0.2.2"), NOON)
    assert proof == Proof(PROVED, "the TXT record _launchguard.shop.example.com", ("192.0.2.2",))


def test_addresses_that_say_nothing_are_left_out_and_those_that_differ_spoil_it(answering: Answering) -> None:
    addresses = ("192.0.2.1", "192.0.2.2", "192.0.2.3")
    answering(dict(zip(addresses, (visit(status=404), visit(LINE), visit("nothing")), strict=True)))
    assert prover()(ORIGIN, addresses, NOON) == Proof(PROVED, URL, ("192.0.2.2",))
    answering(dict(zip(addresses, (visit(LINE), visit(LINE), visit(LINE.replace("50", "60"))), strict=True)))
    assert prover()(ORIGIN, addresses, NOON) == f"{URL} says different things at different addresses"


@pytest.mark.usefixtures("machine_zone")
@pytest.mark.parametrize(
    ("now", "holds"),
    [
        (datetime(2027, 3, 1, 23, 59, 59, tzinfo=UTC), True),
        (datetime(2027, 3, 2, tzinfo=UTC), False),
        (datetime(2027, 3, 2, 1, 59, tzinfo=timezone(timedelta(hours=2))), True),  # 23:59 in UTC
        (datetime(2027, 3, 1, 22, 0, tzinfo=timezone(timedelta(hours=-2))), False),  # midnight in UTC
    ],
)
def test_the_last_day_is_a_day_in_utc(answering: Answering, now: datetime, holds: bool) -> None:
    answering({"192.0.2.1": visit(f"{LINE}; until=2027-03-01")})
    told = prover()(ORIGIN, ("192.0.2.1",), now)
    if holds:
        assert isinstance(told, Proof)
    else:
        assert told == f"{URL} allowed acme/shop until 2027-03-01 only"
