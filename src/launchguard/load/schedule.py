"""When each visit is due, which page it asks for, whether its visitor has been there before, and with which device.

The schedule is drawn before anything is sent and depends on the plan alone: same seed, same schedule. It is
conditioned on its count: a phase gets the rounded integral of its rate, so that only the moments are random.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from launchguard.model.load_plan import LoadPlan, Phase

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class LoadSchedule:
    """One element per visit, ascending by time: seconds since the start, target, returning or not, phone or not."""

    intended_s: "Floats"
    target: "NDArray[np.uint16]"
    returning: "NDArray[np.uint8]"
    phone: "NDArray[np.uint8]"

    @property
    def sha256(self) -> str:
        """Names this schedule in a report: SHA-256 over the four little-endian arrays."""
        digest = hashlib.sha256()
        columns = ((self.intended_s, "<f8"), (self.target, "<u2"), (self.returning, "u1"), (self.phone, "u1"))
        for array, kind in columns:
            digest.update(np.ascontiguousarray(array, dtype=kind).tobytes())
        return digest.hexdigest()

    def __len__(self) -> int:
        return len(self.intended_s)


def moments(phase: Phase, cumulative: "Floats") -> "Floats":
    """The seconds at which a phase has brought this many visits (inverse of its cumulative rate)."""
    length = phase.end_s - phase.start_s
    slope = (phase.rate_to_per_s - phase.rate_from_per_s) / length
    # The stable form of the quadratic's root: it needs no case for a constant rate, and none for a start at zero.
    root = np.sqrt(np.maximum(phase.rate_from_per_s**2 + 2 * slope * cumulative, 0.0))
    denominator = phase.rate_from_per_s + root
    offsets = np.divide(2 * cumulative, denominator, out=np.zeros_like(cumulative), where=denominator > 0)
    return phase.start_s + np.minimum(offsets, length)


def largest_remainder(count: int, shares: Sequence[float]) -> list[int]:
    """Split `count` by shares into whole numbers that sum to it, each within one of its exact part."""
    total = sum(shares)
    exact = [count * share / total for share in shares]
    parts = [int(part) for part in exact]
    by_remainder = sorted(range(len(shares)), key=lambda i: (parts[i] - exact[i], i))
    for index in by_remainder[: count - sum(parts)]:
        parts[index] += 1
    return parts


def _assigned(count: int, shares: Sequence[float], rng: np.random.Generator) -> "NDArray[np.int64]":
    """Exact counts by share, in random order."""
    labels = np.repeat(np.arange(len(shares)), largest_remainder(count, shares))
    rng.shuffle(labels)
    return labels


def make_schedule(plan: LoadPlan) -> LoadSchedule:
    """Draw the plan's schedule: Poisson (uniform moments within each phase, sorted) or evenly spaced."""
    # Devices are drawn by themselves: their share changes nothing else of a schedule.
    rng, devices = np.random.default_rng(plan.seed), np.random.default_rng((plan.seed, 1))
    times, targets, returning, phone = [], [], [], []
    passed, planned = 0.0, 0
    for phase in plan.phases:
        expected = phase.expected_visits
        count = int(passed + expected + 0.5) - planned
        if plan.arrivals == "poisson":
            cumulative = np.sort(rng.random(count)) * expected
        else:
            cumulative = np.clip(planned + np.arange(count) + 0.5 - passed, 0.0, expected)
        times.append(moments(phase, cumulative))
        targets.append(_assigned(count, [target.share for target in plan.targets], rng))
        returning.append(_assigned(count, [1 - plan.returning_ratio, plan.returning_ratio], rng))
        phone.append(_assigned(count, [1 - plan.phones_ratio, plan.phones_ratio], devices))
        passed, planned = passed + expected, planned + count
    return LoadSchedule(
        intended_s=np.concatenate(times) if times else np.zeros(0),
        target=np.concatenate(targets).astype(np.uint16) if targets else np.zeros(0, np.uint16),
        returning=np.concatenate(returning).astype(np.uint8) if returning else np.zeros(0, np.uint8),
        phone=np.concatenate(phone).astype(np.uint8) if phone else np.zeros(0, np.uint8),
    )
