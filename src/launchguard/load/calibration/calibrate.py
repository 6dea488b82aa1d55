"""What this machine can send: a visit's cost is measured on loopback before a large plan, and the plan is fitted to it.

A plan gets 70 % of each core (`quality.MAX_CORE_RATIO`).
"""

import math
import shutil
import tempfile
import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from launchguard.load import recording as layout
from launchguard.load.calibration.responder import LOOPBACK, make_certificate, responding
from launchguard.load.orders import FOLDER, RECORDS, Orders, PageOrders
from launchguard.load.process import Child
from launchguard.load.quality import MAX_CORE_RATIO, Pulse
from launchguard.load.recorded import RecordingReader
from launchguard.load.schedule import LoadSchedule
from launchguard.load.sending.fetching import AT_A_TIME
from launchguard.model.load_plan import LoadPlan, VisitResult
from launchguard.web.request import DEVICES
from launchguard.words import exact, number

CALIBRATE_ABOVE_PER_S = 100.0
TRIAL_S = 0.5
LIMIT_S = 1.8
"""Of the two seconds that a calibration may take; the rest is for cleaning up."""
PACE_PER_S = {False: 1000.0, True: 300.0}
"""How fast a trial sends at most, without TLS and with it: busy enough to be like the run, and far from saturation."""


@dataclass(frozen=True)
class Need:
    """What a plan takes on this machine, as far as plain visits of a page tell.

    `cores` are those that it would keep busy to MAX_CORE_RATIO, `visits_per_s` is what one process can send at that.
    They are 0.0 and None where nothing was measured, because the rate is no matter. `file_cores` are those that the
    pages' files would keep busy on top, when every visitor fetched them.
    """

    cores: float = 0.0
    visits_per_s: float | None = None
    file_cores: float = 0.0

    @property
    def processes(self) -> int:
        """How many processes share that."""
        return max(1, math.ceil(self.cores))


def need_of(plan: LoadPlan, part: float = 1.0, files: float = 0.0) -> Need:
    """What a part (0-1) of a plan takes here, of whose visitors each fetches so many `files`.

    Not measured when the rate is no matter. The steps of a journey, and files of pages that nobody has looked at, are
    not known before the run, so they are left out: a plan with them takes more.
    """
    rate_per_s = plan.peak_per_s * part
    if rate_per_s * (1 + files) <= CALIBRATE_ABOVE_PER_S:
        return Need()
    tls = any(target.url.startswith("https:") for target in plan.targets)
    pace_per_s = min(PACE_PER_S[tls], 10 * math.ceil(rate_per_s / 10))
    cost_s = cpu_s_per_visit(tls, plan.returning_ratio, pace_per_s)
    per_core = rate_per_s / MAX_CORE_RATIO
    able_per_s = MAX_CORE_RATIO / cost_s if cost_s else None
    if not files:
        return Need(per_core * cost_s, able_per_s)
    # The page's connection takes files too; each of the others is opened, as a fresh visitor opens one.
    opened = max(0.0, min(files, AT_A_TIME) - 1)
    kept_s, opened_s = (cpu_s_per_visit(tls, returning, pace_per_s) for returning in (1.0, 0.0))
    return Need(per_core * cost_s, able_per_s, per_core * (opened * opened_s + (files - opened) * kept_s))


def needed_processes(plan: LoadPlan, part: float = 1.0) -> int:
    """How many processes a part (0-1) of the plan takes here; 1 without a measurement when the rate is no matter."""
    return need_of(plan, part).processes


def fit(need: Need, asked: int, available: float) -> tuple[int, str]:
    """How many processes to start when `asked` were (0: as many as needed), or why this machine is not enough.

    `available` are its cores, of which a container may have a fraction.
    """
    needed = need.processes
    if need.cores > available:
        if available % 1:
            have = f"{number(available)} by the CPU quota of its container"
            return (
                0,
                f"the plan needs {number(need.cores)} cores here; this machine has {have}: raise it, or add workers",
            )
        have = f"{exact(available)} {'core' if available == 1 else 'cores'}"
        return 0, f"the plan needs {needed} processes here; this machine has {have}: add workers"
    if asked and needed > asked:
        return 0, f"the plan needs {needed} processes here, and {asked} may be used: allow more, or leave it to auto"
    return asked or needed, ""


def with_files(need: Need, processes: int, asked: int, available: float) -> tuple[int, float]:
    """How many processes to start when those for the pages also fetch files, and the part (0-1) of these that fits.

    A page goes before its files: they get what it leaves of the cores, or of the processes that were asked for.
    """
    left = max(0.0, min(available, asked or math.inf) - need.cores)
    part = min(1.0, left / need.file_cores) if need.file_cores else 1.0
    return max(processes, math.ceil(need.cores + part * need.file_cores - 1e-9)), part


@cache
def cpu_s_per_visit(tls: bool, returning_ratio: float, pace_per_s: float) -> float:
    """The generator's CPU seconds for one visit at this pace; 0.0 when the trial brought nothing.

    Measured once per process. A page of 30 kB, whose server is in another process than the generator.
    """
    directory = Path(tempfile.mkdtemp(prefix=f"{FOLDER}calibration-"))
    try:
        ca_file, context = make_certificate(directory) if tls else (Path(), None)
        with responding(context) as port:
            url = f"{'https' if tls else 'http'}://{LOOPBACK}:{port}"
            _orders(url, str(ca_file) if tls else "").write(directory)
            recording = RecordingReader(directory / RECORDS, _schedule(returning_ratio, pace_per_s), 1)
            return _measure(directory, recording)
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def _orders(origin: str, ca_file: str) -> Orders:
    return Orders(
        pages=(PageOrders("calibration", f"{origin}/", (), 200),),
        addresses={origin: (LOOPBACK,)},
        agents=dict.fromkeys(DEVICES, "LaunchGuard self-calibration"),
        ca_file=ca_file,
        processes=1,
        duration_s=TRIAL_S,
        drain_s=LIMIT_S,
        visit_timeout_s=LIMIT_S,
    )


def _schedule(returning_ratio: float, pace_per_s: float) -> LoadSchedule:
    """Evenly spaced visits; every so many are by returning visitors."""
    visits = int(TRIAL_S * pace_per_s)
    returning = np.floor((np.arange(visits) + 1) * returning_ratio) > np.floor(np.arange(visits) * returning_ratio)
    moments = np.arange(visits) / pace_per_s
    return LoadSchedule(moments, np.zeros(visits, np.uint16), returning.astype(np.uint8), np.zeros(visits, np.uint8))


def _measure(directory: Path, recording: RecordingReader) -> float:
    """Run the trial, and divide its CPU time by its visits."""
    deadline = time.monotonic() + LIMIT_S
    child = Child(directory, ["-m", "launchguard.load.calibration.trial"])
    first = last = Pulse((0.0,), (0.0,))
    before = 0
    try:
        while child.running and not recording.all_in(layout.DONE) and time.monotonic() < deadline:
            if recording.all_in(layout.READY) and not recording.header[layout.START]:
                recording.begin(time.monotonic())
            last = recording.pulse()
            if not first.beats_s[0]:
                # Where this process had to wait, visits were made before it looked for the first time.
                first, before = last, _answered(recording)
            time.sleep(0.005)
        last = recording.pulse()
    finally:
        child.end(polite_s=0)
    visits = _answered(recording) - before
    return (last.cpu_s[0] - first.cpu_s[0]) / visits if visits and first.beats_s[0] else 0.0


def _answered(recording: RecordingReader) -> int:
    return int(np.count_nonzero(recording.result == VisitResult.OK))
