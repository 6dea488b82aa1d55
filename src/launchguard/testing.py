"""Hand-built evidence for testing checks: ours, and those that you write yourself.

Every builder returns something that passes every check; name what differs:

    def test_a_missing_page_blocks() -> None:
        assert judge_one(http_status, a_visit(status=404))[0].measured == 404
"""

import gzip
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from importlib import import_module
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Literal

from launchguard.model.campaign import Campaign, Page
from launchguard.model.capacity import Capacity, Level
from launchguard.model.channel import Channel, Firing, Stream
from launchguard.model.clock import Clock
from launchguard.model.forecast import Forecast
from launchguard.model.load_figures import RequestStats
from launchguard.model.load_plan import LoadPlan, Phase, Target, VisitResult
from launchguard.model.load_run import Generator, LoadRun
from launchguard.model.neighbours import Neighbour, Neighbours
from launchguard.model.verdict import Finding
from launchguard.model.visit import Certificate, Hop, Tls, Visit, Visits
from launchguard.model.visit_error import VisitError
from launchguard.web.caches import CacheLook, Product

if TYPE_CHECKING:
    from launchguard.checking.check import Check
    from launchguard.model.verdict import Answer
    from launchguard.site import landing_site as landing_site  # noqa: PLC0414 - exported; __getattr__ brings it

PAGE_URL = "https://shop.test/spring?utm_source=newsletter&utm_medium=email&utm_campaign=spring"
LAUNCH = "2027-03-01 09:00 Europe/Madrid"
NOW = datetime(2027, 2, 22, 12, 0, tzinfo=UTC)

PAGE_HTML = """<!doctype html><html lang="en"><head><title>Spring sale</title>
<meta name="viewport" content="width=device-width, initial-scale=1"></head>
<body><h1>Spring sale</h1><p>-30 % on everything until Thursday.</p><a class="btn" href="/buy">Buy now</a></body></html>
"""


def __getattr__(name: str) -> object:
    """Import the embedded site only where a test asks for `landing_site` (PEP 562)."""
    if name == "landing_site":
        return import_module("launchguard.site").landing_site
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def a_campaign(**over: Any) -> Campaign:
    """A campaign as a manifest gives it; name the keys that differ: `a_campaign(ends="2027-03-04 23:59 UTC")`."""
    from launchguard.channels import built_in_kinds

    given: dict[str, Any] = {
        "name": "Spring sale",
        "launch": LAUNCH,
        "ends": "2027-03-04 23:59 Europe/Madrid",
        "pages": [{"url": PAGE_URL, "contains": ["Spring sale"]}],
        "channels": [{"kind": "email", "recipients": 500_000, "click_rate": "2%", "send_over": "20m"}],
    } | over
    channels = [built_in_kinds()[c["kind"]].model_validate(c) if isinstance(c, dict) else c for c in given["channels"]]
    return Campaign.model_validate(given | {"channels": channels})


def streams_of(channel: Channel, *, until_end_s: float = 4 * 86400.0, local_hour: float = 9.0) -> list[Stream]:
    """A channel's streams as a forecast takes them, a user's own kind looked at, from its start at `local_hour`.

    Raises ChannelFileError.
    """
    from launchguard.channels.channel import checked_streams

    return list(checked_streams(channel, Firing(until_end_s, local_hour)))


def a_page(**over: Any) -> Page:
    """The campaign's page, with the keys that differ."""
    return Page.model_validate({"url": PAGE_URL, "contains": ["Spring sale"]} | over)


def a_clock(now: datetime = NOW) -> Clock:
    """A clock that stands still, a week before the launch."""
    return Clock(now)


def a_tls(
    *,
    not_before: datetime = NOW - timedelta(days=10),
    not_after: datetime = NOW + timedelta(days=80),
    version: str = "TLSv1.3",
) -> Tls:
    """A verified chain of a leaf and its authority's certificate; the leaf's validity is what differs."""
    leaf = Certificate("CN=shop.test", "CN=Test CA", not_before, not_after)
    authority = Certificate("CN=Test CA", "CN=Test Root", NOW - timedelta(days=1000), NOW + timedelta(days=3000))
    return Tls(version, (leaf, authority))


def a_visit(
    *,
    url: str = PAGE_URL,
    body: str | bytes = PAGE_HTML,
    status: int = 200,
    headers: Sequence[tuple[str, str]] = (),
    via: Sequence[str] = (),
    error: VisitError | None = None,
    compressed: bool = True,
    tls: Tls | Literal["usual"] | None = "usual",
    **over: Any,
) -> Visit:
    """A visit that was answered with a compressed HTML page; with an `error` nothing answered.

    `headers` replace the usual ones of their names; `via` are the addresses that the redirects led through, the last
    one being where the visitor ended. `tls` is what each handshake verified.
    """
    content = body.encode() if isinstance(body, str) else body
    given_names = {name.lower() for name, _ in headers}
    usual = [("Content-Type", "text/html; charset=utf-8")] + [("Content-Encoding", "gzip")] * compressed
    usual = [(name, value) for name, value in usual if name.lower() not in given_names]
    places = [url, *via]
    secure = {place: (a_tls() if tls == "usual" else tls) if place.startswith("https:") else None for place in places}
    hops = [
        Hop(place, 301, (("Location", after),), via="location" if number else "", tls=secure[place])
        for number, (place, after) in enumerate(pairwise(places))
    ]
    hops.append(Hop(places[-1], status, (*headers, *usual), via="location" if via else "", tls=secure[places[-1]]))
    given: dict[str, Any] = {
        "page": PAGE_URL,
        "url": url,
        "hops": tuple(hops) if error is None else (),
        "body": content if error is None else b"",
        "wire_bytes": len(gzip.compress(content)) if compressed else len(content),
        "body_bytes": len(content),
        "error": error,
    }
    return Visit(**given | over)


def an_error(kind: Any, detail: str = "it did not work", *, url: str = PAGE_URL, code: int | None = None) -> VisitError:
    """Why a visit has no answer: `a_visit(error=an_error("refused"))`."""
    return VisitError(kind, detail, url, code)


def some_visits(*visits: Visit, elsewhere: Sequence[Visit] = (), cache: Sequence[CacheLook] = ()) -> Visits:
    """All visits of one page, each under its variant, those at other addresses of its host, and looks at its cache."""
    return Visits(visits[0].page, tuple((visit.variant, visit) for visit in visits), tuple(elsewhere), tuple(cache))


def a_cache(split_by: Sequence[str] = (), ignored: Sequence[str] = (), product: Product = "other") -> list[CacheLook]:
    """Looks at a cache that says when it answers, and keeps pages apart by some of the parameters of their links."""
    names = (*split_by, *ignored)
    changes = [(), (), (), *(change for change in (names, *((name,) for name in names)) for _ in range(2))]
    return [CacheLook(change, "miss" if {*change} & {*split_by} else "hit", 9.0, product) for change in changes]


def a_load_run(
    *,
    planned: int = 3000,
    ok: int | None = None,
    failed: int = 0,
    unanswered: int = 0,
    seconds: float = 60.0,
    p95_ms: float = 200.0,
    climb_ms: float = 0.0,
    kind: VisitResult = VisitResult.STATUS,
    pages: Sequence[str] = (PAGE_URL,),
    phase: str = "hold",
    after_failed: int | None = None,
    different: int = 0,
    **over: Any,
) -> LoadRun:
    """A run of one judged `phase` of `seconds`, `planned` visits spread evenly over it and over the pages in turn.

    Bad visits are spread evenly; what is neither `ok`, `failed` nor `unanswered` was never sent. Latencies are
    even from 0 so that their 95th percentile is `p95_ms`; `climb_ms` is what they gain until the end.
    So many of three idle visits after the load `after_failed`, to the first page; without a number there were none.
    So many of the answers were `different` ones from those of the first visitors.
    """
    import numpy as np

    ok = planned - failed - unanswered if ok is None else ok
    kinds = [int(kind)] * failed + [int(VisitResult.UNANSWERED)] * unanswered + [int(VisitResult.OK)] * ok
    kinds += [int(VisitResult.DROPPED)] * (planned - len(kinds))
    # A step that shares no factor with the count visits every place once, far from the place before.
    step = next((s for s in range(int(planned * 0.618) + 1, planned) if np.gcd(s, planned) == 1), 1)
    result = np.zeros(planned, dtype=np.uint8)
    result[np.arange(planned) * step % max(planned, 1)] = kinds
    intended = np.arange(planned) * (seconds / max(planned, 1))
    sent = np.where(result == VisitResult.DROPPED, np.nan, intended)
    service = (np.arange(planned) * step % max(planned, 1) + 1) / max(planned, 1) * p95_ms / 0.95 / 1000
    service += intended / seconds * climb_ms / 1000
    # A visit without an answer is done when it was given up.
    done = sent + np.where(result == VisitResult.UNANSWERED, 10.0, service)
    status = np.where(result == VisitResult.STATUS, 503, np.where(result == VisitResult.OK, 200, 0))
    rate = planned / seconds
    phases = (Phase(phase, 0.0, seconds, rate, rate, judged=True),)
    targets = tuple(Target(page, page, 1 / len(pages)) for page in pages)
    plan = LoadPlan("test", 1, "uniform", phases, targets, 10.0, 10.0, limit_p95_ms=800.0, limit_failure_ratio=0.01)
    given: dict[str, Any] = {
        "plan": plan,
        "intended_s": intended,
        "sent_s": sent,
        "done_s": done,
        "target": (np.arange(planned) % len(pages)).astype(np.uint16),
        "result": result,
        "status": status.astype(np.uint16),
        "generator": Generator(cpu_ratio=0.3, lag_p99_ms=2.0, processes=1),
    }
    if after_failed is not None:
        given["after"] = (RequestStats(pages[0], 3, after_failed, 20.0, "answered 500" if after_failed else ""),)
    if different:
        given["different"] = (RequestStats(pages[0], different, different, 200.0, "has the title 'login'"),)
    return LoadRun(**given | over)


def a_forecast(campaign: Campaign | None = None) -> Forecast:
    """The forecast of a campaign, of `a_campaign()` without one."""
    from launchguard.forecast import forecast_campaign

    return forecast_campaign(campaign or a_campaign())


def some_neighbours(*campaigns: Campaign) -> Neighbours:
    """Other campaigns that were asked for in the same call, drafts among them or not."""
    return Neighbours(tuple(Neighbour.of(one, f"campaigns/{one.name}.yml", a_forecast(one)) for one in campaigns))


def a_capacity(held_per_s: float = 1000.0, broke_per_s: float | None = None, **over: Any) -> Capacity:
    """A search that found how many visits per second hold, and which rate above broke (None: none did)."""
    level = Level(held_per_s, 30.0, 1.0, 0.0, 100.0, holds=True)
    broke = "" if broke_per_s is None else "latency broke first: p95 was 1,840 ms, the limit is 800 ms"
    given: dict[str, Any] = {"broke": broke, "levels": (level,)} | over
    return Capacity(held_per_s, held_per_s, broke_per_s, **given)


def judge_one(check: "Check", *evidence: object, **options: object) -> "list[Answer]":
    """Run one check and format every finding, as the judge does; an empty list is a pass."""
    answers = check(*evidence, **options)
    assert all(answer.message for answer in answers if isinstance(answer, Finding))
    return answers


def judge_example(check: "Check", case: str) -> "list[Answer]":
    """Judge one line of a check's `Example:`, the arguments of a call with the builders of this module.

    `judge_example(http_status, http_status.example.bad)` finds something, and with `good` the list is empty.
    """
    known = {**globals(), "_check": check}
    return eval(f"judge_one(_check, {case})", known)  # type: ignore[no-any-return]  # noqa: S307 - the check's own text
