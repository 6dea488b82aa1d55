"""Answers made against their reader are bounded for the idle visit and under load, and read alike by both."""

import json
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.pages.bounded_side import CLEAR
from tests.pages.conftest import Once
from tests.pages.hostile import HOSTILE, STAYS
from tests.pages.making import GOOD, said
from tests.probe.conftest import Site

NAMES = list(HOSTILE)
MOST_HELD = 100_000_000
"""Bytes: for a body of 10 MB as it came and unfolded, or for the parser's tree of 3 MB of markup."""

pytestmark = pytest.mark.skipif(not CLEAR.exists(), reason="only Linux says what a process held at most")


def say(conn: socket.socket, head: str) -> bytes | None:
    path = head.split(" ", 2)[1][1:]
    if not path.isdigit():
        return said(GOOD)
    first, again = HOSTILE[NAMES[int(path)]]
    conn.sendall(first)
    if again is STAYS:
        conn.recv(1)  # until the reader goes away
    while again:
        conn.sendall(again)
    return None


@pytest.fixture
def costs(once: Once) -> dict[str, list[dict[str, Any]]]:
    """What each reader saw of each kind, and what it held: one process for each, which look at one after the other."""
    found: dict[str, list[dict[str, Any]]] = once("hostile", looked_at)
    return found


def looked_at() -> dict[str, list[dict[str, Any]]]:
    site = Site(say, context=None, host="127.0.0.1", port=0)
    urls = json.dumps([f"{site.url}/good", *(f"{site.url}/{number}" for number in range(len(NAMES)))])
    told = {}
    try:
        for side in ("idle", "load"):
            ran = subprocess.run(
                [sys.executable, "-m", "tests.pages.bounded_side", side],
                cwd=Path(__file__).parents[2],
                input=urls,
                capture_output=True,
                text=True,
                timeout=100,
                check=False,
            )
            assert ran.returncode == 0, ran.stderr[-3000:]
            told[side] = [json.loads(line) for line in ran.stdout.splitlines()][1:]
    finally:
        site.close()
    return told


@pytest.mark.parametrize("name", NAMES)
def test_a_hostile_answer_is_bounded_and_read_alike(name: str, costs: dict[str, list[dict[str, Any]]]) -> None:
    number = NAMES.index(name)
    idle, load = costs["idle"][number], costs["load"][number]
    assert idle["sight"] == load["sight"]
    assert max(idle["held"], load["held"]) < MOST_HELD
