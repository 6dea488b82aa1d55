"""The one list of what ad platforms add to the address of a click."""

import re
from pathlib import Path

import pytest

from launchguard.channels import built_in_kinds
from launchguard.testing import a_campaign
from launchguard.web.click_ids import KINDS, TRIED, UNKNOWN, id_value, is_tracking, parse_click_id
from launchguard.web.urls import variant_url

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("name", KINDS)
def test_an_identifier_says_whose_it_is_and_what_buys_it(name: str) -> None:
    kind = KINDS[name]
    assert kind.platform
    assert not kind.channel or kind.channel in built_in_kinds()


LETTERS = {"base64": r"[A-Za-z0-9_-]+", "hex": r"[0-9a-f]+", "digits": r"[1-9][0-9]*", "uuid": r"[0-9a-f-]{36}"}


@pytest.mark.parametrize("name", [*KINDS, "some_id"])
def test_a_value_looks_like_a_real_one_and_is_new_for_every_seed(name: str) -> None:
    kind = KINDS.get(name, UNKNOWN)
    values = {id_value(name, f"run {number}") for number in range(200)}
    assert len(values) == 200
    assert all(len(value) == kind.length and re.fullmatch(LETTERS[kind.letters], value) for value in values)
    assert id_value(name, "run 7") in values
    if kind.channel and kind.letters == "base64" and name != "twclid":
        assert 60 <= kind.length <= 200


@pytest.mark.parametrize(
    "name", ["mc_eid", "_kx", "mkt_tok", "_hsenc", "vero_id", "ck_subscriber_id", "none", "x.y~z-1"]
)
def test_a_channel_may_name_any_parameter(name: str) -> None:
    assert parse_click_id(name) == name


@pytest.mark.parametrize(
    ("name", "words"), [("a b", "one like gclid"), ("", "one like"), ("utm_id", "channel's `utm`")]
)
def test_what_is_no_id_of_a_click_is_refused(name: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        parse_click_id(name)


@pytest.mark.parametrize(
    ("channel", "parameter"),
    [
        ({"kind": "search", "clicks_per_day": "9"}, "gclid"),
        ({"kind": "search", "clicks_per_day": "9", "platform": "microsoft"}, "msclkid"),
        ({"kind": "search", "clicks_per_day": "9", "click_id": "none"}, ""),
        ({"kind": "paid_social", "clicks_per_day": "9"}, "fbclid"),
        ({"kind": "paid_social", "clicks_per_day": "9", "platform": "tiktok"}, "ttclid"),
        ({"kind": "paid_social", "clicks_per_day": "9", "click_id": "my_id"}, "my_id"),
        ({"kind": "email", "recipients": "9"}, ""),
        ({"kind": "push", "devices": "9", "platform": "ios"}, ""),
    ],
)
def test_what_the_links_of_a_channel_carry(channel: dict[str, str], parameter: str) -> None:
    (read,) = a_campaign(channels=[channel]).channels
    assert read.id_parameter == parameter


@pytest.mark.parametrize("name", KINDS)
def test_what_is_in_the_list_is_known_as_tracking_and_stripped(name: str) -> None:
    assert is_tracking(name)
    assert is_tracking(name.lower())
    assert variant_url(f"https://shop.test/a?{name}=1&q=2", "untagged") == "https://shop.test/a?q=2"


def test_what_is_tried_is_in_the_list() -> None:
    assert set(TRIED) < set(KINDS)
    assert not is_tracking("coupon")


def test_no_other_file_has_a_list_of_its_own() -> None:
    """Two names on one line of code are a list; an example in a docstring names one."""
    sources = [*(ROOT / "src").rglob("*.py"), *(ROOT / "checks").rglob("*.py")]
    several = [
        f"{path.name}: {line.strip()}"
        for path in sources
        if path.name != "click_ids.py"
        for line in path.read_text(encoding="utf-8").splitlines()
        if sum(f'"{name}"' in line for name in KINDS) > 1
    ]
    assert several == []
