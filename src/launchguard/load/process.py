"""The Locust subprocess as its parent sees it: started in an empty place, stopped for certain."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import launchguard
from launchguard.load.orders import DIRECTORY_VARIABLE, LOG, PROBLEM, SENT_AWAY
from launchguard.model.load_plan import Fleet

HERE = Path(__file__).parent
LOCUSTFILE = HERE / "sending" / "locustfile.py"
MASTER = HERE / "workers" / "locustfile_master.py"
WORKER = HERE / "workers" / "locustfile_worker.py"
LOOPBACK = "127.0.0.1"
LONGEST_PROBLEM = 1000


def generator_environment(directory: Path, environ: Mapping[str, str]) -> dict[str, str]:
    """The caller's environment without what could change the run: Locust's and our settings, Python's, and HOME.

    Locust silently reads LOCUST_*, ~/.locust.conf and the working directory. Proxies are no matter: the client
    connects to pinned addresses.
    """
    kept = {
        name: value
        for name, value in environ.items()
        if not name.startswith(("LOCUST_", "LAUNCHGUARD_", "PYTHON", "GITHUB_", "GEVENT_"))
    }
    package_parent = str(Path(launchguard.__file__).parents[1])
    return kept | {"HOME": str(directory / "home"), "PYTHONPATH": package_parent, DIRECTORY_VARIABLE: str(directory)}


def free_port(host: str = LOOPBACK) -> int:
    """A port that nobody listens on at the moment. Raises OSError for an address that is not this machine's."""
    family, kind, protocol, _, address = socket.getaddrinfo(host, 0, type=socket.SOCK_STREAM)[0]
    with socket.socket(family, kind, protocol) as probe:
        probe.bind(address)
        port: int = probe.getsockname()[1]
    return port


class Child:
    """A Python subprocess and everything that it starts: one process group, stopped by closing its standard input."""

    def __init__(self, directory: Path, arguments: Sequence[str]) -> None:
        home = directory / "home"
        home.mkdir()
        self.directory = directory
        self.log = directory / LOG
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-P", *arguments],
                cwd=home,
                env=generator_environment(directory, os.environ),
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def running(self) -> bool:
        """Whether the subprocess is still there."""
        return self.process.poll() is None

    def tell(self, line: str) -> None:
        """Write a line to its standard input."""
        assert self.process.stdin is not None
        with suppress(BrokenPipeError):
            self.process.stdin.write(line.encode() + b"\n")
            self.process.stdin.flush()

    def stop(self) -> None:
        """Ask to stop sending and to write down what is left."""
        assert self.process.stdin is not None
        with suppress(BrokenPipeError):
            self.process.stdin.close()

    def end(self, polite_s: float) -> None:
        """End the whole process group after a time for ending by itself (s), and return when it is gone."""
        self.stop()
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(polite_s)
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    @property
    def problem(self) -> str:
        """What the subprocess wrote down before it gave up, or ""."""
        return self._written(PROBLEM)

    @property
    def sent_away(self) -> str:
        """Which worker a master sent away last, and why, or ""."""
        return self._written(SENT_AWAY)

    def _written(self, name: str) -> str:
        path = self.directory / name
        return path.read_text(encoding="utf-8")[:LONGEST_PROBLEM] if path.exists() else ""

    def last_words(self) -> str:
        """Its problem, or the last line that it printed, for an error message."""
        lines = self.log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
        return self.problem or (lines[-1][:300] if lines else f"exit code {self.process.returncode}")


def start_generator(directory: Path, processes: int) -> Child:
    """Locust by itself, or in its own mode of several processes, on a port of loopback."""
    several: list[str] = []
    if processes > 1:
        port = str(free_port())
        several = ["--processes", str(processes), "--master-bind-host", LOOPBACK, "--master-bind-port", port]
        several += ["--master-host", LOOPBACK, "--master-port", port]
    return Child(directory, _locust(LOCUSTFILE, *several))


def start_master(directory: Path, fleet: Fleet) -> Child:
    """Locust as the master of a fleet."""
    where = ["--master-bind-host", fleet.host, "--master-bind-port", str(fleet.port)]
    return Child(directory, _locust(MASTER, "--master", *where, "--expect-workers", str(fleet.workers)))


def start_worker(directory: Path, host: str, port: int) -> Child:
    """Locust as a worker of the master at this address."""
    return Child(directory, _locust(WORKER, "--worker", "--master-host", host, "--master-port", str(port)))


def _locust(locustfile: Path, *arguments: str) -> list[str]:
    """Locust without users: the processes start by themselves and wait for their common start."""
    quiet = ["--headless", "--only-summary", "--users", "0", "--spawn-rate", "1", "--loglevel", "WARNING"]
    return ["-m", "locust", "-f", str(locustfile), *quiet, *arguments]
