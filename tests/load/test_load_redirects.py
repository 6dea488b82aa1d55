"""A redirect under load leads only to where all visits of the plan may go: the caps bind the whole run."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from launchguard.authorize import Grant, authorize
from launchguard.load import run_load
from launchguard.model.campaign import RepositoryConfig
from launchguard.model.load_plan import LoadPlan
from launchguard.model.load_run import LoadRun
from tests.load.recorder import Answered, Recorder, recording_site

pytestmark = pytest.mark.load

RATE = 20
PAGE = Answered("Spring sale")


def second_host(site: Recorder) -> str:
    """The same server's other name: to authorization it is another host."""
    return site.url.replace("127.0.0.1", "localhost")


def away(url: str) -> Answered:
    return Answered("", 302, {"Location": url})


def run_capped(plan: LoadPlan, caps: dict[str, str]) -> LoadRun:
    """Run a plan with what authorization says about it under these caps, by origin."""
    hosts = {origin.removeprefix("http://"): {"max_rate": cap} for origin, cap in caps.items()}
    config = RepositoryConfig.model_validate({"load": {"hosts": hosts}})
    answers = authorize(plan, config, now=datetime(2027, 2, 1, tzinfo=UTC))
    grants = [answer for answer in answers if isinstance(answer, Grant)]
    assert len(grants) == len(answers)
    return run_load(plan, grants)


def two_pages(a_plan: Callable[..., LoadPlan], first: str, second: str, **over: object) -> LoadPlan:
    given = {"rate": RATE, "hold": 2, "arrivals": "uniform", "limit_failure_ratio": 1.0, "limit_p95_ms": 2000.0}
    return a_plan(f"{first}/", f"{second}/", **given | over)


@pytest.mark.parametrize(("cap", "followed"), [(RATE, True), (RATE - 5, False)])
def test_two_hosts_that_redirect_to_each_other_never_exceed_a_cap_together(
    a_plan: Callable[..., LoadPlan], cap: int, followed: bool
) -> None:
    first_answers, second_answers = {"/landed": PAGE}, {"/landed": PAGE}
    with recording_site(first_answers) as first, recording_site(second_answers) as other:
        one, two = first.url, second_host(other)
        first_answers["/"], second_answers["/"] = away(f"{two}/landed"), away(f"{one}/landed")
        run = run_capped(two_pages(a_plan, one, two), {one: f"{cap}/s", two: f"{cap}/s"})
    for site in (first, other):
        assert len(site.of("/")) == RATE  # half of the visits of 2 s
        assert len(site.of("/landed")) == (RATE if followed else 0)
    if followed:
        assert run.stats().ok == 2 * RATE
        return
    assert run.stats().failures_by_kind == {"unauthorized": 2 * RATE}
    wanted = (
        r"(http://\S+) redirects to (http://\S+), which may receive 15/s, and redirects could bring it the plan's "
        r"whole peak of 20\.0/s: raise its max_rate to 20/s, or name the final URL in the manifest"
    )
    told = re.search(wanted, run.examples["unauthorized"])
    assert told is not None and {told[1], told[2]} == {one, two}


def test_a_visit_may_come_back_to_where_it_began(a_plan: Callable[..., LoadPlan]) -> None:
    """Its own visits are what the cap of the first host was compared with."""
    first_answers, second_answers = {"/landed": PAGE}, {"/": PAGE}
    with recording_site(first_answers) as first, recording_site(second_answers) as other:
        one, two = first.url, second_host(other)
        first_answers["/"], second_answers["/check"] = away(f"{two}/check"), away(f"{one}/landed")
        run = run_capped(two_pages(a_plan, one, two), {one: "10/s"})
    assert run.stats().ok == 2 * RATE
    assert len(first.of("/landed")) == RATE


def test_an_origin_that_no_page_names_needs_a_cap_for_the_whole_plan_too(a_plan: Callable[..., LoadPlan]) -> None:
    answers = {"/": Answered("")}
    with recording_site({"/": PAGE}) as other, recording_site(answers) as site:
        answers["/"] = away(f"{other.url}/")
        plan = a_plan(f"{site.url}/", rate=RATE, hold=1)
        run = run_capped(plan, {other.url: "5/s"})
        assert other.seen == []
        assert "may not get this load, so it was not tested: " in run.invalid
        assert f"{site.url} redirects to {other.url}, which may receive 5/s" in run.invalid
        assert run_capped(plan, {other.url: f"{RATE}/s"}).stats().ok == RATE
        assert len(other.seen) == RATE


def test_an_asset_s_redirect_is_bound_as_well(a_plan: Callable[..., LoadPlan]) -> None:
    page = Answered('Spring sale <img src="/a.png">')
    first_answers, second_answers = {"/": page}, {"/": PAGE, "/b.png": Answered("x")}
    with recording_site(first_answers) as first, recording_site(second_answers) as other:
        one, two = first.url, second_host(other)
        first_answers["/a.png"] = away(f"{two}/b.png")
        run = run_capped(two_pages(a_plan, one, two, assets="yes"), {two: "10/s"})
    assert run.stats().ok == 2 * RATE
    assert len(first.of("/a.png")) == RATE and other.of("/b.png") == []
    (asset,) = run.assets
    assert asset.failed == RATE
    assert "which may receive 10/s" in asset.example


JOURNEY = """
import socket
from locust import FastHttpUser, HttpUser
def own(user):
    user.client.get(user.page)
def link(user):
    user.client.get("http://localhost:{port}/linked")
def redirect(user):
    user.client.get("/away")
def name(user):
    socket.create_connection(("localhost", {port})).close()
    own(user)
def number(user):
    with socket.socket() as direct:
        direct.connect(("127.0.0.1", {port}))
    own(user)
def walk(self):
    globals()[self.row["case"]](self)
class Fast(FastHttpUser):
    tasks = [walk]
class Plain(HttpUser):
    tasks = [walk]
"""
ROWS = ("own", "link", "redirect", "name", "number")


@pytest.mark.parametrize(("cap", "returning"), [("20/s", 0.0), ("10/s", 0.0), ("10/s", 1.0)])
def test_a_journey_takes_no_visit_to_a_host_that_does_not_carry_all(
    a_plan: Callable[..., LoadPlan], tmp_path: Path, cap: str, returning: float
) -> None:
    """By a link, a redirect, a socket of its own or a connection that was kept; visits that begin there go there."""
    answers = {"/": PAGE, "/linked": PAGE, "/landed": PAGE}
    with recording_site(answers) as first, recording_site(answers) as other:
        one, two = first.url, second_host(other)
        answers["/away"] = away(f"{two}/landed")
        journey, data = tmp_path / "walk.py", tmp_path / "rows.csv"
        journey.write_text(JOURNEY.format(port=two.rpartition(":")[2]), encoding="utf-8")
        data.write_text("\n".join(("case", *ROWS)), encoding="utf-8")
        walked = {"journey": str(journey), "data": str(data), "visit_timeout_s": 4.0, "drain_s": 4.0}
        run = run_capped(two_pages(a_plan, one, two, returning_ratio=returning, **walked), {two: cap})
    assert run.stats().started == 2 * RATE
    if cap == "20/s":
        assert run.stats().ok == 2 * RATE
        return
    began_at_one = [ROWS[index % len(ROWS)] for index in range(2 * RATE) if run.target[index] == 0]
    led = [case for case in began_at_one if case in ("link", "redirect")]
    alone = [case for case in began_at_one if case in ("name", "number")]
    assert run.stats().failures_by_kind == {"unauthorized": len(led), "other": len(alone)}
    assert {"link", "redirect", "name", "number"} <= set(began_at_one)
    refused = run.examples["unauthorized"]
    assert f"{one} leads to {two}, which may receive 10/s" in refused
    assert refused in run.invalid


def test_names_that_share_an_address_are_told_apart(a_plan: Callable[..., LoadPlan], tmp_path: Path) -> None:
    with recording_site({"/": PAGE}) as site:
        one, two = site.url, second_host(site)
        journey, data = tmp_path / "walk.py", tmp_path / "rows.csv"
        journey.write_text(JOURNEY.format(port=two.rpartition(":")[2]), encoding="utf-8")
        data.write_text("case\nname\n", encoding="utf-8")
        run = run_capped(two_pages(a_plan, one, two, journey=str(journey), data=str(data)), {two: "10/s"})
    assert (run.stats().ok, run.stats().failures_by_kind) == (RATE, {"other": RATE})
    assert "which may receive 10/s" in run.examples["other"]
