"""Briefs of a master, changed at random: what a worker reads before it believes anything."""

import json
import math
import random
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from launchguard.authorize import Grant
from launchguard.errors import LaunchGuardError
from launchguard.load.briefing import check_grants
from launchguard.load.drawn import check_drawn, most_within
from launchguard.load.schedule import make_schedule
from launchguard.load.workers.serving import checked_brief
from launchguard.model.load_plan import MOST_VISITS, LinkShare, LoadPlan, Phase, Target

URL = "http://127.0.0.1:9/"
CAP_PER_S = 30.0
DRAWN = 20_000
"""Plans of more visits are judged, not drawn: that they may be drawn was decided by then."""
ODD: tuple[Any, ...] = (
    None, True, -1, 0, 1, 2**31, 2**64, 1e308, -0.0, 1e-300, math.nan, math.inf, "", "x" * 300, "\x1b[31m", "::error::",
    "http://[::1", "http://0x7f.1:9/", [], {}, [[]], "2027-02-30", "\ud800",
)  # fmt: skip


def a_plan() -> LoadPlan:
    phases = (Phase("ramp", 0.0, 1.0, 0.0, 20.0), Phase("hold", 1.0, 3.0, 20.0, 20.0, judged=True))
    target = Target(URL, URL, 1.0, ("Spring",), links=(LinkShare(0.5, "gclid", (("utm_source", "ad"),)),))
    return LoadPlan("run", 1, "poisson", phases, (target,), 5.0, 5.0, 800.0, 0.01, processes=1)


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to every value inside of a value."""
    yield path
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in inner:
        yield from places(item, (*path, key))


def changed_brief(rng: random.Random) -> str:
    """A brief with one to three of its values replaced, scaled, repeated or left out; sometimes no JSON any more."""
    brief: Any = json.loads(
        json.dumps({"plan": asdict(a_plan()), "journey_sha256": "", "data_sha256": "", "access": []})
    )
    for _ in range(rng.randint(1, 3)):
        *way, last = rng.choice([place for place in places(brief) if place])
        holder = brief
        for key in way:
            holder = holder[key]
        match rng.randrange(4):
            case 0:
                holder[last] = rng.choice(ODD)
            case 1 if isinstance(holder[last], int | float):
                holder[last] = holder[last] * rng.choice((-1, 0.5, 2, 400, 1e6, 1e12))
            case 2 if isinstance(holder, list):
                holder.extend([holder[last]] * rng.choice((1, 400)))
            case 3:
                del holder[last]
    text = json.dumps(brief)
    return text[: rng.randrange(len(text))] if rng.random() < 0.05 else text


def judge_brief(text: str) -> bool:
    """Read a brief as a worker does, up to the moment of sending: False when it was refused.

    Raises AssertionError for a plan that was taken and brings a host more than its cap; whatever else it raises is a
    fault, too.
    """
    try:
        plan = checked_brief(text, 0).plan
        assert sum(phase.expected_visits for phase in plan.phases) <= MOST_VISITS
        grants = [Grant("http://127.0.0.1:9", ("127.0.0.1",), CAP_PER_S, "test")]
        check_grants(plan, grants)
        if sum(phase.expected_visits for phase in plan.phases) > DRAWN:
            return True
        schedule = make_schedule(plan)
        check_drawn(plan, schedule, grants)
    except LaunchGuardError as error:
        assert error.message
        return False
    assert most_within(schedule.intended_s, 60.0) <= 60 * CAP_PER_S * 1.5
    return True
