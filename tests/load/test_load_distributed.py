"""A master and its workers, as processes of one machine: one run, decided by every worker for itself."""

import json
import math
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest

import launchguard
from launchguard.authorize import Grant
from launchguard.errors import AuthorizationError, LoadEngineError
from launchguard.load import runner
from launchguard.load.process import free_port
from launchguard.load.quality import why_invalid
from launchguard.load.schedule import make_schedule
from launchguard.load.supervise import Patience
from launchguard.load.workers.policy import WorkerPolicy
from launchguard.load.workers.serving import checked_brief, prepare
from launchguard.model.events import LoadProgress
from launchguard.model.load_plan import Fleet, LoadPlan
from launchguard.model.load_run import LoadRun
from launchguard.model.parts import Access
from launchguard.probe import Credential
from launchguard.site import landing_site
from launchguard.testing import a_load_run
from tests.busy import PATIENCE_S, repeated
from tests.load.fleets import family, workers

pytestmark = pytest.mark.load


@pytest.fixture
def fleet() -> Fleet:
    return Fleet(2, "127.0.0.1", free_port())


def looked_after(run: LoadRun) -> int:
    """The idle visits to a page whose last visits failed; they are none of the plan's."""
    return sum(page.requests for page in run.after)


def test_workers_together_equal_one_process(
    a_plan: Callable[..., LoadPlan], send: Callable[..., LoadRun], fleet: Fleet
) -> None:
    with landing_site(fail_ratio=0.1) as site:
        plan = a_plan(site.url + "/", "http://127.0.0.1:1/", rate=40, hold=3, limit_failure_ratio=1.0, contains=())
        plan = replace(plan, targets=plan.targets[:1])
        one = send(plan)
        assert 0 <= site.arrivals("/") - 120 - looked_after(one) <= 1

        def together() -> tuple[LoadRun, int]:
            before = site.arrivals("/")
            run = send(plan, fleet=fleet)
            return run, site.arrivals("/") - before - looked_after(run)

        with workers(fleet, 2, "--loopback-origin", site.url):
            two, arrivals = repeated(together, lambda made: made[0].invalid)
    assert 120 <= arrivals <= 121  # a look that its time cut off is not told
    assert two.plan.schedule_sha256 == one.plan.schedule_sha256
    assert np.array_equal(one.intended_s, two.intended_s)
    assert np.array_equal(one.target, two.target)
    assert one.stats().started == two.stats().started == 120
    assert abs(one.stats().failed - two.stats().failed) < 20
    assert two.stats().failed > 0
    assert set(two.stats().failures_by_kind) == {"status"} == set(two.examples)
    assert two.generator.processes == 2
    assert two.generator.clock_error_ms is not None and two.generator.clock_error_ms < 50
    assert two.generator.cpu_ratio is not None
    assert "lost" not in two.invalid


def test_a_killed_worker_makes_the_run_unknown_and_leaves_nothing_behind(
    a_plan: Callable[..., LoadPlan], send: Callable[..., LoadRun], fleet: Fleet
) -> None:
    processes: list[psutil.Process] = []
    with landing_site() as site, workers(fleet, 2, "--loopback-origin", site.url) as started:

        def on_progress(progress: LoadProgress) -> None:
            if progress.started > 30 and not processes:
                processes.extend(process for worker in started for process in family(worker))
                for process in [*family(started[0]), psutil.Process(started[0].pid)]:
                    process.send_signal(signal.SIGKILL)

        run = send(a_plan(site.url + "/", rate=40, hold=60), on_progress=on_progress, fleet=fleet)
        # The dead worker did not tell of all that it sent.
        assert site.arrivals("/") >= run.stats().started - run.stats().unanswered
    assert "a worker was lost: number" in run.invalid
    assert not run.stopped
    assert run.ended_s is not None  # of the 60 s
    assert 30 < run.stats().started < 2400
    assert not psutil.wait_procs(processes, timeout=PATIENCE_S)[1]


@pytest.mark.parametrize("all_of_it", [False, True], ids=["its-command", "all-its-processes"])
def test_a_worker_stops_when_its_master_is_killed(fleet: Fleet, tmp_path: Path, all_of_it: bool) -> None:
    script = tmp_path / "master.py"
    script.write_text(
        "import sys\n"
        "from launchguard.authorize import Grant\n"
        "from launchguard.load import run_load\n"
        "from launchguard.model.load_plan import Fleet, LoadPlan, Phase, Target\n"
        "url = sys.argv[1]\n"
        "phase = Phase('hold', 0, 60, 40, 40, judged=True)\n"
        "target = Target(url + '/', url + '/', 1.0)\n"
        "plan = LoadPlan('r', 1, 'poisson', (phase,), (target,), 5.0, 5.0, 800.0, 0.01)\n"
        "run_load(plan, [Grant(url, ('127.0.0.1',), None, 'test')], fleet=Fleet(1, '127.0.0.1', int(sys.argv[2])),\n"
        "         on_progress=lambda p: print(p.started, flush=True))\n"
    )
    with landing_site() as site, workers(fleet, 1, "--loopback-origin", site.url) as started:
        command = [sys.executable, str(script), site.url, str(fleet.port)]
        master = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert master.stdout is not None
        while int(master.stdout.readline() or "99") < 20:
            pass
        sending = family(started[0])
        masters = family(master)
        folder = Path(masters[0].environ()["LAUNCHGUARD_RUN_DIRECTORY"])
        for process in [*(masters if all_of_it else []), psutil.Process(master.pid)]:
            process.send_signal(signal.SIGKILL)
        master.communicate()
        assert not psutil.wait_procs([*sending, *masters], timeout=PATIENCE_S)[1]
        if all_of_it:
            shutil.rmtree(folder)  # nobody was left to do it
        assert not folder.exists()
        site.arrivals("/")  # after this it has taken in all that was on its way
        before = site.arrivals("/")
        time.sleep(0.5)
        assert site.arrivals("/") == before < 2400
        assert started[0].poll() is None


def refusal_of(send: Callable[..., LoadRun], plan: LoadPlan, fleet: Fleet, **options: Any) -> str:
    with pytest.raises(LoadEngineError) as caught:
        send(plan, fleet=fleet, **options)
    return caught.value.message


def test_a_worker_loads_no_server_of_its_own_machine_unasked(
    a_plan: Callable[..., LoadPlan], send: Callable[..., LoadRun], fleet: Fleet
) -> None:
    with landing_site() as site:
        with workers(fleet, 1):
            words = refusal_of(send, a_plan(site.url + "/"), fleet)
        assert site.arrivals("/") == 0
    assert "worker 1:" in words
    assert f"--loopback-origin {site.url}" in words


WALK = """
from locust import FastHttpUser, task

class Visitor(FastHttpUser):
    @task
    def land(self):
        self.client.get(self.page)
"""


def test_a_worker_refuses_plan_after_plan_and_sends_the_one_that_fits(
    a_plan: Callable[..., LoadPlan], send: Callable[..., LoadRun], tmp_path: Path
) -> None:
    fleet = Fleet(1, "127.0.0.1", free_port())
    for name, text in {"walk.py": WALK, "other.py": WALK + "# another\n", "rows.csv": "n\n1\n"}.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    walk, other, rows = (str(tmp_path / name) for name in ("walk.py", "other.py", "rows.csv"))
    secret = Credential(Access(host="127.0.0.1", header="X-Preview", from_env="HOME"), "s3cret-value")
    with landing_site() as site:
        options = ["--loopback-origin", site.url, "--journey", walk]
        with workers(fleet, 1, *options, cwd=tmp_path) as started:
            plan = a_plan(site.url + "/", rate=20, hold=1)
            words = refusal_of(send, replace(plan, journey=other), fleet)
            assert "worker 1: the worker's journey file walk.py is not the master's" in words
            words = refusal_of(send, replace(plan, journey=walk, data=rows), fleet)
            assert "worker 1: the run needs a data file" in words
            words = refusal_of(send, plan, fleet, credentials=[secret])
            assert "worker 1: The secret HOME is not meant for 127.0.0.1." in words
            assert "s3cret" not in words
            assert site.arrivals("/") == 0
            run = send(replace(plan, journey=walk), fleet=fleet)
            assert run.stats().ok == site.arrivals("/") == 20
            started[0].terminate()
            said = started[0].communicate()[1]
    assert said.count("not sent: ") == 3
    assert said.count(": sending 20 of 20 visits on walk.py in 1 s") == 1


def test_a_worker_keeps_to_its_own_cap_for_the_whole_run(a_plan: Callable[..., LoadPlan], tmp_path: Path) -> None:
    plan = a_plan("http://127.0.0.1:9/", rate=50, hold=2, processes=4)
    text = a_hostile(plan, schedule_sha256=make_schedule(plan).sha256)
    capped = [Grant("http://127.0.0.1:9", ("127.0.0.1",), 30.0, "its own configuration")]
    with pytest.raises(AuthorizationError, match=r"50\.0 visits/s are more than the 30/s"):
        prepare(tmp_path, text, 0, WorkerPolicy(lambda _: capped))
    made = prepare(tmp_path, text, 3, WorkerPolicy(lambda _: [replace(capped[0], max_rate_per_s=50.0)]))
    assert made.line == "run test-run: sending 25 of 100 visits in 2 s to http://127.0.0.1:9"


def test_a_worker_arrives_at_the_schedule_by_itself(a_plan: Callable[..., LoadPlan], tmp_path: Path) -> None:
    with pytest.raises(LoadEngineError, match="another schedule than its master"):
        text = a_hostile(a_plan("http://127.0.0.1:9/", processes=1), schedule_sha256="0" * 64)
        prepare(tmp_path, text, 0, WorkerPolicy(lambda _: []))


def test_a_worker_of_another_version_is_refused(
    a_plan: Callable[..., LoadPlan],
    send: Callable[..., LoadRun],
    fleet: Fleet,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(runner, "FLEET", Patience(15.0, 1.0, "worker"))
    package = Path(launchguard.__file__).parent
    shutil.copytree(package, tmp_path / "launchguard", ignore=shutil.ignore_patterns("__pycache__"))
    init = tmp_path / "launchguard" / "__init__.py"
    init.write_text(init.read_text().replace(f'"{launchguard.__version__}"', '"0.0.1"'))
    environment = os.environ | {"PYTHONPATH": str(tmp_path)}
    with landing_site() as site, workers(fleet, 1, "--loopback-origin", site.url, env=environment) as started:
        words = refusal_of(send, a_plan(site.url + "/"), fleet)
        said = started[0].communicate(timeout=20)[1]
        assert started[0].returncode == 3
        assert site.arrivals("/") == 0
    why = f"the master is LaunchGuard {launchguard.__version__}, this worker is 0.0.1"
    assert why in said
    assert words == f"Only 0 of 2 workers were ready within 15 s. One was sent away: {why}."


def test_a_run_without_its_workers_says_who_is_missing(
    a_plan: Callable[..., LoadPlan], send: Callable[..., LoadRun], fleet: Fleet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner, "FLEET", Patience(1.0, 1.0, "worker"))
    assert refusal_of(send, a_plan("http://127.0.0.1:9/"), fleet) == "Only 0 of 2 workers were ready within 1 s."


def a_hostile(plan: LoadPlan, **over: Any) -> str:
    return json.dumps({"plan": asdict(plan) | over})


@pytest.mark.parametrize(
    ("over", "index"),
    [
        ({"run_id": "x\r\nHost: elsewhere"}, 0),
        ({"processes": 2}, 2),
        ({"processes": 2}, -1),
        ({"processes": 10_000}, 0),
        ({"returning_ratio": 7.0}, 0),
        ({"phones_ratio": 7.0}, 0),
        ({"drain_s": math.inf}, 0),
        ({"visit_timeout_s": -1.0}, 0),
        ({"phases": [["hold", 0, 1e6, 1e6, 1e6, True]]}, 0),
        ({"phases": [{"name": "h", "start_s": 0, "end_s": 9, "rate_from_per_s": math.nan, "rate_to_per_s": 1}]}, 0),
        ({"phases": [{"name": "h", "start_s": 0, "end_s": 1e6, "rate_from_per_s": 1e6, "rate_to_per_s": 1}]}, 0),
        ({"phases": [{"name": "h", "start_s": 9, "end_s": 0, "rate_from_per_s": 1, "rate_to_per_s": 1}]}, 0),
        ({"targets": []}, 0),
        ({"arrivals": "all at once"}, 0),
        ({"journey": "steal.py"}, 0),
    ],
)
def test_a_worker_takes_no_plan_that_makes_no_sense(
    over: dict[str, Any], index: int, a_plan: Callable[..., LoadPlan]
) -> None:
    plan = a_plan("http://127.0.0.1:1/", processes=1)
    assert checked_brief(a_hostile(plan), 0).plan == plan
    with pytest.raises(LoadEngineError):
        checked_brief(a_hostile(plan, **over), index)


CLOCKS = """
import json, sys
from launchguard.load.workers.master import Worker
worker = Worker(0)
for sent, clock, back in json.loads(sys.argv[1]):
    worker.look(sent, clock, back)
print(worker.offset_s, worker.error_s)
"""


@pytest.mark.parametrize(
    ("later", "error_s"),
    [
        ([], 0.001),  # half of the best round trip
        ([(20, 120.001, 20.002)], 0.001),
        ([(20, 120.2, 20.4)], 0.001),  # slow, and the clock may still be where it was
        ([(20, 120.301, 20.002)], 0.299),  # the worker's clock jumped
        ([(20, 120.301, 20.002), (30, 130.001, 30.002)], 0.299),
    ],
)
def test_a_clock_that_jumps_is_noticed(later: list[tuple[float, float, float]], error_s: float) -> None:
    looks = [(i, 100 + i + 0.05, i + 0.1) for i in range(7)] + [(9, 109.001, 9.002)]
    command = [sys.executable, "-c", CLOCKS, json.dumps(looks + later)]
    offset, error = map(float, subprocess.run(command, capture_output=True, text=True, check=True).stdout.split())
    assert offset == pytest.approx(100)
    assert error == pytest.approx(error_s, abs=1e-6)


def test_clock_trouble_between_workers_gives_no_verdict() -> None:
    run = a_load_run()
    good = replace(run.generator, clock_error_ms=49.0)
    assert not why_invalid(replace(run, generator=good))
    assert "clocks were up to 51 ms apart" in why_invalid(replace(run, generator=replace(good, clock_error_ms=51.0)))
