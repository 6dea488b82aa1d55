"""Looks a journey through before anything is sent, in a process of its own: its code is not run in this one."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from launchguard.errors import JourneyError
from launchguard.load.process import generator_environment
from launchguard.words import count

TIMEOUT_S = 60.0


def check_journey(journey: str, data: str = "") -> dict[str, float]:
    """The User classes of a journey, each with its share (0-1) of the visits.

    The file is imported, as Locust would, but it reaches no network. Raises JourneyError where it cannot be loaded or
    its data not read, with file and line.
    """
    files = [journey, data] if data else [journey]
    with tempfile.TemporaryDirectory(prefix="launchguard-journey-") as folder:
        home = Path(folder) / "home"
        home.mkdir()
        try:
            ended = subprocess.run(
                [sys.executable, "-P", "-m", "launchguard.load.journeys.journey_file", *files],
                cwd=home,
                env=generator_environment(Path(folder), os.environ),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                errors="replace",
                timeout=TIMEOUT_S,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise JourneyError(f"{_shown(journey)}:1: it was not loaded within {count(TIMEOUT_S)} s") from error
    try:
        told = json.loads(ended.stdout.strip().splitlines()[-1])
        wrong, weights = told["wrong"], told["users"]
    except (ValueError, LookupError, TypeError) as error:
        words = ended.stderr.strip().splitlines() or [f"exit code {ended.returncode}"]
        raise JourneyError(f"{_shown(journey)}:1: its process ended while loading it: {words[-1][:300]}") from error
    if wrong is not None:
        file, line, message = wrong
        raise JourneyError(f"{_shown(file)}:{line}: {message}")
    return {name: weight / sum(weights.values()) for name, weight in weights.items()}


def _shown(path: str) -> str:
    """A path as seen from the working directory, where it is below it."""
    return os.path.relpath(path) if Path(path).is_relative_to(Path.cwd()) else path
