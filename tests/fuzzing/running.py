"""Runs a target on many inputs, each within its deadline, and counts what became of them."""

import random
import signal
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

MOST_KEPT = 5


class HangError(BaseException):
    """An input took longer than its deadline; no `except Exception` on the way takes it for something else."""


@dataclass(frozen=True)
class FuzzTarget:
    """A public function that takes what strangers write.

    `make` draws an input (`folder` is its own, for files), `take` gives it to the function, and `refusals` are the
    errors with which that may refuse it. `share` is its part of a benchmark's inputs.
    """

    name: str
    make: Callable[[random.Random, Path], Any]
    take: Callable[[Any], object]
    refusals: tuple[type[Exception], ...]
    share: float


@dataclass
class Tally:
    """What became of the inputs of one target. `broke` holds the number of an input with the end of its traceback."""

    tried: int = 0
    taken: int = 0
    refused: int = 0
    hung: list[int] = field(default_factory=list)
    broke: list[tuple[int, str]] = field(default_factory=list)


def run_target(target: FuzzTarget, count: int, folder: Path, *, deadline_s: float, seed: int = 1) -> Tally:
    """Try `count` inputs. The number of an input and the seed draw it again."""
    tally = Tally()
    before = signal.signal(signal.SIGALRM, _hang)
    try:
        for number in range(count):
            _try(target, number, folder, deadline_s, seed, tally)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    return tally


def _try(target: FuzzTarget, number: int, folder: Path, deadline_s: float, seed: int, tally: Tally) -> None:
    given = target.make(random.Random(f"{target.name} {seed} {number}"), folder)
    tally.tried += 1
    try:
        _take_in_time(target, given, deadline_s)
        tally.taken += 1
    except target.refusals as error:
        _look_at(error, number, tally)
    except HangError:
        tally.hung.append(number)
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt):
            raise
        if len(tally.broke) < MOST_KEPT:
            tally.broke.append((number, "".join(traceback.format_exception(error)[-4:])))
        else:
            tally.broke.append((number, type(error).__name__))


def _take_in_time(target: FuzzTarget, given: Any, deadline_s: float) -> None:
    try:
        signal.setitimer(signal.ITIMER_REAL, deadline_s)
        target.take(given)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def _look_at(error: Exception, number: int, tally: Tally) -> None:
    """A refusal is a sentence: it says something, in characters that no terminal takes for commands."""
    said = str(error)
    if said and "\x1b" not in said and "\x00" not in said:
        tally.refused += 1
    else:
        tally.broke.append((number, f"a refusal that says {said!r}"))


def _hang(_number: int, _frame: FrameType | None) -> None:
    raise HangError
