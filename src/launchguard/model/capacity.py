"""How much the pages hold (Capacity) and the change that would make a launch safe (Advice)."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Level:
    """One step of a capacity search: what was offered for how long and what came back.

    `answered_ratio` is what was answered correctly of the visits due in the hold, `failure_ratio` what failed of those
    that were sent. `holds` is None when the level proves nothing; `reason` then says why. `broke` says what broke
    first, in words, where something did.
    """

    offered_per_s: float
    duration_s: float
    answered_ratio: float
    failure_ratio: float
    p95_ms: float | None
    holds: bool | None
    broke: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Capacity:
    """Highest offered rate (visits/s) that still meets the limits, with its interval.

    `rate_per_s` is None when the search could not conclude; `reason` then says why. With a rate, `reason` says what
    ended the search before its interval was narrow ("" when nothing did). `low_per_s` is the highest rate that held,
    `high_per_s` the lowest that broke, or None when nothing broke up to the largest figure that was asked for.
    `broke` is what broke first at `high_per_s`. `fix` is what would let the search conclude; `partial` marks one that
    was interrupted.
    """

    rate_per_s: float | None
    low_per_s: float | None
    high_per_s: float | None
    broke: str
    levels: tuple[Level, ...]
    reason: str = ""
    fix: str = ""
    partial: bool = False

    @property
    def searched(self) -> bool:
        """False for NOT_SEARCHED."""
        return bool(self.levels or self.reason or self.rate_per_s is not None)

    def headroom(self, peak_per_s: float) -> float | None:
        """Capacity divided by the peak; None when either is missing."""
        if self.rate_per_s is None or peak_per_s <= 0:
            return None
        return self.rate_per_s / peak_per_s


NOT_SEARCHED = Capacity(None, None, None, "", ())
"""What a check gets when nobody asked for a search."""


@dataclass(frozen=True)
class Advice:
    """The smallest change of one kind that makes the launch safe, verified by forecasting it again.

    `channel` is the channel it changes ("" for a change of the site), `change` what to write in the
    manifest, `text` the sentence for the report, `peak_after_per_s` the peak of the changed campaign.
    """

    channel: str
    change: str
    text: str
    peak_after_per_s: float
