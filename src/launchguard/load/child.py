"""The Locust subprocess as its parent sees it: started in an empty place, stopped for certain."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import launchguard
from launchguard.load.orders import DIRECTORY_VARIABLE, LOG

LOCUSTFILE = Path(__file__).with_name("locustfile.py")
POLITE_S = 2.0


def child_environment(directory: Path, environ: Mapping[str, str]) -> dict[str, str]:
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


class Child:
    """The subprocess and everything that it starts: one process group, stopped by closing its standard input."""

    def __init__(self, directory: Path, processes: int, secrets: Mapping[str, Mapping[str, str]]) -> None:
        home = directory / "home"
        home.mkdir()
        arguments = ["--headless", "--only-summary", "--users", str(processes), "--spawn-rate", str(processes)]
        self.log = directory / LOG
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-P", "-m", "locust", "-f", str(LOCUSTFILE), *arguments, "--loglevel", "WARNING"],
                cwd=home,
                env=child_environment(directory, os.environ),
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        with suppress(BrokenPipeError):
            assert self.process.stdin is not None
            self.process.stdin.write(json.dumps(secrets).encode() + b"\n")
            self.process.stdin.flush()

    @property
    def running(self) -> bool:
        """Whether the subprocess is still there."""
        return self.process.poll() is None

    def stop(self) -> None:
        """Ask to stop sending and to write down what is left."""
        assert self.process.stdin is not None
        with suppress(BrokenPipeError):
            self.process.stdin.close()

    def end(self) -> None:
        """End the whole process group, and return when it is gone."""
        self.stop()
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(POLITE_S)
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def last_words(self) -> str:
        """The last line that the subprocess printed, for an error message."""
        lines = self.log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
        return lines[-1][:300] if lines else f"exit code {self.process.returncode}"
