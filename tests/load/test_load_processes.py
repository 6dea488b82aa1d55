"""Several generating processes on one machine: one schedule, one result, and never a verdict from half of them."""

import errno
import os
import signal
import socket
import struct
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import psutil
import pytest

from launchguard.authorize import Grant
from launchguard.load import process as child_module
from launchguard.load import run_load
from launchguard.load.repeat import once_more
from launchguard.model.events import LoadProgress
from launchguard.model.load_plan import LoadPlan
from launchguard.model.load_run import LoadRun
from launchguard.site import landing_site
from tests.busy import PATIENCE_S, is_void, reached

pytestmark = pytest.mark.load


def family(parent: int | None = None) -> list[psutil.Process]:
    """The Locust processes below a process, parents first."""
    found = []
    for process in psutil.Process(parent).children(recursive=True):
        try:
            if "locustfile.py" in " ".join(process.cmdline()):
                found.append(process)
        except psutil.NoSuchProcess:
            continue
    return found


def test_two_processes_share_one_schedule(a_plan: Callable[..., LoadPlan], send: Callable[..., LoadRun]) -> None:
    with landing_site() as site:
        one = send(a_plan(site.url + "/", rate=60, hold=2))
        assert site.arrivals("/") == 120
        two = send(a_plan(site.url + "/", rate=60, hold=2, processes=2))
        assert site.arrivals("/") == 240
    assert two.generator.processes == 2
    assert two.plan.schedule_sha256 == one.plan.schedule_sha256
    assert np.array_equal(one.intended_s, two.intended_s)
    assert one.stats().ok == two.stats().ok == 120
    assert "lost" not in two.invalid


def test_two_runs_of_several_processes_on_one_machine_both_finish(a_plan: Callable[..., LoadPlan]) -> None:
    def run(_number: int) -> LoadRun:
        with landing_site() as site:
            plan = a_plan(site.url + "/", rate=20, hold=2, processes=2)
            return run_load(plan, [Grant(site.url, ("127.0.0.1",), None, "test")])

    with ThreadPoolExecutor(2) as pool:
        runs = list(pool.map(run, range(2)))
    assert [run.stats().ok for run in runs] == [40, 40]


def test_a_killed_process_makes_the_run_unknown_and_leaves_nothing_behind(
    a_plan: Callable[..., LoadPlan], send: Callable[..., LoadRun]
) -> None:
    killed: list[int] = []

    def on_progress(progress: LoadProgress) -> None:
        if progress.started > 30 and not killed:
            killed.append(family()[-1].pid)
            os.kill(killed[0], signal.SIGKILL)

    with landing_site() as site:
        run = send(a_plan(site.url + "/", rate=40, hold=40, processes=2), on_progress=on_progress)
        # What the dead process had in flight may or may not have reached the site.
        assert reached(run.stats(), site.arrivals("/"))
    assert "a load process was lost" in run.invalid
    assert " of 2 has told nothing" in run.invalid
    assert not run.stopped
    assert run.ended_s is not None  # of the 40 s
    assert 30 < run.stats().started < 1600
    assert not family()


SCRIPT = """
import sys
from launchguard.authorize import Grant
from launchguard.load import run_load
from launchguard.model.load_plan import LoadPlan, Phase, Target
url = sys.argv[1]
phase = Phase("hold", 0, 60, 40, 40, judged=True)
target = Target(url + "/", url + "/", 1.0)
plan = LoadPlan("r", 1, "poisson", (phase,), (target,), 5.0, 5.0, 800.0, 0.01, processes=2)
run = run_load(plan, [Grant(url, ("127.0.0.1",), None, "test")], on_progress=lambda p: print(p.started, flush=True))
print("partial", run.partial, run.stats().started, run.stats().unanswered, flush=True)
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_a_signal_to_the_parent_ends_every_process(number: signal.Signals) -> None:
    with landing_site() as site:
        parent = subprocess.Popen([sys.executable, "-c", SCRIPT, site.url], stdout=subprocess.PIPE, text=True)
        assert parent.stdout is not None
        while int(parent.stdout.readline()) < 20:
            pass
        processes = family(parent.pid)
        assert len(processes) == 3
        directory = Path(processes[0].environ()["LAUNCHGUARD_RUN_DIRECTORY"])
        assert directory.is_dir()
        parent.send_signal(number)
        rest = parent.communicate(timeout=PATIENCE_S)[0]
        _, left = psutil.wait_procs(processes, timeout=PATIENCE_S)
        assert not left
        assert not directory.exists()
        if number is signal.SIGTERM:
            words = rest.splitlines()[-1].split()
            assert words[:2] == ["partial", "True"]
            started, unanswered = map(int, words[2:])
            assert started - unanswered <= site.arrivals("/") <= started


def test_a_stall_of_this_machine_is_void_and_no_fault_of_the_site(
    a_plan: Callable[..., LoadPlan], send: Callable[..., LoadRun]
) -> None:
    stalled: list[float] = []

    def stall(progress: LoadProgress) -> None:
        """Once, in the hold: all that sends stands still for a second and a half, and so does who watches."""
        if progress.started > 60 and not stalled:
            for number in (signal.SIGSTOP, signal.SIGCONT):
                for process in family():
                    process.send_signal(number)
                if number == signal.SIGSTOP:
                    threading.Event().wait(1.5)
            stalled.append(progress.elapsed_s)

    with landing_site() as site:
        run = send(a_plan(site.url + "/", rate=60, hold=4, limit_p95_ms=800.0), on_progress=stall)
    assert stalled
    assert not run.stopped
    assert "late (p99" in run.invalid
    again = once_more(run.plan, run)
    assert again is not None
    assert "it was repeated once" in again.notes[-1]


def test_a_generator_that_is_slowed_gives_no_verdict(
    a_plan: Callable[..., LoadPlan], send: Callable[..., LoadRun]
) -> None:
    over = threading.Event()

    def slow() -> None:
        """Let it run for half of the time only."""
        while not over.is_set():
            for number in (signal.SIGSTOP, signal.SIGCONT):
                for process in family():
                    try:
                        process.send_signal(number)
                    except psutil.NoSuchProcess:
                        continue
                over.wait(0.08)

    thread = threading.Thread(target=slow)

    def on_progress(_progress: LoadProgress) -> None:
        if not thread.ident:
            thread.start()

    with landing_site() as site:
        try:
            run = send(a_plan(site.url + "/", rate=60, hold=3, limit_p95_ms=2000.0), on_progress=on_progress)
        finally:
            over.set()
            thread.join()
    assert "ms late (p99; at most 20 ms)" in run.invalid
    assert is_void(run.invalid)
    assert run.stats().ok == 180


def test_a_machine_out_of_file_descriptors_gives_no_verdict(
    a_plan: Callable[..., LoadPlan], send: Callable[..., LoadRun]
) -> None:
    def on_progress(_progress: LoadProgress) -> None:
        for process in family():
            process.rlimit(psutil.RLIMIT_NOFILE, (40, 40))

    with landing_site(latency_ms=1000) as site:
        run = send(a_plan(site.url + "/", rate=60, hold=3), on_progress=on_progress)
    assert "due visits were sent (" in run.invalid
    assert "raise this machine's limit of open files" in run.invalid
    assert run.stats().dropped > 10


FEW_PORTS = """
import socket
from gevent.socket import socket as Socket

def connect(self, address, original=Socket.connect):
    self.setsockopt(socket.IPPROTO_IP, {option}, {ports!r})
    return original(self, address)

Socket.connect = connect
exec(compile(open({real!r}).read(), {real!r}, "exec"), globals())
"""
IP_LOCAL_PORT_RANGE = 51
"""Linux 6.3 and later: the range of local ports of one socket (man 7 ip)."""


def test_a_machine_out_of_ports_gives_no_verdict(
    a_plan: Callable[..., LoadPlan], send: Callable[..., LoadRun], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    try:
        ports = Path("/proc/sys/net/ipv4/ip_local_port_range").read_text(encoding="ascii").split()
        last_ten = struct.pack("@I", (int(ports[1]) - 9) | (int(ports[1]) << 16))
        with socket.socket() as probe:
            probe.setsockopt(socket.IPPROTO_IP, IP_LOCAL_PORT_RANGE, last_ten)
    except OSError:
        pytest.skip("this kernel gives no socket a range of ports of its own")
    few = tmp_path / "locustfile.py"
    few.write_text(
        FEW_PORTS.format(option=IP_LOCAL_PORT_RANGE, ports=last_ten, real=str(child_module.LOCUSTFILE)),
        encoding="utf-8",
    )
    monkeypatch.setattr(child_module, "LOCUSTFILE", few)
    with landing_site(latency_ms=1000) as site:
        run = send(a_plan(site.url + "/", rate=40, hold=2, limit_p95_ms=2000.0))
    assert f"due visits were sent ([Errno {errno.EADDRNOTAVAIL}]" in run.invalid
    assert "widen this machine's range of local ports (net.ipv4.ip_local_port_range), or add workers" in run.invalid
    assert run.stats().dropped > 10
    assert run.stats().failures_by_kind == {}  # the site is not blamed for it
