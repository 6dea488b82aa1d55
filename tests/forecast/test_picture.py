"""What is drawn: the part worth looking at, no burst lost between columns, nothing that a terminal would obey."""

from xml.etree import ElementTree

import numpy as np
import pytest

from launchguard.channels.kinds.rate import Rate
from launchguard.channels.kinds.tv import Tv
from launchguard.forecast import forecast_campaign
from launchguard.forecast.arithmetic import SiteFigures
from launchguard.forecast.output.picture import chart, highest_in_slices, shown_span_s
from launchguard.forecast.output.svg import svg
from launchguard.forecast.output.text import as_comparison, forecast_as_text
from launchguard.model.forecast import RateCurve
from launchguard.testing import a_campaign

SPOT = Tv.model_validate({"responders": 3000, "at": "2027-03-03 21:04"})
TWO_DAYS_LATER = forecast_campaign(a_campaign(channels=[Rate.model_validate({"rate": "9/s", "duration": "1h"}), SPOT]))


def test_the_span_holds_everything_that_matters() -> None:
    first, last = shown_span_s(TWO_DAYS_LATER.curve)
    assert first < 0
    assert last > (2 * 24 + 12) * 3600
    alone = shown_span_s(forecast_campaign(a_campaign(channels=[SPOT])).curve)
    assert alone[1] - alone[0] < 3600


def test_a_burst_is_not_lost_between_two_columns() -> None:
    first, last = shown_span_s(TWO_DAYS_LATER.curve)
    for slices in (10, 70, 800):
        assert highest_in_slices(TWO_DAYS_LATER.curve, first, last, slices).max() == TWO_DAYS_LATER.peak_per_s
    coarse = RateCurve(np.array([0.0, 100.0]), np.array([4.0, 8.0]))
    assert list(highest_in_slices(coarse, 0, 100, 4)) == [5, 6, 7, 8]


@pytest.mark.parametrize("width", [40, 78, 120])
def test_the_chart_keeps_its_width_and_names_the_days(width: int) -> None:
    lines = chart(TWO_DAYS_LATER, width=width).splitlines()
    assert max(map(len, lines)) <= width
    assert lines[0].startswith("36.3/s ┤")
    assert lines[-1].split()[0] == "Mon"
    assert lines[-1].split()[-2] == "Thu"


def test_a_hostile_name_cannot_steer_the_terminal_or_the_picture() -> None:
    name = 'a\x1b[31m"><script>\u202eb'
    spot = SPOT.model_copy(update={"name": name})
    forecast = forecast_campaign(a_campaign(channels=[spot]))
    for text in (
        forecast_as_text(name, forecast, SiteFigures()),
        as_comparison(name, forecast, forecast, SiteFigures()),
    ):
        assert "\x1b" not in text
        assert "\u202e" not in text
    picture = svg(name, {"": forecast})
    assert "<script" not in picture
    assert ElementTree.fromstring(picture).tag.endswith("svg")


def test_the_lines_of_the_picture_are_round_numbers() -> None:
    text = svg("Spring sale", {"": TWO_DAYS_LATER})
    assert [f">{rate}/s<" in text for rate in (0, 10, 20, 30)] == [True] * 4
    assert ">36.3/s<" not in text
