"""What a run tells while it works; the command line draws these, and a test collects them."""

from dataclasses import dataclass

from launchguard.model.verdict import Verdict


@dataclass(frozen=True)
class StageStarted:
    """A stage of the work begins: "forecast", "probe", "load", "capacity", "judge"; `detail` is one line for people."""

    stage: str
    detail: str


@dataclass(frozen=True)
class Noticed:
    """Something that a reader should know and that is no verdict: a skipped campaign, a missing config."""

    text: str


@dataclass(frozen=True)
class LoadProgress:
    """The load phase so far: seconds since its start and in all, counts, rates in visits/s over the last second."""

    phase: str
    elapsed_s: float
    duration_s: float
    planned: int
    started: int
    answered: int
    failed: int
    started_per_s: float
    answered_per_s: float
    p95_ms: float | None


@dataclass(frozen=True)
class Finished:
    """The verdict is there."""

    verdict: Verdict


Event = StageStarted | Noticed | LoadProgress | Finished
