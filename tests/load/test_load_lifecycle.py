"""Start, interruption and loss of the subprocess: data kept, nothing left behind, no verdict from half a run."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import psutil
import pytest

from launchguard.authorize import Grant
from launchguard.errors import AuthorizationError, LoadEngineError
from launchguard.load import process as child_module
from launchguard.load import run_load
from launchguard.load.sending.inside import remove_orphan
from launchguard.load.supervise import STOP_TIMEOUT_S
from launchguard.model.events import LoadProgress
from launchguard.model.load_plan import LoadPlan
from launchguard.model.load_run import LoadRun
from launchguard.model.parts import Access
from launchguard.probe.credentials import Credential
from launchguard.site import landing_site
from tests.busy import PATIENCE_S, reached

pytestmark = pytest.mark.load


def generators() -> list[psutil.Process]:
    """The load processes that this process has started."""
    found = []
    for process in psutil.Process().children(recursive=True):
        try:
            if "locustfile.py" in " ".join(process.cmdline()):
                found.append(process)
        except psutil.NoSuchProcess:
            continue
    return found


def test_an_interrupt_stops_at_once_and_keeps_what_was_seen(
    a_plan: Callable[..., LoadPlan], send: Callable[..., LoadRun]
) -> None:
    interrupt = threading.Event()
    seen: list[LoadProgress] = []

    def on_progress(progress: LoadProgress) -> None:
        seen.append(progress)
        if progress.elapsed_s > 1:
            interrupt.set()

    with landing_site(latency_ms=30) as site:
        run = send(a_plan(site.url + "/", rate=40, hold=30), on_progress=on_progress, interrupt=interrupt)
        assert reached(run.stats(), site.arrivals("/"))
    assert run.partial
    # At once: in the look that set the interrupt, whenever that was, and long before the process would be killed.
    assert run.ended_s == seen[-1].elapsed_s > 1
    assert float(np.nanmax(run.sent_s)) < run.ended_s + 0.8 * STOP_TIMEOUT_S
    assert 20 < run.stats().started < 1200
    assert not generators()
    assert seen[-1].phase == "hold" and seen[-1].planned == 1200
    assert 0 < seen[-1].answered <= seen[-1].started
    assert seen[-1].p95_ms is not None and seen[-1].p95_ms > 30


SCRIPT = """
import sys
from launchguard.authorize import Grant
from launchguard.load import run_load
from launchguard.model.events import LoadProgress
from launchguard.model.load_plan import LoadPlan
from launchguard.model.load_run import LoadRun
from launchguard.probe.credentials import Credential
from launchguard.model.load_plan import LoadPlan, Phase, Target

url = sys.argv[1]
phase = Phase("hold", 0, 60, 40, 40, judged=True)
plan = LoadPlan("r", 1, "poisson", (phase,), (Target(url + "/", url + "/", 1.0),), 5.0, 5.0, 800.0, 0.01)
run = run_load(plan, [Grant(url, ("127.0.0.1",), None, "test")], on_progress=lambda p: print(p.started, flush=True))
print("partial", run.partial, run.stats().started, run.stats().unanswered, flush=True)
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_signal_to_the_parent_ends_every_process(number: signal.Signals) -> None:
    with landing_site() as site:
        parent = subprocess.Popen([sys.executable, "-c", SCRIPT, site.url], stdout=subprocess.PIPE, text=True)
        assert parent.stdout is not None
        while int(parent.stdout.readline()) < 20:
            pass
        family = psutil.Process(parent.pid).children(recursive=True)
        assert family
        directory = Path(family[0].environ()["LAUNCHGUARD_RUN_DIRECTORY"])
        assert directory.is_dir()
        parent.send_signal(number)
        rest = parent.communicate(timeout=PATIENCE_S)[0]
        assert not psutil.wait_procs(family, timeout=PATIENCE_S)[1]
        assert not directory.exists()
        arrivals = site.arrivals("/")
        if number is not signal.SIGKILL:
            words = rest.splitlines()[-1].split()
            assert words[:2] == ["partial", "True"]
            started, unanswered = map(int, words[2:])
            assert started - unanswered <= arrivals <= started
        before = site.arrivals("/")  # by now it has taken in all that was on its way
        time.sleep(0.3)
        assert site.arrivals("/") == before


def a_folder(parent: Path, name: str = "launchguard-load-x") -> Path:
    folder = parent / name
    folder.mkdir(mode=0o700)
    (folder / "orders.json").write_text("{}", encoding="utf-8")
    return folder


def test_only_an_orphaned_folder_of_ours_is_removed_and_nothing_that_it_links_to(tmp_path: Path) -> None:
    nobody = -1
    kept = a_folder(tmp_path, "kept")
    ours = a_folder(tmp_path)
    (ours / "link").symlink_to(kept)
    remove_orphan(ours, os.getppid())  # its parent is there
    assert ours.is_dir()
    remove_orphan(ours, nobody)
    assert not ours.exists()
    assert (kept / "orders.json").exists()

    remove_orphan(kept, nobody)  # another name
    open_to_all = a_folder(tmp_path, "launchguard-open")
    open_to_all.chmod(0o755)
    remove_orphan(open_to_all, nobody)
    link = tmp_path / "launchguard-link"
    link.symlink_to(kept)
    remove_orphan(link, nobody)
    remove_orphan(tmp_path / "launchguard-none", nobody)
    assert all((folder / "orders.json").exists() for folder in (kept, open_to_all, link))


def test_a_killed_generator_makes_the_run_invalid(
    a_plan: Callable[..., LoadPlan], send: Callable[..., LoadRun]
) -> None:
    killed: list[psutil.Process] = []

    def on_progress(progress: LoadProgress) -> None:
        if progress.started > 30 and not killed:
            killed.extend(generators())
            for process in killed:
                os.kill(process.pid, signal.SIGKILL)

    with landing_site() as site:
        run = send(a_plan(site.url + "/", rate=40, hold=20), on_progress=on_progress)
        assert reached(run.stats(), site.arrivals("/"))
    assert killed
    assert run.invalid == "a load process was lost: it was ended by the signal SIGKILL"
    assert "look at what ended the process" in run.fix
    assert run.stats().started > 30
    assert not run.partial


def test_a_generator_that_does_not_start_is_an_error_with_its_last_words(
    a_plan: Callable[..., LoadPlan], send: Callable[..., LoadRun], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    broken = tmp_path / "locustfile.py"
    broken.write_text("raise RuntimeError('the disk is made of cheese')")
    monkeypatch.setattr(child_module, "LOCUSTFILE", broken)
    with landing_site() as site, pytest.raises(LoadEngineError, match="made of cheese"):
        send(a_plan(site.url + "/"))


def test_nothing_is_sent_to_an_origin_without_a_grant(a_plan: Callable[..., LoadPlan]) -> None:
    with landing_site() as site, landing_site() as granted:
        plan = a_plan(site.url + "/", granted.url + "/")
        with pytest.raises(AuthorizationError, match="not authorized"):
            run_load(plan, [Grant(granted.url, ("127.0.0.1",), None, "test")])
        assert site.arrivals("/") == granted.arrivals("/") == 0


def test_a_plan_above_the_cap_of_its_grant_is_not_sent(a_plan: Callable[..., LoadPlan]) -> None:
    with landing_site() as site:
        with pytest.raises(AuthorizationError, match="20/s"):
            run_load(a_plan(site.url + "/", rate=50), [Grant(site.url, ("127.0.0.1",), 20.0, "test")])
        assert site.arrivals("/") == 0


def test_a_hostile_environment_changes_nothing(
    a_plan: Callable[..., LoadPlan], send: Callable[..., LoadRun], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "locust.conf").write_text("run-time = 1s\nusers = 500\n")
    (tmp_path / "pyproject.toml").write_text("[tool.locust]\nrun-time = '1s'\n")
    (tmp_path / ".locust.conf").write_text("run-time = 1s\n")
    (tmp_path / "json.py").write_text("raise RuntimeError('shadowed')")
    with landing_site() as site:
        monkeypatch.chdir(tmp_path)
        monkeypatch.setenv("HOME", str(tmp_path))
        monkeypatch.setenv("LOCUST_RUN_TIME", "1s")
        monkeypatch.setenv("LOCUST_HEADLESS", "no")
        monkeypatch.setenv("PYTHONPATH", str(tmp_path))
        monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
        run = send(a_plan(site.url + "/", rate=20, hold=2))
    assert run.stats().ok == 40


def test_secrets_are_neither_on_the_command_line_nor_in_a_file(
    a_plan: Callable[..., LoadPlan], monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[str, str, bytes, int]] = []

    def on_progress(_progress: LoadProgress) -> None:
        for process in generators():
            directory = Path(process.environ()["LAUNCHGUARD_RUN_DIRECTORY"])
            files = b"".join(path.read_bytes() for path in directory.iterdir() if path.is_file())
            seen.append((" ".join(process.cmdline()), str(process.environ()), files, directory.stat().st_mode & 0o777))

    with landing_site() as site:
        plan = a_plan(site.url + "/", rate=10, hold=1)
        secret = Credential(Access(host="127.0.0.1", header="X-Key", from_env="KEY"), "s3cret-value")
        run_load(plan, [Grant(site.url, ("127.0.0.1",), None, "t")], credentials=[secret], on_progress=on_progress)
        assert site.counts()["/"]["headers"]["x-key"] == "s3cret-value"
    assert seen
    for command, environment, files, mode in seen:
        assert "s3cret" not in command + environment
        assert b"s3cret" not in files
        assert mode == 0o700
