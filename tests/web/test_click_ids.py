"""The one list of what ad platforms add to the address of a click."""

from pathlib import Path

import pytest

from launchguard.channels import built_in_kinds
from launchguard.web.click_ids import CLICK_IDENTIFIERS, TRIED, ClickIdentifier, is_tracking
from launchguard.web.urls import variant_url

ROOT = Path(__file__).parents[2]
EVERY = list(CLICK_IDENTIFIERS.values())


@pytest.mark.parametrize("one", EVERY, ids=list(CLICK_IDENTIFIERS))
def test_an_identifier_says_whose_it_is_and_what_buys_it(one: ClickIdentifier) -> None:
    assert one.name == one.name.lower()
    assert one.platform
    assert one.owner
    assert not one.channel or one.channel in built_in_kinds()


@pytest.mark.parametrize("name", CLICK_IDENTIFIERS)
def test_what_is_in_the_list_is_known_as_tracking_and_stripped(name: str) -> None:
    assert is_tracking(name)
    assert is_tracking(name.upper())
    assert variant_url(f"https://shop.test/a?{name}=1&q=2", "untagged") == "https://shop.test/a?q=2"


def test_what_is_tried_is_in_the_list() -> None:
    assert set(TRIED) < set(CLICK_IDENTIFIERS)
    assert not is_tracking("coupon")


def test_no_other_file_has_a_list_of_its_own() -> None:
    """Two names on one line of code are a list; an example in a docstring names one."""
    sources = [*(ROOT / "src").rglob("*.py"), *(ROOT / "checks").rglob("*.py")]
    several = [
        f"{path.name}: {line.strip()}"
        for path in sources
        if path.name != "click_ids.py"
        for line in path.read_text(encoding="utf-8").splitlines()
        if sum(f'"{name}"' in line for name in CLICK_IDENTIFIERS) > 1
    ]
    assert several == []
