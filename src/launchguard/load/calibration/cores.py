"""How much CPU this process may use: the cores that it may run on, within the quota of the container around it.

A container with a quota of 1.5 CPUs sees every core of its machine, and is paused when it has used its share.
"""

import math
import os
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath

MEMBERSHIP = "/proc/self/cgroup"
ROOT = "/sys/fs/cgroup"
V1_CONTROLLERS = ("cpu,cpuacct", "cpu")


def cores() -> float:
    """The cores that this process may use, like 8.0, or 1.5 under a quota."""
    return min(_visible(), quota_cores(_read))


def quota_cores(read: Callable[[str], str]) -> float:
    """The CPU quota in cores: the smallest of this control group and those above it; infinite without one.

    `read` gives a file's text, "" where there is none. Both versions of control groups are looked at (kernel
    documentation: admin-guide/cgroup-v2, `cpu.max`; scheduler/sched-bwc, `cpu.cfs_quota_us`).
    """
    found = [math.inf]
    for line in read(MEMBERSHIP).splitlines():
        number, _, rest = line.partition(":")
        controllers, _, path = rest.partition(":")
        if number == "0" and not controllers:
            found += [_ratio(*read(f"{folder}/cpu.max").split()[:2]) for folder in _folders(ROOT, path)]
        elif "cpu" in controllers.split(","):
            for mount in V1_CONTROLLERS:
                for folder in _folders(f"{ROOT}/{mount}", path):
                    found.append(_ratio(read(f"{folder}/cpu.cfs_quota_us"), read(f"{folder}/cpu.cfs_period_us")))
    return min(found)


def _folders(root: str, path: str) -> Iterator[str]:
    """A group's folder and those above it, the root included; in a container its own group is often the root."""
    for above in (PurePosixPath(path), *PurePosixPath(path).parents):
        if ".." not in above.parts:  # outside of what this container sees
            yield f"{root}{above}".rstrip("/")


def _ratio(quota_us: str = "", period_us: str = "") -> float:
    """A quota over its period; infinite for "max", for -1, and for what cannot be read."""
    try:
        quota, period = int(quota_us), int(period_us)
    except ValueError:
        return math.inf
    return quota / period if quota > 0 and period > 0 else math.inf


def _visible() -> int:
    if hasattr(os, "process_cpu_count"):  # Python 3.13: what the scheduler allows, or what its user set
        return os.process_cpu_count() or 1
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _read(path: str) -> str:
    try:
        return Path(path).read_text(encoding="ascii")
    except (OSError, UnicodeError):
        return ""
