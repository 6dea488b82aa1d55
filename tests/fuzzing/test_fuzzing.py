"""What strangers write ends in a value or a sentence, within its time: some inputs here, 100,000 in a benchmark."""

import random
import time
from pathlib import Path

import pytest

from tests.fuzzing.running import FuzzTarget, run_target
from tests.fuzzing.targets import TARGETS

COUNTS = {"manifests": 50, "configurations": 80, "plans": 12, "events": 40, "pages": 60, "addresses": 400}
"""Inputs here, where not 150; the benchmark tries 100,000 in all."""
DEADLINE_S = 20.0


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)
def test_strangers_get_a_value_or_a_sentence(target: FuzzTarget, tmp_path: Path) -> None:
    tally = run_target(target, COUNTS.get(target.name, 150), tmp_path, deadline_s=DEADLINE_S)
    assert tally.broke == []
    assert tally.hung == []
    assert tally.refused + tally.taken == tally.tried
    assert tally.refused  # inputs that are all right would show nothing


def test_what_breaks_hangs_or_says_nothing_is_told_apart(tmp_path: Path) -> None:
    def take(number: int) -> None:
        if number == 0:
            raise KeyError("x")
        if number == 1:
            raise ValueError("")
        if number == 2:
            raise ValueError("a sentence")
        while number == 3:
            time.sleep(0.01)

    numbers = iter(range(5))
    target = FuzzTarget("x", lambda _dice, _folder: next(numbers), take, (ValueError,), 1.0)
    tally = run_target(target, 5, tmp_path, deadline_s=0.2)
    assert [number for number, _ in tally.broke] == [0, 1]
    assert (tally.tried, tally.taken, tally.refused, tally.hung) == (5, 1, 1, [3])


def test_an_input_is_drawn_again_by_its_number(tmp_path: Path) -> None:
    target = next(target for target in TARGETS if target.name == "addresses")
    assert target.make(random.Random("x"), tmp_path) == target.make(random.Random("x"), tmp_path)
