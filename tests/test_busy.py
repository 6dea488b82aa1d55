"""The tests' own leniency: only what LaunchGuard calls void is repeated, and not for ever."""

from dataclasses import replace

import numpy as np
import pytest

from launchguard.load.quality import why_invalid
from launchguard.testing import a_load_run
from tests.busy import ATTEMPTS, at_once, is_void, reached, repeated

RUN = a_load_run(planned=1000)
LATE = why_invalid(replace(RUN, sent_s=RUN.intended_s + 0.5))
APART = why_invalid(replace(RUN, generator=replace(RUN.generator, clock_error_ms=80.0)))
BUSY = why_invalid(replace(RUN, generator=replace(RUN.generator, cpu_ratio=0.97)))
UNSENT = why_invalid(replace(RUN, result=np.zeros(1000, np.uint8)))


@pytest.mark.parametrize(
    ("words", "void"),
    [(LATE, True), (APART, True), (BUSY, True), (UNSENT, False), ("", False), ("the site limits the rate", False)],
)
def test_only_a_generator_that_was_not_good_enough_makes_a_run_void(words: str, void: bool) -> None:
    assert is_void(words) is void
    assert is_void(words.replace(" ", "\n  ")) is void  # as a terminal wraps it


@pytest.mark.parametrize(
    ("told", "tried"), [(["wrong"], 1), ([LATE, "", "x"], 2), ([LATE] * 9, ATTEMPTS), ([LATE, "wrong", ""], 2)]
)
def test_the_first_result_that_is_not_void_counts(told: list[str], tried: int) -> None:
    left = iter(told)
    assert repeated(lambda: next(left), str) == told[tried - 1]
    assert len(list(left)) == len(told) - tried


def test_how_many_visits_were_under_way_at_once() -> None:
    sent, done = np.array([0.0, 1.0, 1.5, 3.0, np.nan]), np.array([1.0, 2.0, 2.5, 4.0, np.nan])
    assert at_once(replace(RUN, sent_s=sent, done_s=done)) == 2
    assert at_once(replace(RUN, sent_s=sent[3:], done_s=done[3:])) == 1
    assert at_once(replace(RUN, sent_s=sent[4:], done_s=done[4:])) == 0


def test_a_site_saw_all_that_was_sent_but_what_was_cut_off() -> None:
    stats = replace(RUN.stats(), started=100, unanswered=3)
    assert [reached(stats, arrivals) for arrivals in (96, 97, 100, 101)] == [False, True, True, False]
