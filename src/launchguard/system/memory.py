"""What other processes of the same user may see of this one."""

import ctypes
import sys

PR_SET_DUMPABLE = 4
"""Source: linux/prctl.h."""


def keep_memory_private() -> bool:
    """Let no other process of this user read this one's memory, environment or open files; whether that was possible.

    Only Linux can. Root may read them all the same, and so may whoever can become root. Processes that are started
    from here decide for themselves.
    """
    if sys.platform != "linux":
        return False
    return bool(ctypes.CDLL(None).prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0)
