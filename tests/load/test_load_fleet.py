"""A run through the command line, sent by workers: what it measures, and how it ends when somebody goes away."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest

from launchguard.load.process import free_port
from launchguard.model.load_plan import Fleet
from launchguard.site import Behaviour, Site, landing_site
from tests.load.fleets import MANIFEST, family, load_in, master, of, overheard, report_of, workers
from tests.load.recorder import Answered, recording_site

pytestmark = pytest.mark.load

SECRET = "s3cret-value"


def a_fleet(number: int) -> Fleet:
    return Fleet(number, "127.0.0.1", free_port())


def write(folder: Path, pages: str, *, rate: int, hold: int, load: str = "", more: str = "") -> Path:
    path = folder / "sale.yml"
    path.write_text(MANIFEST.format(pages=pages, rate=rate, hold=hold, load=load) + more, encoding="utf-8")
    return path


def wait_until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.02)


@contextmanager
def two_sending(folder: Path) -> Iterator[tuple[Site, Path, list[subprocess.Popen[str]], subprocess.Popen[str]]]:
    """A site, the manifest of a long load on it, two workers and their master, in the middle of sending."""
    fleet = a_fleet(2)
    with landing_site() as site:
        manifest = write(folder, f'[{{url: "{site.url}/"}}]', rate=40, hold=60)
        with workers(fleet, 2, "--loopback-origin", site.url) as started, master(manifest, *of(fleet)) as run:
            wait_until(lambda: site.arrivals("/") > 20)
            yield site, manifest, started, run


SLOW_SHARE = 20
LOOKS = 3
"""Idle visits to a page after the load (`launchguard.load.sending.aftermath`)."""
LATENCY_MS = {"/fast": 200.0, "/slow": 800.0}


def one_and_three(folder: Path, site: Site) -> list[dict[str, Any]]:
    """The load of a report, sent from here and then by three workers."""
    pages = (
        f'[{{url: "{site.url}/fast", share: {100 - SLOW_SHARE}%}}, {{url: "{site.url}/slow", share: {SLOW_SHARE}%}}]'
    )
    manifest = write(folder, pages, rate=30, hold=10)
    fleet = a_fleet(3)
    loads = []
    for number, options in ((0, ["--processes", "1"]), (3, of(fleet))):
        before = site.arrivals("/fast") + site.arrivals("/slow")
        with workers(fleet, number, "--loopback-origin", site.url), master(manifest, *options) as run:
            run.communicate(timeout=60)
        loads.append(load_in(manifest))
        # A page whose last visit failed is looked at afterwards; a look that its time cut off is not told.
        looked = site.arrivals("/fast") + site.arrivals("/slow") - before - loads[-1]["started"]
        told = sum(page["requests"] for page in loads[-1]["after"])
        assert told <= looked <= LOOKS * len(loads[-1]["after"])
    return loads


@pytest.mark.timeout(240)
def test_three_workers_measure_what_one_process_does(tmp_path: Path) -> None:
    """Every tenth visit of a path fails, by the site's own count, so the failures of both runs are the same number.

    Which visit goes to which page is the schedule's, so one visit in five is slow in both runs. The median is then the
    fast page's time and the 95th percentile the slow one's; they differ by what answering took beside the known
    latency, and a quarter of that is far more than it takes on a machine that sends in time. Where it does not, the
    runs are sent once more, and times are not compared when it was too busy again.
    """
    paths = {path: Behaviour(latency_ms=latency, fail_ratio=0.1) for path, latency in LATENCY_MS.items()}
    for _ in range(2):
        with landing_site(paths=paths) as site:
            one, three = one_and_three(tmp_path, site)
        assert one["schedule_sha256"] == three["schedule_sha256"]
        assert one["planned"] == three["planned"] == one["started"] == three["started"] == 300
        assert (one["generator"]["processes"], three["generator"]["processes"]) == (1, 3)
        assert [(page["page"], page["started"]) for page in one["pages"]] == [
            (page["page"], page["started"]) for page in three["pages"]
        ]
        assert 25 <= one["failed"] <= 35
        # The site counts on from one run to the next, so each path may fail once more or less.
        assert abs(one["failed"] - three["failed"]) <= len(paths)
        assert not any("lost" in load["invalid"] for load in (one, three))
        if not (one["invalid"] or three["invalid"]):
            break
    else:
        pytest.skip("twice this machine was too busy to say anything about times")
    for name, latency in (("p50", LATENCY_MS["/fast"]), ("p95", LATENCY_MS["/slow"])):
        assert latency <= min(one["latency_ms"][name], three["latency_ms"][name])
        assert abs(one["latency_ms"][name] - three["latency_ms"][name]) < latency / 4, name


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_master_reports_and_sends_its_workers_back_to_waiting(
    tmp_path: Path, number: signal.Signals
) -> None:
    with two_sending(tmp_path) as (site, manifest, started, run):
        sending = [process for parent in (*started, run) for process in family(parent)]
        assert len(sending) >= 3
        run.send_signal(number)
        out = " ".join(run.communicate(timeout=30)[0].split())
        assert run.returncode == 130, out
        assert "the run was interrupted before it could conclude" in out
        assert not psutil.wait_procs(sending, timeout=15)[1]
        # What waits for the next master is no process that has sent anything.
        assert [worker.poll() for worker in started] == [None, None]
        assert site.arrivals("/") == load_in(manifest)["started"] > 20
    assert [worker.returncode for worker in started] == [130, 130]
    assert '"verdict": "unknown"' in report_of(manifest).read_text(encoding="utf-8")


def test_an_interrupted_worker_is_missed(tmp_path: Path) -> None:
    with two_sending(tmp_path) as (site, manifest, started, run):
        sending = [process for worker in started for process in family(worker)]
        started[0].send_signal(signal.SIGINT)
        out = run.communicate(timeout=40)[0]
        assert (run.returncode, started[0].wait(20), started[1].poll()) == (3, 130, None), out
        assert not psutil.wait_procs(sending, timeout=15)[1]
        load = load_in(manifest)
        assert "a worker was lost: number" in load["invalid"]
        assert 20 < load["started"] < load["planned"]
        assert load["started"] <= site.arrivals("/")


def test_a_worker_that_went_away_before_the_start_is_replaced(tmp_path: Path) -> None:
    fleet = a_fleet(2)
    with landing_site() as site:
        manifest = write(tmp_path, f'[{{url: "{site.url}/"}}]', rate=20, hold=3)
        with master(manifest, *of(fleet)) as run:
            with workers(fleet, 1, "--loopback-origin", site.url) as (gone,):
                assert gone.stderr is not None
                while "sending 30 of 60 visits" not in (line := gone.stderr.readline()):
                    assert line
                for process in [*family(gone), psutil.Process(gone.pid)]:
                    process.send_signal(signal.SIGKILL)
            # The second of these finds no room before the master has noticed.
            with workers(fleet, 2, "--loopback-origin", site.url) as started:
                out = run.communicate(timeout=100)[0]
                assert [worker.poll() for worker in started] == [None, None], out
        load = load_in(manifest)
        assert load["planned"] == load["started"] == load["ok"] == site.arrivals("/") == 60


JOURNEY = """
import logging, os
from locust import FastHttpUser, task

class Visitor(FastHttpUser):
    @task
    def land(self):
        secret = os.environ["SHOP_TOKEN"]
        logging.error("journey with %s", secret)
        print("journey with", secret)
        self.client.get(self.page, name="landing page")
        self.client.get("/row/" + self.row["n"], name="row")
        if self.row["n"].endswith("0"):
            self.client.get("/none?" + secret, name="none?" + secret)
"""


def test_workers_walk_their_own_journey_with_their_own_secret(tmp_path: Path) -> None:
    fleet = a_fleet(2)
    answers = {"/": Answered("Spring sale"), **{f"/row/{n}": Answered("row") for n in range(60)}}
    here, there = tmp_path / "master", tmp_path / "worker"
    for folder in (here, there):
        folder.mkdir()
        (folder / "checkout.py").write_text(JOURNEY, encoding="utf-8")
        (folder / "rows.csv").write_text("n\n" + "".join(f"{n}\n" for n in range(60)), encoding="utf-8")
    (there / ".launchguard.yml").write_text("secrets: {SHOP_TOKEN: [127.0.0.1]}\n", encoding="utf-8")
    with recording_site(answers) as site, overheard(fleet.port) as (port, heard):
        host = site.url.removeprefix("http://")
        access = f"access: [{{host: '{host}', header: X-Preview, from_env: SHOP_TOKEN}}]\n"
        more = ", journey: checkout.py, data: rows.csv"
        manifest = write(here, f'[{{url: "{site.url}/"}}]', rate=20, hold=3, load=more, more=access)
        options = ["--loopback-origin", site.url, "--journey", "checkout.py", "--data", "rows.csv"]
        secret = {**os.environ, "SHOP_TOKEN": SECRET}
        with (
            master(manifest, *of(fleet), env={**os.environ, "SHOP_TOKEN": "what-the-master-has"}) as run,
            workers(Fleet(2, "127.0.0.1", port), 2, *options, cwd=there, env=secret) as started,
        ):
            out = run.communicate(timeout=90)[0]
            for worker in started:
                worker.terminate()
            said = [worker.communicate(timeout=30)[1] for worker in started]
    steps = {step["name"]: step for step in load_in(manifest)["steps"]}
    assert {name: step["requests"] for name, step in steps.items()} == {
        "GET landing page": 60,
        "GET row": 60,
        "GET none?[redacted]": 6,
    }, out
    assert steps["GET row"]["p95_ms"] > 0
    assert steps["GET none?[redacted]"]["example"] == "GET none?[redacted] answered 404"
    # Every row of the data was walked once, by one of the two.
    assert sorted(seen.path for seen in site.seen if seen.path.startswith("/row/")) == sorted(
        f"/row/{n}" for n in range(60)
    )
    assert {seen.headers["x-preview"] for seen in site.seen} == {SECRET}
    assert all("sending 30 of 60 visits on checkout.py" in words for words in said)
    everything = [out, *said, report_of(manifest).read_text(encoding="utf-8"), heard.decode("latin-1")]
    assert not any(SECRET in text for text in everything)
    traffic = heard.decode("latin-1")
    assert "SHOP_TOKEN" in traffic
    assert "what-the-master-has" not in traffic
    assert str(here) not in traffic and "self.client" not in traffic
