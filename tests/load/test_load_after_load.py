"""A second load of one process waits for what the first left behind, and blames no page for it."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

from launchguard.cli import main
from launchguard.load.idle import Look
from launchguard.load.loaded import LoadedHosts, first_served
from launchguard.model.load_plan import VisitResult
from launchguard.model.load_run import LoadRun
from launchguard.site import Behaviour, landing_site
from launchguard.testing import a_load_run
from tests.busy import repeated

MANIFEST = """
launchguard: 1
name: {name}
launch: 2099-03-02 09:00 Europe/Madrid
ends: 2099-03-04 23:59 Europe/Madrid
pages:
  - url: {url}
channels:
  - rate: {rate}/s
limits: {{p95: {p95}, errors: 5%}}
load: {{ramp: 500ms, warm_up: 500ms, hold: 4s, drain: 1s, timeout: 3s}}
"""


class Afterwards:
    """A site that an idle visitor finds busy for so many seconds after a load (ms per look), and a clock for it."""

    def __init__(self, busy_s: float) -> None:
        self.now = 100.0
        self.calm_at = self.now + busy_s
        self.looks = 0

    def look(self) -> Look:
        self.looks += 1
        return Look(2000.0 if self.now < self.calm_at else 12.0)

    def sleep(self, seconds: float) -> None:
        self.now += seconds

    def hosts(self) -> LoadedHosts:
        return LoadedHosts(clock=lambda: self.now, sleep=self.sleep)


def a_run(url: str = "https://shop.acme.test/spring", **over: object) -> LoadRun:
    run = a_load_run(planned=3000, p95_ms=200.0)
    (target,) = run.plan.targets
    return replace(run, plan=replace(run.plan, targets=(replace(target, url=url),)), **over)  # type: ignore[arg-type]


def test_the_first_load_is_not_held_back() -> None:
    site = Afterwards(busy_s=1000)
    assert site.hosts().why_not_yet(["https://shop.acme.test/"]) == ""
    assert not site.looks


@pytest.mark.parametrize("url", ["https://shop.acme.test/other", "http://shop.acme.test:8080/"])
def test_the_next_load_to_the_host_waits_until_it_is_calm(url: str) -> None:
    site = Afterwards(busy_s=20)
    hosts = site.hosts()
    hosts.after(a_run(), site.look)
    assert hosts.why_not_yet([url]) == ""
    assert site.calm_at <= site.now < site.calm_at + 1


def test_another_host_and_another_port_of_this_machine_wait_for_nothing() -> None:
    site = Afterwards(busy_s=1000)
    hosts = site.hosts()
    hosts.after(a_run("http://127.0.0.1:8000/"), site.look)
    assert hosts.why_not_yet(["https://shop.acme.test/", "http://127.0.0.1:8001/"]) == ""
    assert not site.looks


def test_a_host_that_stays_busy_is_waited_for_once() -> None:
    site = Afterwards(busy_s=1000)
    hosts = site.hosts()
    hosts.after(a_run(), site.look)
    why = "shop.acme.test is still busy with our own load: 60 s after it an idle visitor is not served as before"
    assert hosts.why_not_yet(["https://shop.acme.test/"]) == why
    assert 159 <= site.now <= 160
    assert hosts.why_not_yet(["https://shop.acme.test/"]) == why
    assert site.now <= 160
    site.now = site.calm_at
    assert hosts.why_not_yet(["https://shop.acme.test/"]) == ""


def test_a_site_that_failed_its_first_visitors_is_not_waited_for() -> None:
    site = Afterwards(busy_s=1000)
    hosts = site.hosts()
    hosts.after(a_run(result=np.full(3000, VisitResult.CONNECT, np.uint8)), site.look)
    assert hosts.why_not_yet(["https://shop.acme.test/"]) == ""


def test_the_first_visitors_say_how_a_page_is_served() -> None:
    run = a_run()
    sent, done = run.sent_s.copy(), run.sent_s + 3.0
    done[:5] = sent[:5] + np.array([0.01, 0.5, 0.04, 0.02, 0.03])
    normal = first_served(replace(run, done_s=done))
    assert normal is not None
    assert normal.median_ms == pytest.approx(30)


@pytest.mark.load
def test_what_a_load_left_in_the_queue_is_not_blamed_on_the_next_campaign(tmp_path: Path) -> None:
    def judged() -> Result:
        with landing_site(paths={"/": Behaviour(capacity_per_s=10.0)}) as site:
            for name, rate, p95 in (("a", 200, "300ms"), ("b", 6, "2s")):
                text = MANIFEST.format(name=name, url=site.url + "/", rate=rate, p95=p95)
                (tmp_path / f"{name}.yml").write_text(text, encoding="utf-8")
            return CliRunner().invoke(main, ["run", str(tmp_path), "--seed", "1", "--format", "json"])

    result = repeated(judged, lambda made: made.output)
    verdicts = {v["campaign"]["name"]: v["verdict"] for v in json.loads(result.stdout)["verdicts"]}
    assert verdicts == {"a": "no-go", "b": "go"}
