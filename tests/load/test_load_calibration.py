"""What a machine can send is measured before a large plan, and a plan beyond it is refused in words."""

from collections.abc import Callable

import pytest

from launchguard.load import runner
from launchguard.load.calibration import calibrate
from launchguard.load.calibration.calibrate import cores, cpu_s_per_visit, fit, needed_processes
from launchguard.model.load import LoadPlan, LoadRun
from launchguard.site import landing_site

pytestmark = pytest.mark.load


@pytest.mark.parametrize(
    ("needed", "asked", "available", "processes", "words"),
    [
        (1, 0, 2, 1, ""),
        (2, 0, 2, 2, ""),
        (1, 2, 2, 2, ""),
        (1, 3, 2, 3, ""),
        (3, 0, 2, 0, "needs 3 processes here; this machine has 2 cores: add workers"),
        (2, 0, 1, 0, "needs 2 processes here; this machine has 1 core: add workers"),
        (2, 1, 2, 0, "needs 2 processes here, and 1 may be used: allow more, or leave it to auto"),
    ],
)
def test_a_plan_is_fitted_to_the_machine(needed: int, asked: int, available: int, processes: int, words: str) -> None:
    number, problem = fit(needed, asked, available)
    assert number == processes
    assert problem.endswith(words)
    assert bool(problem) == bool(words)


@pytest.mark.parametrize(
    ("rate", "cost_s", "part", "needed"),
    [(100, 1.0, 1.0, 1), (690, 0.001, 1.0, 1), (720, 0.001, 1.0, 2), (1500, 0.001, 0.5, 2), (1500, 0.0, 1.0, 1)],
)
def test_each_process_gets_seventy_percent_of_a_core(
    rate: float,
    cost_s: float,
    part: float,
    needed: int,
    a_plan: Callable[..., LoadPlan],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(calibrate, "cpu_s_per_visit", lambda *_: cost_s)
    assert needed_processes(a_plan("http://127.0.0.1:1/", rate=rate), part) == needed


def test_the_cost_of_a_visit_is_measured_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calibrate, "LIMIT_S", 20.0)  # a busy machine takes longer to start a process
    plain, tls = cpu_s_per_visit(False, 0.0, 400.0), cpu_s_per_visit(True, 0.0, 110.0)
    assert 0 < plain < tls < 0.5
    assert cores() >= 1


def test_a_plan_beyond_the_machine_is_not_sent(
    a_plan: Callable[..., LoadPlan], send: Callable[..., LoadRun], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calibrate, "cpu_s_per_visit", lambda *_: 0.01)
    monkeypatch.setattr(runner, "cores", lambda: 2)
    with landing_site() as site:
        run = send(a_plan(site.url + "/", rate=200, hold=2, processes=0))
        assert site.arrivals("/") == 0
    assert run.invalid == "the plan needs 3 processes here; this machine has 2 cores: add workers"
    assert (run.stats().planned, run.stats().dropped) == (400, 400)


def test_as_many_processes_as_the_peak_needs(
    a_plan: Callable[..., LoadPlan], send: Callable[..., LoadRun], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calibrate, "cpu_s_per_visit", lambda *_: 0.01)
    monkeypatch.setattr(runner, "cores", lambda: 2)
    with landing_site() as site:
        run = send(a_plan(site.url + "/", rate=110, hold=1, processes=0))
    assert run.generator.processes == 2
    assert run.stats().ok == 110
