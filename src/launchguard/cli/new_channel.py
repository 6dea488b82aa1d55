"""`launchguard new-channel NAME`: write a kind of channel that works and its test, to start from."""

import re
from pathlib import Path

import click

from launchguard.cli import starters
from launchguard.cli.output import say

OVERVIEW = (70, "Write a kind of channel of your own that works, with its test.")

CHANNEL = '''"""How many visits {name} brings, and how they spread over time."""

from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from launchguard import Assumed, Channel, Firing, Stream, curves, units
from launchguard.words import percent, count


class {title}(Channel):
    """Say here in one or two sentences what it is."""

    kind: Literal["{name}"] = "{name}"
    audience: Annotated[units.Count | None, Field(description="how many people it reaches")] = None
    visit_rate: Annotated[units.Ratio, Field(description="share of them that visits the page")] = 0.01

    example: ClassVar[dict[str, str]] = {{"audience": "200_000"}}  # as a manifest has it
    sigma: ClassVar[float] = 0.5  # one campaign in twenty brings more than exp(1.645 sigma) = 2.28 x the forecast
    reach_key: ClassVar[str] = "audience"
    assumed: ClassVar[dict[str, Assumed]] = {{
        "visit_rate": Assumed("visits per person reached", percent, "say where the number comes from"),
    }}
    shape: ClassVar[tuple[str, str]] = ("exponential, mean 10 min", "say where the curve comes from")

    @property
    def response_rate(self) -> float:
        """The share (0-1) of the reach that visits."""
        return self.visit_rate

    def streams(self, _firing: Firing, /) -> Iterator[Stream]:
        """Half of the visits come within 7 minutes of `at`, by an exponential curve with a mean of 10."""
        if self.audience is not None:
            yield Stream(self.responses, curves.Exponential(600.0))

    def words(self) -> str:
        """The arithmetic in words."""
        if self.audience is None:
            return "the number of people that it reaches is unknown"
        return f"{{count(self.audience)}} people x {{percent(self.visit_rate)}} = {{count(self.responses)}} visits"
'''

TEST = """from pathlib import Path

import pytest

from launchguard.channels.files import load_kind_file
from launchguard.testing import a_campaign, a_forecast, streams_of

FILE = {file}
(kind,) = load_kind_file(FILE, "own_channels.{name}").values()


def test_its_example_brings_visits() -> None:
    assert sum(stream.visits for stream in streams_of(kind.model_validate(kind.example))) > 0


def test_one_person_in_a_hundred_comes() -> None:
    (stream,) = streams_of(kind.model_validate(kind.example))
    assert stream.visits == pytest.approx(2000)


def test_nobody_comes_of_an_unknown_audience() -> None:
    assert streams_of(kind.model_validate({{}})) == []


def test_the_peak_is_at_the_start() -> None:
    forecast = a_forecast(a_campaign(channels=[kind.model_validate(kind.example)]))
    assert forecast.peak_per_s == pytest.approx(2000 / 600, rel=0.01)
"""


@click.command("new-channel")
@click.argument("name")
@starters.folder_option("channels")
def command(name: str, folder: Path) -> None:
    """Write a kind of channel NAME (like podcast) that works as it is, and its test. Nothing is overwritten."""
    from launchguard.channels import built_in_kinds
    from launchguard.errors import LaunchGuardError

    if not re.fullmatch(r"(?!test_)[a-z][a-z0-9]*(?:_[a-z0-9]+)*", name):
        raise LaunchGuardError(f"{name!r} is no word for a manifest", hint="Write it like podcast or in_app.")
    if name in built_in_kinds():
        raise LaunchGuardError(f"LaunchGuard brings the kind {name} already", hint="Choose another name.")
    starters.refuse_keyword(name)
    title = "".join(part.capitalize() for part in name.split("_"))
    places = starters.places_for(name, folder, "src/launchguard/channels/kinds", "tests/channels")
    names = {"name": name, "title": title, "file": places.from_test}
    starters.write_starters({places.file: CHANNEL.format(**names), places.test: TEST.format(**names)}, "name")
    say(places.next_step("forecast --channels"))
