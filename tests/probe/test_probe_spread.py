"""A host with several addresses: visitors try the next one, and every one of them is looked at."""

import errno
import socket
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from launchguard import Finding, NotApplicable
from launchguard.checking.files import built_in_checks
from launchguard.judging.judge import judge
from launchguard.model.evidence import Evidence
from launchguard.model.verdict import Status
from launchguard.model.visit import Visit, Visits
from launchguard.probe import ProbePolicy, VisitRequest, visit_all, visit_pages
from launchguard.probe.dial import Dialer, interleaved
from launchguard.probe.failure import VisitFailure
from launchguard.probe.tls import build_context
from launchguard.testing import a_campaign, a_clock, a_page, judge_one
from tests.probe.authority import DAY, MIDDLE, ROOT, served, sign

Serve = Callable[..., Any]
OPEN = Path("/proc/self/fd")
HOMES = ("127.0.0.1", "127.0.0.2", "::1")
PAGE = b"<title>Sale</title><h1>Spring sale</h1>"
ADDRESSES = next(check for check in built_in_checks() if check.id == "addresses")


def entry(address: str, port: int) -> tuple[Any, ...]:
    return (socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))


def leading_to(*addresses: str) -> Callable[..., list[tuple[Any, ...]]]:
    """A resolver that gives every name these addresses."""
    return lambda host, port, family=0, kind=0: [entry(address, port) for address in addresses]


def policy_for(*addresses: str) -> ProbePolicy:
    return ProbePolicy(
        resolver=leading_to(*addresses),
        private_hosts=["shop.test"],
        unlimited_hosts=["shop.test"],
        deadline_s=20,
        retry_pause_s=0,
    )


@pytest.fixture
def homes(serve: Serve, answer: Any) -> Callable[..., list[Any]]:
    """homes(one, two, three) -> a site on each of HOMES, all on one port."""

    def start(*handlers: Any, contexts: Sequence[Any] = (None, None, None)) -> list[Any]:
        for _ in range(20):  # a port that is free on one address may be taken on another
            sites: list[Any] = []
            try:
                for home, handler, context in zip(HOMES, handlers, contexts, strict=False):
                    port = sites[0].port if sites else 0
                    sites.append(serve(handler, context=context, host=home, port=port))
            except OSError as error:
                if error.errno == errno.EADDRNOTAVAIL:
                    pytest.skip(f"this machine has no {home}")
                continue
            return sites
        raise AssertionError("no port is free on every address")

    return start


@pytest.fixture
def fine(answer: Any) -> Callable[..., bytes]:
    return lambda conn, head: answer(PAGE, 200, "Content-Type: text/html")


def look(port: int, policy: ProbePolicy, variants: Sequence[str] = ("plain",)) -> Visits:
    url = f"http://shop.test:{port}/"
    return visit_pages([VisitRequest(url, url, variant) for variant in variants], policy=policy)[0]


def findings(visits: Visits) -> list[tuple[str, str]]:
    """Severity and message of what the check of addresses says."""
    answers = judge_one(ADDRESSES, visits, a_page(url=visits.page))
    assert all(isinstance(answer, Finding) for answer in answers)
    return [(answer.severity or "warn", answer.message) for answer in answers if isinstance(answer, Finding)]


def plain(visits: Visits) -> Visit:
    visit = visits.get("plain")
    assert visit is not None
    return visit


def test_every_address_is_looked_at_once(homes: Any, fine: Any) -> None:
    sites = homes(fine, fine, fine)
    visits = look(sites[0].port, policy_for(*HOMES))
    assert [len(site.heads) for site in sites] == [1, 1, 1]
    assert [visit.address for visit in visits] == ["127.0.0.1", "127.0.0.2", "::1"]
    assert [visit.hops[0].address for visit in visits] == ["127.0.0.1", "127.0.0.2", "::1"]
    assert plain(visits).addresses == HOMES
    assert findings(visits) == []


def test_a_wrong_address_warns_and_is_named(homes: Any, fine: Any, answer: Any) -> None:
    wrong: list[tuple[Any, str]] = [
        (lambda conn, head: answer(b"", 500), "answers 500"),
        (lambda conn, head: answer(b"<h1>Welcome to nginx!</h1>"), 'does not show "Spring sale"'),
        (
            lambda conn, head: answer(b"", 302, "Location: /old") if "GET / " in head else answer(PAGE),
            "leads to http://shop.test:",
        ),
        (lambda conn, head: None, "gives no page (the connection was closed without an answer)"),
    ]
    for handler, words in wrong:
        first, *_ = homes(fine, handler, fine)
        ((severity, message),) = findings(look(first.port, policy_for(*HOMES)))
        assert severity == "warn"
        assert message.startswith(f"127.0.0.2 {words}")
        assert message.endswith(", 127.0.0.1 is fine")


@pytest.mark.parametrize("first", ["127.0.0.2", "127.0.0.1"])
def test_a_dead_address_warns_wherever_it_stands(homes: Any, fine: Any, first: str) -> None:
    site, *_ = homes(fine)
    order = sorted(HOMES[:2], key=lambda address: address != first)
    visits = look(site.port, policy_for(*order))
    assert plain(visits).body == PAGE
    assert findings(visits) == [
        ("warn", "127.0.0.2 gives no page (shop.test refused the connection), 127.0.0.1 is fine")
    ]


def test_a_page_is_judged_by_an_address_that_gives_it(homes: Any, fine: Any, answer: Any) -> None:
    broken, good = homes(lambda conn, head: answer(b"", 500), fine)
    visits = look(broken.port, policy_for(*HOMES[:2]), ("plain", "click-id"))
    assert [(visit.variant, visit.status, visit.address) for visit in visits] == [
        ("plain", 200, "127.0.0.2"),
        ("click-id", 200, "127.0.0.2"),
        ("plain", 500, "127.0.0.1"),
    ]
    assert findings(visits) == [("warn", "127.0.0.1 answers 500, 127.0.0.2 is fine")]
    assert len(good.heads) == 2


def test_the_addresses_of_a_host_that_is_led_to_are_looked_at_too(
    homes: Any, serve: Serve, fine: Any, answer: Any
) -> None:
    first, broken = homes(fine, lambda conn, head: answer(b"", 502))
    go: Any = serve(lambda conn, head: answer(b"", 301, f"Location: http://shop.test:{first.port}/"))

    def resolver(host: str, port: int, family: int = 0, kind: int = 0) -> list[tuple[Any, ...]]:
        return [entry(address, port) for address in (HOMES[:2] if host == "shop.test" else HOMES[:1])]

    policy = replace(policy_for(), resolver=resolver, private_hosts=["shop.test", "go.test"])
    url = f"http://go.test:{go.port}/"
    (visits,) = visit_pages([VisitRequest(url, url)], policy=replace(policy, unlimited_hosts=["go.test", "shop.test"]))
    assert (len(go.heads), len(first.heads), len(broken.heads)) == (3, 1, 2)
    assert findings(visits) == [("warn", "127.0.0.2 answers 502, 127.0.0.1 is fine")]


def test_an_old_certificate_at_one_address_blocks(homes: Any, fine: Any, tmp_path: Path) -> None:
    leaves = [sign("shop.test", MIDDLE, names=("shop.test",), ends=ends * DAY) for ends in (300, -1)]
    contexts = [served(tmp_path, leaf, MIDDLE) for leaf in leaves]
    first, _ = homes(fine, fine, contexts=contexts)
    roots = tmp_path / "roots.pem"
    roots.write_bytes(ROOT.pem)
    policy = replace(policy_for(*HOMES[:2]), ssl_context=build_context({"SSL_CERT_FILE": str(roots)}))
    url = f"https://shop.test:{first.port}/"
    (visits,) = visit_pages([VisitRequest(url, url)], policy=policy)
    (finding,) = judge_one(next(check for check in built_in_checks() if check.id == "tls-valid"), visits)
    assert isinstance(finding, Finding)
    assert (finding.severity, finding.reason) == (None, "openssl-10")
    assert finding.message.startswith("browsers refuse the connection to shop.test at 127.0.0.2: ")
    ((severity, message),) = findings(visits)
    assert severity == "warn"
    assert message.startswith("127.0.0.2 gives no page (the certificate of shop.test has expired on ")


def test_where_no_address_gives_the_page_other_checks_say_so(homes: Any, answer: Any) -> None:
    site, *_ = homes(*[lambda conn, head: answer(b"", 500)] * 2)
    visits = look(site.port, policy_for(*HOMES[:2]))
    (only,) = judge_one(ADDRESSES, visits, a_page(url=visits.page))
    assert isinstance(only, NotApplicable)
    checks = [check for check in built_in_checks() if check.id in ("http-status", "addresses")]
    campaign = a_campaign(pages=[{"url": visits.page}])
    outcomes = judge(checks, Evidence(campaign=campaign, clock=a_clock(), visits=(visits,)))
    assert {o.check: o.status for o in outcomes} == {"http-status": Status.BLOCK, "addresses": Status.SKIPPED}


def test_at_most_eight_addresses_are_looked_at(serve: Serve, fine: Any) -> None:
    site: Any = serve(fine)
    many = ["127.0.0.1", *(f"127.0.1.{n}" for n in range(1, 20))]
    assert len(list(look(site.port, policy_for(*many)))) == 8


def test_one_address_is_visited_once(serve: Serve, fine: Any) -> None:
    site: Any = serve(fine)
    visits = look(site.port, policy_for("127.0.0.1"))
    assert (len(site.heads), visits.elsewhere) == (1, ())
    (only,) = judge_one(ADDRESSES, visits, a_page(url=visits.page))
    assert isinstance(only, NotApplicable)


@pytest.fixture
def no_ipv6(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine whose system has no way to any IPv6 address, as hosted runners are."""
    real = socket.socket.connect

    def connect(self: socket.socket, address: Any) -> None:
        if self.family == socket.AF_INET6:
            raise OSError(errno.ENETUNREACH, "Network is unreachable")
        real(self, address)

    monkeypatch.setattr(socket.socket, "connect", connect)


@pytest.mark.usefixtures("no_ipv6")
def test_a_family_without_a_route_is_a_note(serve: Serve, fine: Any) -> None:
    site: Any = serve(fine)
    visits = look(site.port, policy_for("::1", "127.0.0.1"))
    assert plain(visits).body == PAGE
    assert plain(visits).notes == ("::1 was not tried: this machine has no way to it",)
    assert findings(visits) == [("info", "::1 was not looked at: this machine has no way to it")]


@pytest.mark.usefixtures("no_ipv6")
def test_a_page_at_addresses_without_a_route_is_nobodys_fault() -> None:
    (visit,) = visit_all([VisitRequest("p", "http://shop.test/")], policy=policy_for("::1"))
    assert visit.error is not None
    assert (visit.error.kind, visit.error.definite) == ("no-route", False)


def test_the_address_that_was_asked_for_is_the_one_taken(homes: Any, fine: Any) -> None:
    sites = homes(fine, fine)
    url = f"http://shop.test:{sites[0].port}/"
    requests = [VisitRequest(url, url, "plain", address) for address in ("127.0.0.2", "127.0.0.9")]
    taken, gone = visit_all(requests, policy=replace(policy_for(*HOMES[:2]), threads=1))
    assert (taken.hops[0].address, [len(site.heads) for site in sites]) == ("127.0.0.2", [0, 1])
    assert gone.error is not None
    assert gone.error.kind == "dns-failure"


def test_families_take_turns() -> None:
    mixed = [entry(address, 80) for address in ("::1", "::2", "::3", "127.0.0.1", "127.0.0.2")]
    order = [candidate[4][0] for candidate in interleaved(mixed)]
    assert order == ["::1", "127.0.0.1", "::2", "127.0.0.2", "::3"]


@pytest.fixture
def full() -> Iterator[int]:
    """A port of 127.0.0.2 that lets connections hang: its queue is full and nobody takes them."""
    with socket.socket() as listener, socket.socket() as one, socket.socket() as two:
        listener.bind(("127.0.0.2", 0))
        listener.listen(0)
        for waiting in (one, two):
            waiting.setblocking(False)
            waiting.connect_ex(listener.getsockname())
        yield listener.getsockname()[1]


def test_an_address_that_hangs_does_not_hold_up_the_next(full: int) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        candidates = [entry("127.0.0.2", full), entry("127.0.0.1", listener.getsockname()[1])]
        with Dialer(candidates).connect("shop.test", 60) as connected:
            assert connected.getpeername()[0] == "127.0.0.1"
            assert connected.gettimeout() is None


def test_connections_that_hang_end_in_time(full: int) -> None:
    with pytest.raises(VisitFailure, match=r"within 0.3 s") as caught:
        Dialer([entry("127.0.0.2", full)]).connect("shop.test", 0.3)
    assert caught.value.kind == "connect-timeout"


def test_an_interrupt_ends_the_wait_for_a_connection(full: int) -> None:
    with pytest.raises(VisitFailure, match="interrupted"):
        Dialer([entry("127.0.0.2", full)], stopped=lambda: True).connect("shop.test", 60)


@pytest.mark.skipif(not OPEN.is_dir(), reason="only Linux lists what is open")
def test_no_socket_stays_open(full: int) -> None:
    before = len(list(OPEN.iterdir()))
    test_an_address_that_hangs_does_not_hold_up_the_next(full)
    assert len(list(OPEN.iterdir())) == before
