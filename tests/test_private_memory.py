"""What another process of the same user sees of the one that holds a job's token."""

import os
import subprocess
import sys

import pytest

SCRIPT = """
import ctypes, os, sys, time
from launchguard.system.memory import keep_memory_private

private = sys.argv[1] == "private"
if os.geteuid() == 0:
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
    ctypes.CDLL(None).prctl(4, 1, 0, 0, 0)  # like any process that is started as this user
token = sys.stdin.read()
ready, done = os.pipe(), os.pipe()
holder = os.getpid()
neighbour = os.fork()
if neighbour == 0:
    os.read(ready[0], 1)
    for name in ("environ", "mem", "maps", "fd"):
        try:
            path = f"/proc/{holder}/{name}"
            os.listdir(path) if name == "fd" else open(path, "rb").close()
            print(name, "open", flush=True)
        except PermissionError:
            print(name, "closed", flush=True)
    os._exit(0)
if private:
    assert keep_memory_private()
os.write(ready[1], b"x")
os.waitpid(neighbour, 0)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux can keep a process's memory private")
@pytest.mark.parametrize(("how", "seen"), [("private", "closed"), ("as it is", "open")])
def test_a_neighbour_sees_nothing_of_a_process_that_keeps_its_memory_private(how: str, seen: str) -> None:
    """Tried as a user without rights: root sees everything."""
    ran = subprocess.run(
        [sys.executable, "-c", SCRIPT, how],
        input="a token",
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    assert dict(line.split() for line in ran.stdout.splitlines()) == dict.fromkeys(
        ("environ", "mem", "maps", "fd"), seen
    )
