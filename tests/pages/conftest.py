"""What is done once for many tests, whichever of pytest's processes asks for it first."""

import fcntl
import json
import os
from collections.abc import Callable
from typing import Any

import pytest

Once = Callable[[str, Callable[[], Any]], Any]


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory) -> Once:
    """once(name, make) -> what `make` gave the first time, as JSON; other processes wait for it."""
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent
    known: dict[str, Any] = {}

    def made(name: str, make: Callable[[], Any]) -> Any:
        if name not in known:
            with (folder / f"{name}.lock").open("w") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)
                kept = folder / f"{name}.json"
                if not kept.exists():
                    kept.write_text(json.dumps(make()), encoding="utf-8")
                known[name] = json.loads(kept.read_text(encoding="utf-8"))
        return known[name]

    return made
