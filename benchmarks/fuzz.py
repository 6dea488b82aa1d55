"""What strangers write, 100,000 times: manifests, configurations, events, messages, addresses, pages."""

import resource
import sys
import tempfile
import time
from pathlib import Path

from tests.fuzzing.running import run_target
from tests.fuzzing.targets import TARGETS

INPUTS = 100_000
DEADLINE_S = 60.0
MOST_BYTES = 6 * 1024**3
"""Memory for all of it: what is drawn before it is bounded ends here, and not with the machine."""


def main() -> None:
    """Count per target what was taken, refused with a sentence, ended in a traceback, or took longer than a minute."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST_BYTES, MOST_BYTES))
    print(f"{'target':22} {'inputs':>8} {'taken':>8} {'refused':>8} {'tracebacks':>10} {'hangs':>6} {'ms each':>8}")
    total = broken = 0
    for target in TARGETS:
        began_s = time.perf_counter()
        with tempfile.TemporaryDirectory() as folder:
            tally = run_target(target, round(INPUTS * target.share), Path(folder), deadline_s=DEADLINE_S)
        each_ms = 1000 * (time.perf_counter() - began_s) / tally.tried
        counts = f"{tally.taken:8,} {tally.refused:8,} {len(tally.broke):10,} {len(tally.hung):6,}"
        print(f"{target.name:22} {tally.tried:8,} {counts} {each_ms:8.1f}", flush=True)
        for number, text in tally.broke[:3]:
            print(f"  input {number}: {text[-600:]}")
        for number in tally.hung[:3]:
            print(f"  input {number} took longer than {DEADLINE_S:.0f} s")
        total += tally.tried
        broken += len(tally.broke) + len(tally.hung)
    print(f"{total:,} inputs, {broken:,} of them with a traceback or a hang")
    if broken:
        sys.exit(1)
