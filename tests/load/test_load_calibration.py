"""What a machine can send is measured before a large plan, and a plan beyond it is refused in words."""

import math
from collections.abc import Callable

import pytest

from launchguard.load import runner
from launchguard.load.calibration import calibrate
from launchguard.load.calibration.calibrate import (
    Need,
    cpu_s_per_visit,
    fit,
    need_of,
    needed_processes,
    with_files,
)
from launchguard.load.calibration.cores import cores, quota_cores
from launchguard.model.load_plan import LoadPlan
from launchguard.model.load_run import LoadRun
from launchguard.site import landing_site
from tests.busy import ATTEMPTS

pytestmark = pytest.mark.load


@pytest.mark.parametrize(
    ("needed", "asked", "available", "processes", "words"),
    [
        (1, 0, 2, 1, ""),
        (2, 0, 2, 2, ""),
        (1, 2, 2, 2, ""),
        (1, 3, 2, 3, ""),
        (0, 0, 0.5, 1, ""),
        (0.4, 0, 0.5, 1, ""),
        (1.4, 0, 1.5, 2, ""),
        (2.1, 0, 2, 0, "needs 3 processes here; this machine has 2 cores: add workers"),
        (1.1, 0, 1, 0, "needs 2 processes here; this machine has 1 core: add workers"),
        (2, 1, 2, 0, "needs 2 processes here, and 1 may be used: allow more, or leave it to auto"),
        (
            1.6,
            0,
            1.5,
            0,
            "needs 1.6 cores here; this machine has 1.5 by the CPU quota of its container: raise it, or add workers",
        ),
    ],
)
def test_a_plan_is_fitted_to_the_machine(
    needed: float, asked: int, available: float, processes: int, words: str
) -> None:
    number, problem = fit(Need(needed), asked, available)
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
    plan = a_plan("http://127.0.0.1:1/", rate=rate)
    assert needed_processes(plan, part) == needed
    known = rate > 100 and cost_s > 0
    assert need_of(plan, part).visits_per_s == (pytest.approx(0.7 / cost_s) if known else None)


@pytest.mark.parametrize(
    ("cores", "file_cores", "asked", "processes", "part"),
    [
        (0.5, 0.0, 0, 1, 1.0),
        (0.5, 0.5, 0, 1, 1.0),
        (0.5, 1.5, 0, 2, 1.0),
        (0.5, 3.0, 0, 2, 0.5),
        (2.0, 3.0, 0, 2, 0.0),
        (0.5, 1.0, 1, 1, 0.5),
    ],
)
def test_files_get_what_the_pages_leave_of_the_machine(
    cores: float, file_cores: float, asked: int, processes: int, part: float
) -> None:
    need = Need(cores, None, file_cores)
    started, carried = with_files(need, asked or need.processes, asked, 2.0)
    assert started == processes
    assert carried == pytest.approx(part)


def test_the_files_of_a_visit_are_counted(a_plan: Callable[..., LoadPlan], monkeypatch: pytest.MonkeyPatch) -> None:
    cost_s = {0.2: 0.0006, 0.0: 0.0007, 1.0: 0.0002}
    monkeypatch.setattr(calibrate, "cpu_s_per_visit", lambda _, returning, pace: cost_s[returning])
    plan = a_plan("http://127.0.0.1:1/", rate=70, returning_ratio=0.2)
    assert need_of(plan) == Need()  # 70 requests/s are no matter, 1,470 are
    need = need_of(plan, files=20.0)
    # Five connections more are opened as by fresh visitors; fifteen files come over one that is there.
    assert [need.cores, need.file_cores] == pytest.approx([0.06, 0.65])


V2, V1 = "0::/a/b\n", "12:memory:/x\n4:cpu,cpuacct:/docker/c1\n0::/x\n"
BOX = "/sys/fs/cgroup/cpu,cpuacct/docker/c1"


@pytest.mark.parametrize(
    ("files", "cores"),
    [
        pytest.param({}, math.inf, id="no-control-groups"),
        pytest.param({"/proc/self/cgroup": V2}, math.inf, id="v2-without-a-controller"),
        pytest.param({"/proc/self/cgroup": V2, "/sys/fs/cgroup/a/b/cpu.max": "max 100000\n"}, math.inf, id="v2-max"),
        pytest.param({"/proc/self/cgroup": V2, "/sys/fs/cgroup/a/b/cpu.max": "150000 100000\n"}, 1.5, id="v2"),
        pytest.param({"/proc/self/cgroup": "0::/\n", "/sys/fs/cgroup/cpu.max": "50000 100000"}, 0.5, id="v2-in-a-box"),
        pytest.param(
            {
                "/proc/self/cgroup": V2,
                "/sys/fs/cgroup/a/b/cpu.max": "400000 100000",
                "/sys/fs/cgroup/a/cpu.max": "200000 100000",
            },
            2.0,
            id="v2-the-group-above-has-less",
        ),
        pytest.param(
            {"/proc/self/cgroup": "0::/../../other\n", "/sys/fs/cgroup/cpu.max": "300000 100000"}, 3.0, id="v2-outside"
        ),
        pytest.param({"/proc/self/cgroup": V2, "/sys/fs/cgroup/a/b/cpu.max": "many of them"}, math.inf, id="v2-unread"),
        pytest.param(
            {"/proc/self/cgroup": V1, f"{BOX}/cpu.cfs_quota_us": "250000\n", f"{BOX}/cpu.cfs_period_us": "100000\n"},
            2.5,
            id="v1",
        ),
        pytest.param(
            {"/proc/self/cgroup": V1, f"{BOX}/cpu.cfs_quota_us": "-1\n", f"{BOX}/cpu.cfs_period_us": "100000\n"},
            math.inf,
            id="v1-without-a-quota",
        ),
        pytest.param(
            {
                "/proc/self/cgroup": V1,
                "/sys/fs/cgroup/cpu/cpu.cfs_quota_us": "20000",
                "/sys/fs/cgroup/cpu/cpu.cfs_period_us": "50000",
            },
            0.4,
            id="v1-in-a-box",
        ),
    ],
)
def test_a_container_s_quota_is_read(files: dict[str, str], cores: float) -> None:
    assert quota_cores(lambda path: files.get(path, "")) == cores


def test_a_plan_beyond_the_quota_is_not_sent_and_the_report_has_the_figures(
    a_plan: Callable[..., LoadPlan], send: Callable[..., LoadRun], monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {"/proc/self/cgroup": "0::/", "/sys/fs/cgroup/cpu.max": "30000 100000"}
    monkeypatch.setattr("launchguard.load.calibration.cores._read", lambda path: files.get(path, ""))
    monkeypatch.setattr(calibrate, "cpu_s_per_visit", lambda *_: 0.0014)
    with landing_site() as site:
        run = send(a_plan(site.url + "/", rate=200, hold=1, processes=0))
        assert site.arrivals("/") == 0
    assert run.invalid.startswith("the plan needs 0.4 cores here; this machine has 0.3 by the CPU quota")
    assert (run.generator.processes, run.generator.cores) == (0, 0.3)
    assert run.generator.visits_per_s == pytest.approx(500)


def test_the_cost_of_a_visit_is_measured_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calibrate, "LIMIT_S", 20.0)  # a busy machine takes longer to start a process

    def cost_s(tls: bool, pace_per_s: float) -> float:
        """0.0 says that a trial brought nothing: who watches it was held up for as long as it takes."""
        trials = (cpu_s_per_visit.__wrapped__(tls, 0.0, pace_per_s) for _ in range(ATTEMPTS))
        return next((cost for cost in trials if cost), 0.0)

    plain, tls = cost_s(False, 400.0), cost_s(True, 110.0)
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
    assert (run.generator.processes, run.generator.cores) == (2, 2)
    assert run.generator.visits_per_s == pytest.approx(70)
    assert run.stats().ok == 110
