"""What became of other processes: whether one is gone, and whether the system ended some for want of memory."""

import os
from pathlib import Path

VMSTAT = Path("/proc/vmstat")


def memory_kills(vmstat: Path = VMSTAT) -> int | None:
    """How many processes the kernel has ended for want of memory since it started, a container's limit counted.

    None where the system does not tell. Source: Linux, `oom_kill` in proc(5).
    """
    try:
        lines = vmstat.read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return None
    told = [line.split()[1] for line in lines if line.startswith("oom_kill ")]
    return int(told[0]) if told else None


def is_gone(pid: int) -> bool:
    """Whether a process of this machine has ended, reaped or not."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
    except OSError:
        return False
    return state[:1] == ["Z"]
