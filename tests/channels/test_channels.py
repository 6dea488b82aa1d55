"""Every kind of channel: its keys, its streams, what it asks and assumes."""

from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from launchguard.channels import Channel, built_in_kinds
from launchguard.model.channel import Firing

EXAMPLES: dict[str, dict[str, str]] = {
    word: kind.example for word, kind in built_in_kinds().items() if "file" not in kind.model_fields
}
"""A curve from a file is tested with its file, in test_recording.py."""
FIRING = Firing(until_end_s=3 * 86400, local_hour=9.0)


def build(kind: str, **keys: object) -> Channel:
    return built_in_kinds()[kind].model_validate({"kind": kind, **keys})


@pytest.mark.parametrize("kind", built_in_kinds())
def test_every_kind_has_an_example_of_its_own(kind: str) -> None:
    assert "example" in vars(built_in_kinds()[kind])
    assert set(built_in_kinds()[kind].example) <= set(built_in_kinds()[kind].model_fields)


@pytest.mark.parametrize("kind", EXAMPLES)
def test_every_kind_arrives_completely_and_never_backwards(kind: str) -> None:
    channel = build(kind, **EXAMPLES[kind])
    streams = list(channel.streams(FIRING))
    assert sum(stream.visits for stream in streams) > 0
    for stream in streams:
        t = np.concatenate([[-1e6, -1.0, 0.0], np.geomspace(1e-3, 1e12, 4000)])
        share = stream.cdf(t)
        assert share[0] == share[1] == 0
        assert np.all(np.diff(share) >= -1e-15)
        assert share[-1] == pytest.approx(1, abs=6e-3)
        if np.isfinite(stream.support_s):
            assert stream.cdf(np.array([stream.support_s + 1e-9]))[0] == pytest.approx(1, abs=1e-9)


@pytest.mark.parametrize("kind", EXAMPLES)
def test_every_kind_says_its_arithmetic_and_its_assumptions(kind: str) -> None:
    channel = build(kind, **EXAMPLES[kind])
    assert any(char.isdigit() for char in channel.words())
    for assumption in channel.assumptions():
        assert assumption.what.startswith(channel.label)
        assert assumption.value
        assert assumption.source
        assert assumption.override


@pytest.mark.parametrize("kind", sorted(set(EXAMPLES)))
def test_an_unknown_reach_brings_nothing_and_is_asked_for(kind: str) -> None:
    channel = build(kind)
    assert channel.reach is None
    assert channel.asks[0] == channel.reach_key
    assert sum(stream.visits for stream in channel.streams(FIRING)) == 0
    assert "unknown" in channel.words() or "known" in channel.words()


@pytest.mark.parametrize(
    ("kind", "keys", "reach", "rate", "words"),
    [
        ("email", EXAMPLES["email"], 500_000, 0.02, "500,000 mails x 2 % = 10,000 visits; sent over 20 min"),
        ("push", EXAMPLES["push"], 300_000, 0.0177, "300,000 devices (ios) x 1.77 % = 5,310 visits; sent over 1 min"),
        ("push", {"devices": "1000"}, 1000, 0.02625, "1,000 devices (mixed) x 2.62 % = 26 visits; sent over 1 min"),
        ("sms", EXAMPLES["sms"], 10_000, 0.106, "10,000 messages x 10.6 % = 1,060 visits; sent over 5 min"),
        ("tv", EXAMPLES["tv"], 3000, None, "3,000 responders"),
        (
            "tv",
            {"viewers": "1_000_000"},
            1_000_000,
            0.001,
            "1,000,000 viewers x 0.1 % = 1,000 visits, 35 % of them at once",
        ),
        ("qr", EXAMPLES["qr"], 1_000_000, 0.0005, "1,000,000 viewers x 0.05 % = 500 visits; shown for 1 min"),
        ("social", {"visits": "8000", "resharing": "50%"}, 8000, None, "bringing another one 16,000"),
        ("influencer", EXAMPLES["influencer"], 100_000, 0.03, "100,000 viewers x 3 % = 3,000 visits"),
        ("paid_social", EXAMPLES["paid_social"], 1000, None, "1,000 clicks a day, which is what the budget pays for"),
        ("rate", {"rate": "40/s", "duration": "10m"}, 40, None, "40/s for 10 min"),
    ],
)
def test_reach_rate_and_words(kind: str, keys: dict[str, Any], reach: float, rate: float | None, words: str) -> None:
    channel = build(kind, **keys)
    assert channel.reach == reach
    assert channel.response_rate == (None if rate is None else pytest.approx(rate))
    assert words in channel.words()


@pytest.mark.parametrize(
    ("kind", "keys", "asks"),
    [
        ("email", EXAMPLES["email"], ("scanners", "links")),
        ("email", {"recipients": "1"}, ("click_rate", "send_over", "scanners", "links")),
        ("push", EXAMPLES["push"], ("open_rate", "send_over")),
        ("tv", EXAMPLES["tv"], ()),
        ("tv", {"viewers": "5", "format": "editorial"}, ("visit_rate", "immediate")),
        ("qr", {"scans": "5"}, ("on_screen",)),
        ("search", EXAMPLES["search"], ()),
    ],
)
def test_it_asks_for_what_was_left_to_an_assumption(kind: str, keys: dict[str, Any], asks: tuple[str, ...]) -> None:
    assert build(kind, **keys).asks == asks


def test_scanners_are_a_term_of_their_own() -> None:
    people, robots = build("email", recipients="500_000", click_rate="2%", links="3").streams(FIRING)
    assert (people.visits, people.label) == (10_000, "")
    assert (robots.visits, robots.label) == (7500, "mail scanners")
    assert len(list(build("email", recipients="500_000", scanners="0%").streams(FIRING))) == 1


def test_uncertainty_of_the_kind_and_of_the_manifest() -> None:
    assert build("rate", rate="4/s").factor_p95 == 1
    assert build("email").factor_p95 == pytest.approx(2.28, abs=0.005)
    assert build("tv").factor_p95 == pytest.approx(3.73, abs=0.005)
    assert build("tv", uncertainty="0.3").factor_p95 == pytest.approx(1.64, abs=0.005)
    assert not [one for one in build("tv", uncertainty="0").assumptions() if "one campaign in twenty" in one.what]


@pytest.mark.parametrize(
    ("kind", "keys", "complaint"),
    [
        ("email", {"recipients": "NaN"}, "NaN"),
        ("email", {"recipients": "-5"}, "-5"),
        ("email", {"recipients": "2.5"}, "2.5"),
        ("email", {"click_rate": "200"}, "200"),
        ("email", {"click_rate": "200%"}, "200%"),
        ("email", {"send_over": "inf"}, "inf"),
        ("email", {"recipient": "5"}, "Extra inputs"),
        ("tv", {"format": "radio"}, "spot"),
        ("social", {"resharing": "100%"}, "never ends"),
        ("flash", {"reload_every": "0s"}, "greater than 0"),
        ("search", {"cost_per_click": "0"}, "greater than 0"),
        ("rate", {"rate": "40"}, "40"),
        ("tv", {"uncertainty": "9"}, "less than or equal to 3"),
    ],
)
def test_bad_values_are_refused(kind: str, keys: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ValidationError, match=complaint):
        build(kind, **keys)


def test_curves_meet_the_points_they_were_fitted_to() -> None:
    def shares(kind: str, keys: dict[str, Any], *seconds: float) -> list[float]:
        stream = next(iter(build(kind, **keys).streams(FIRING)))
        return [round(float(share), 3) for share in stream.cdf(np.array(seconds))]

    assert shares("email", EXAMPLES["email"], 3600, 3 * 3600, 86400) == [0.336, 0.514, 0.810]
    assert shares("push", EXAMPLES["push"], 7 * 60) == [0.5]
    assert shares("sms", EXAMPLES["sms"], 15 * 60) == [0.430]
    in_two_minutes = shares("tv", EXAMPLES["tv"], *range(60, 121))  # the spot starts anywhere within its minute
    assert np.mean(in_two_minutes) == pytest.approx(0.75, abs=0.005)
    assert shares("social", EXAMPLES["social"], 300, 40.6 * 60, 3600, 86400) == [0.188, 0.5, 0.543, 0.781]


def test_a_steady_channel_follows_the_day_and_stops_at_the_end() -> None:
    (stream,) = build("search", clicks_per_day="86_400").streams(Firing(until_end_s=86400, local_hour=9.0))
    assert stream.visits == pytest.approx(86_400)
    hour = np.arange(0, 86400, 3600.0)
    per_hour = (stream.cdf(hour + 3600) - stream.cdf(hour)) * stream.visits
    assert per_hour.argmax() in (10, 11)  # 19-21 o'clock after a start at 9
    assert per_hour.max() / per_hour.min() == pytest.approx(4, rel=0.03)
    assert not list(build("search", clicks_per_day="86_400").streams(Firing(until_end_s=-1, local_hour=9.0)))
