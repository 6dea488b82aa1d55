"""Masters and workers as processes of this machine, through the command line."""

import json
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psutil

from launchguard.model.load_plan import Fleet

LAUNCHGUARD = [sys.executable, "-m", "launchguard"]
MANIFEST = """
launchguard: 1
name: Spring sale
launch: 2099-03-01 09:00 Europe/Madrid
ends: 2099-03-04 23:59 Europe/Madrid
pages: {pages}
channels: [rate: {{rate: {rate}/s, uncertainty: 0}}]
limits: {{p95: 2s, errors: 50%}}
load: {{ramp: 0s, warm_up: 0s, hold: {hold}s, drain: 3s, timeout: 3s{load}}}
"""


@contextmanager
def workers(fleet: Fleet, number: int, *options: str, **how: Any) -> Iterator[list[subprocess.Popen[str]]]:
    """Workers through the command line, ended at the end; a busy machine may keep them waiting for a master."""
    command = [*LAUNCHGUARD, "worker", "--master", f"{fleet.host}:{fleet.port}", "--wait", "90", *options]
    started = [subprocess.Popen(command, stderr=subprocess.PIPE, text=True, **how) for _ in range(number)]
    try:
        yield started
    finally:
        for process in started:
            process.terminate()
        for process in started:
            process.wait(20)
            assert process.stderr is not None
            if not process.stderr.closed:
                process.stderr.close()


def family(process: subprocess.Popen[str]) -> list[psutil.Process]:
    return psutil.Process(process.pid).children(recursive=True)


@contextmanager
def master(manifest: Path, *options: str, **how: Any) -> Iterator[subprocess.Popen[str]]:
    """`launchguard run` of a manifest, its report beside it; killed at the end where it still runs."""
    command = [*LAUNCHGUARD, "run", str(manifest), "--load-only", "--seed", "3", *options]
    command += ["--output", f"json={report_of(manifest)}"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **how)
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def of(fleet: Fleet) -> list[str]:
    """The options of a run that these workers send."""
    return ["--expect-workers", str(fleet.workers), "--master-bind", f"{fleet.host}:{fleet.port}"]


def report_of(manifest: Path) -> Path:
    return manifest.with_suffix(".json")


def load_in(manifest: Path) -> dict[str, Any]:
    """What the report of a manifest says about its load."""
    document = json.loads(report_of(manifest).read_text(encoding="utf-8"))
    load: dict[str, Any] = document["load"]
    assert load["planned"] == load["started"] + load["dropped"]
    assert load["started"] == load["ok"] + load["failed"] + load["unanswered"]
    return load


@contextmanager
def overheard(port: int) -> Iterator[tuple[int, bytearray]]:
    """A port of loopback that leads to another one, and everything that is said between them."""
    heard = bytearray()
    listener = socket.create_server(("127.0.0.1", 0))

    def pass_on(source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                heard.extend(data)
                target.sendall(data)
        for end in (source, target):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def accept() -> None:
        with suppress(OSError):
            while True:
                near, _ = listener.accept()
                try:
                    far = socket.create_connection(("127.0.0.1", port))
                except OSError:  # the master is not there yet: the worker tries again
                    near.close()
                    continue
                ends.extend((near, far))
                for pair in ((near, far), (far, near)):
                    threads.append(threading.Thread(target=pass_on, args=pair))
                    threads[-1].start()

    ends: list[socket.socket] = []
    threads = [threading.Thread(target=accept)]
    threads[0].start()
    try:
        yield listener.getsockname()[1], heard
    finally:
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        threads[0].join()
        for end in ends:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        for thread in threads:
            thread.join()
        for end in ends:
            end.close()
